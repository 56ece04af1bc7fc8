#include "proxy/config/read_shapes.hpp"

#include <boost/test/unit_test.hpp>

#include "proxy/config/reader.hpp"

namespace {

using namespace errata;

configuration read(const std::string& errors) {
  read_config got = read_config_text(
      R"({"listeners": [{"address": "127.0.0.1:1"}],
          "upstreams": {"u": {"servers": ["http://h:1"]}},
          "routes": [{"name": "a", "match": {"path_prefix": "/a"}, "upstream": "u"},
                     {"name": "gone", "match": {"path_prefix": "/g"}, "respond": "not_found"},
                     {"name": "b", "upstream": "u"}],
          "errors": {)" +
          errors + "}}",
      "c", nullptr);
  for (const config_problem& p : got.problems) BOOST_ERROR(p.to_string() << " in " << errors);
  return std::move(got.value);
}

std::string names(const shape_rules& rules) {
  std::string out;
  for (const auto& rule : rules) out += (out.empty() ? "" : " ") + rule->name;
  return out;
}

BOOST_AUTO_TEST_SUITE(config_shapes)

BOOST_AUTO_TEST_CASE(a_route_without_rules_has_none) {
  for (const std::string errors : {"", R"("shapes": [])", R"("success_errors": [])"}) {
    const configuration config = read(errors);
    for (const route_config& route : config.routes) BOOST_TEST((route.shapes == nullptr), errors);
  }
}

BOOST_AUTO_TEST_CASE(gives_each_route_its_rules_in_order) {
  const configuration config = read(R"(
    "shapes": [
      {"name": "one", "status": 422},
      {"name": "two", "route": "b", "status": 422},
      {"name": "three", "route": ["b", "a"], "status": 422}],
    "success_errors": [
      {"name": "soft", "route": "a", "when": {"pointer": "/x"}, "status": 400},
      {"route": ["a"], "when": {"pointer": "/y"}, "status": 400}])");
  BOOST_TEST_REQUIRE(config.routes.size() == 3U);
  BOOST_TEST_REQUIRE((config.routes[0].shapes != nullptr));
  BOOST_TEST(names(config.routes[0].shapes->errors) == "one three");
  BOOST_TEST(names(config.routes[0].shapes->successes) == "soft success_error");
  BOOST_TEST((config.routes[1].shapes == nullptr));
  BOOST_TEST_REQUIRE((config.routes[2].shapes != nullptr));
  BOOST_TEST(names(config.routes[2].shapes->errors) == "one two three");
  BOOST_TEST(names(config.routes[2].shapes->successes) == "");
}

BOOST_AUTO_TEST_CASE(reads_all_of_a_rule) {
  const configuration config = read(R"x(
    "shapes": [{
      "name": "acme",
      "match": {"status": ["404", "5xx", 400], "content_type": "text/xml",
                "header": [{"name": "X-A", "equals": "1"}, {"name": "X-B", "matches": "^b"}]},
      "when": [{"pointer": "/a", "equals": null}, {"select": "xml://b", "not_equals": 1.5},
               {"pointer": "/c", "in": ["x", true, 7]}, {"select": "re2://(d)", "matches": "^d$"},
               {"pointer": "/e"}],
      "extract": {"message": ["/m", "text://Words."], "code": "html://b", "param": "/p"},
      "codes": {"E 1": "first_one", "2": "second"},
      "statuses": {"2": 503},
      "status": 422,
      "trusted": true}])x");
  const shape_rule& rule = *config.routes.at(0).shapes->errors.at(0);
  BOOST_TEST_REQUIRE(rule.statuses.size() == 3U);
  BOOST_TEST(rule.statuses[1].last == 599U);
  BOOST_TEST(rule.statuses[2].first == 400U);
  BOOST_TEST(rule.content_types.size() == 1U);
  BOOST_TEST_REQUIRE(rule.headers.size() == 2U);
  BOOST_TEST(rule.headers[0].equals.value_or("") == "1");
  BOOST_TEST(rule.headers[1].matches.has_value());
  BOOST_TEST_REQUIRE(rule.when.size() == 5U);
  using comparison = body_test::comparison;
  BOOST_TEST((rule.when[0].how == comparison::equals && rule.when[0].values.at(0).is_null()));
  BOOST_TEST((rule.when[1].how == comparison::not_equals && rule.when[1].values.at(0) == 1.5));
  BOOST_TEST((rule.when[2].how == comparison::equals && rule.when[2].values.size() == 3));
  BOOST_TEST((rule.when[3].how == comparison::matches && rule.when[3].pattern.matches("d")));
  BOOST_TEST((rule.when[4].how == comparison::present));
  BOOST_TEST(rule.when[1].where.text() == "xml://b");
  BOOST_TEST(rule.message.size() == 2U);
  BOOST_TEST(rule.code.size() == 1U);
  BOOST_TEST(rule.param.size() == 1U);
  BOOST_TEST(rule.codes.find("E 1")->second == "first_one");
  BOOST_TEST(rule.status_of_code.find("2")->second == 503U);
  BOOST_TEST(rule.status == 422U);
  BOOST_TEST(rule.trusted);
}

BOOST_AUTO_TEST_CASE(leaves_open_what_is_not_said) {
  const configuration config = read(R"("shapes": [{"name": "x", "extract": {"code": "/c"}}])");
  const shape_rule& rule = *config.routes.at(0).shapes->errors.at(0);
  BOOST_TEST(rule.statuses.empty());
  BOOST_TEST(rule.when.empty());
  BOOST_TEST(rule.status == 0U);
  BOOST_TEST(!rule.trusted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
