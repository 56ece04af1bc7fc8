#include "policies/normalize/shape_rule.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <string>

namespace errata {
namespace {

namespace json = boost::json;
using comparison = body_test::comparison;
using strictness = selected_body::strictness;

selector at(std::string_view text) {
  parsed_selector parsed = selector::parse(text);
  BOOST_TEST(parsed.problem == "", text);
  return parsed.value;
}

text_pattern pattern(std::string_view text) {
  return text_pattern::parse(text, text_pattern::groups::any).value;
}

body_test test_of(std::string_view where, comparison how = comparison::present,
                  std::vector<json::value> values = {}) {
  body_test out;
  out.where = at(where);
  out.how = how;
  out.values = std::move(values);
  return out;
}

struct line {
  std::string_view name, value;
};

response_head head_of(unsigned status, std::initializer_list<line> lines = {}) {
  response_head head;
  head.status = status;
  for (const line& l : lines) head.fields.add(l.name, l.value);
  return head;
}

// What is read points into `rule`.
shape_reading read(const shape_rule& rule, std::string_view text, unsigned status = 400) {
  selected_body body(text, status < 300 ? strictness::success : strictness::error);
  const std::shared_ptr<const shape_rule> borrowed(std::shared_ptr<void>(), &rule);
  return read_own_shape({borrowed}, head_of(status), body);
}

BOOST_AUTO_TEST_SUITE(shape_rule_)

BOOST_AUTO_TEST_CASE(reads_statuses_and_their_classes) {
  const struct {
    std::string_view text;
    unsigned first, last;  // 0: refused
  } cases[] = {
      {"404", 404, 404}, {"5xx", 500, 599}, {"200", 200, 200}, {"2xx", 200, 299},
      {"", 0, 0},        {"40", 0, 0},      {"4xx ", 0, 0},    {"600", 0, 0},
      {"0xx", 0, 0},     {"4x4", 0, 0},     {"4XX", 0, 0},     {"-40", 0, 0},
  };
  for (const auto& one : cases) {
    const auto range = status_range::parse(one.text);
    BOOST_TEST(range.has_value() == (one.first != 0), one.text);
    if (!range) continue;
    BOOST_TEST(range->first == one.first, one.text);
    BOOST_TEST(range->last == one.last, one.text);
  }
}

BOOST_AUTO_TEST_CASE(matches_media_types_without_their_parameters) {
  const struct {
    std::string_view range, type;
    bool fits;
  } cases[] = {
      {"text/xml", "text/xml", true},
      {"text/xml", "Text/XML; charset=utf-8", true},
      {"text/xml", "text/html", false},
      {"text/xml", "text/xml+x", false},
      {"text/*", "text/html;charset=x", true},
      {"text/*", "application/text", false},
      {"text/*", "text", false},
      {"*/*", "a/b", true},
      {"*/*", "", false},
      {"application/*+json", "application/problem+json", true},
      {"application/*+json", "application/json", false},
      {"application/*+json", "application/+json", false},
      {"*/json", "text/json", true},
  };
  for (const auto& one : cases) {
    const auto range = media_range::parse(one.range);
    BOOST_TEST_REQUIRE(range.has_value(), one.range);
    BOOST_TEST(range->matches(one.type) == one.fits, one.range << " " << one.type);
  }
  for (const std::string_view bad : {"", "text", "text/", "/xml", "te*t/xml", "text/*ml", "a/b;c",
                                     "a/b/c", "text /xml", "*/*+"}) {
    BOOST_TEST(!media_range::parse(bad).has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(tests_header_fields) {
  const response_head head = head_of(400, {{"X-Error", "E1"}, {"x-error", "E22"}, {"Other", ""}});
  const struct {
    header_test test;
    bool holds;
  } cases[] = {
      {{"x-ERROR", {}, {}}, true},
      {{"Missing", {}, {}}, false},
      {{"X-Error", "E22", {}}, true},
      {{"X-Error", "E2", {}}, false},
      {{"X-Error", {}, pattern("^E[0-9]{2}$")}, true},
      {{"X-Error", {}, pattern("^F")}, false},
      {{"Other", "", {}}, true},
  };
  for (const auto& one : cases) {
    BOOST_TEST(one.test.holds(head.fields) == one.holds, one.test.name);
  }
}

BOOST_AUTO_TEST_CASE(wants_all_of_the_head) {
  shape_rule rule;
  BOOST_TEST(rule.fits_head(head_of(599)));
  rule.statuses = {{404, 404}, {500, 599}};
  rule.content_types = {*media_range::parse("text/xml"), *media_range::parse("text/html")};
  rule.headers = {{"X-Error", {}, {}}};
  const line html{"Content-Type", "text/html"};
  const line mark{"X-Error", "1"};
  BOOST_TEST(rule.fits_head(head_of(404, {html, mark})));
  BOOST_TEST(rule.fits_head(head_of(503, {mark, html})));
  BOOST_TEST(!rule.fits_head(head_of(400, {html, mark})));
  BOOST_TEST(!rule.fits_head(head_of(404, {html})));
  BOOST_TEST(!rule.fits_head(head_of(404, {mark})));
}

BOOST_AUTO_TEST_CASE(compares_json_as_json_and_text_as_text) {
  constexpr std::string_view object =
      R"({"zero":0,"text":"0","one":1.0,"no":false,"null":null,"list":[1],"map":{},"word":"error"})";
  constexpr std::string_view xml = R"(<r code="0" ok="false"><m>error</m><empty/></r>)";
  const struct {
    std::string_view body;
    body_test test;
    bool holds;
  } cases[] = {
      {object, test_of("/zero"), true},
      {object, test_of("/null"), true},
      {object, test_of("/missing"), false},
      {object, test_of("/zero", comparison::equals, {0}), true},
      {object, test_of("/text", comparison::equals, {0}), false},
      {object, test_of("/text", comparison::equals, {0, "0"}), true},
      {object, test_of("/one", comparison::equals, {1}), true},
      {object, test_of("/no", comparison::equals, {false}), true},
      {object, test_of("/no", comparison::equals, {0}), false},
      {object, test_of("/null", comparison::equals, {nullptr}), true},
      {object, test_of("/missing", comparison::equals, {nullptr}), false},
      {object, test_of("/zero", comparison::not_equals, {0}), false},
      {object, test_of("/one", comparison::not_equals, {0}), true},
      {object, test_of("/map", comparison::not_equals, {nullptr}), true},
      {object, test_of("/missing", comparison::not_equals, {0}), false},
      {object, test_of("/list/0", comparison::equals, {1}), true},
      {xml, test_of("xml://r/@code", comparison::equals, {0}), true},
      {xml, test_of("xml://r/@code", comparison::equals, {"0"}), true},
      {xml, test_of("xml://r/@ok", comparison::equals, {false}), true},
      {xml, test_of("xml://r/@code", comparison::not_equals, {0}), false},
      {xml, test_of("xml://m", comparison::equals, {"failed", "error"}), true},
      {xml, test_of("xml://empty"), true},
      {xml, test_of("xml://none"), false},
  };
  for (const auto& one : cases) {
    selected_body body(one.body, strictness::error);
    BOOST_TEST(one.test.holds(body) == one.holds, one.test.where.text());
  }
  const struct {
    std::string_view where, pattern;
    bool holds;
  } matching[] = {
      {"/word", "^err", true}, {"/word", "^fail", false}, {"/zero", "^0$", true},
      {"/no", "false", true},  {"/null", "", false},      {"/list", "", false},
      {"/map", ".*", false},   {"/missing", ".*", false},
  };
  for (const auto& one : matching) {
    body_test test = test_of(one.where, comparison::matches);
    test.pattern = pattern(one.pattern.empty() ? ".*" : one.pattern);
    selected_body body(object, strictness::error);
    BOOST_TEST(test.holds(body) == one.holds, one.where << " " << one.pattern);
  }
}

BOOST_AUTO_TEST_CASE(extracts_with_the_place_it_came_from) {
  shape_rule rule;
  rule.name = "acme";
  rule.message = {at("/missing"), at("/msg"), at("/more"), at("text://Own words.")};
  rule.code = {at("/list"), at("/errno")};
  rule.param = {at("/null"), at("/field")};
  rule.codes = {{"17", "insufficient_funds"}};
  rule.status_of_code = {{"17", 402}, {"18", 403}};
  rule.trusted = true;
  const shape_reading one =
      read(rule,
           R"({"msg":" No money ","more":"M","errno":17,"field":"amount","null":null,"list":[1]})");
  BOOST_TEST_REQUIRE(one.rule != nullptr);
  BOOST_TEST(one.rule->name == "acme");
  BOOST_TEST(one.status == 402U);
  BOOST_TEST(one.own_code == "insufficient_funds");
  BOOST_TEST(one.found.code == "");
  BOOST_TEST(one.own_message == "Own words.");
  BOOST_TEST_REQUIRE(one.found.messages.size() == 2U);
  BOOST_TEST(one.found.messages[0].text == "No money");
  BOOST_TEST(one.found.messages[0].origin == "/msg");
  BOOST_TEST(one.found.messages[1].text == "M");
  BOOST_TEST(one.found.messages[1].origin == "/more");
  BOOST_TEST(one.own_code_origin == "/errno");
  BOOST_TEST(one.found.param == "amount");
  BOOST_TEST(one.found.param_origin == "/field");
  BOOST_TEST(one.found.for_client);
  BOOST_TEST(one.says_something());

  const shape_reading other = read(rule, R"({"errno":"CardDeclined"})");
  BOOST_TEST(other.status == 400U);
  BOOST_TEST(other.found.code == "card_declined");
  BOOST_TEST(other.own_code == "");
  BOOST_TEST(other.found.code_origin == "/errno");
  BOOST_TEST(other.found.param_origin == "");

  const shape_reading number = read(rule, R"({"errno":18})");
  BOOST_TEST(number.status == 403U);
  BOOST_TEST(number.found.code == "");
  BOOST_TEST(number.found.code_origin == "");
}

BOOST_AUTO_TEST_CASE(says_nothing_where_no_place_yields) {
  shape_rule rule;
  rule.message = {at("/msg")};
  rule.code = {at("/code")};
  rule.status = 422;
  const shape_reading one = read(rule, R"({"msg":"","code":null})");
  BOOST_TEST_REQUIRE(one.rule != nullptr);
  BOOST_TEST(!one.says_something());
  BOOST_TEST(one.status == 422U);
}

BOOST_AUTO_TEST_CASE(takes_the_first_rule_that_fits) {
  const auto rule = [](std::string name, std::string_view where) {
    shape_rule out;
    out.name = std::move(name);
    out.when = {test_of(where)};
    return std::make_shared<const shape_rule>(out);
  };
  const shape_rules rules = {rule("a", "/a"), rule("b", "/b"), rule("c", "/b")};
  selected_body body(R"({"b":1})", strictness::error);
  const shape_reading one = read_own_shape(rules, head_of(400), body);
  BOOST_TEST_REQUIRE(one.rule != nullptr);
  BOOST_TEST(one.rule->name == "b");
  selected_body other(R"({"d":1})", strictness::error);
  BOOST_TEST((read_own_shape(rules, head_of(400), other).rule == nullptr));
}

BOOST_AUTO_TEST_CASE(a_success_wants_a_status) {
  shape_rule rule;
  rule.code = {at("/errno")};
  rule.status_of_code = {{"17", 402}};
  BOOST_TEST((read(rule, R"({"errno":0})", 200).rule == nullptr));
  BOOST_TEST((read(rule, R"({})", 200).rule == nullptr));
  BOOST_TEST(read(rule, R"({"errno":17})", 200).status == 402U);
  rule.status = 422;
  BOOST_TEST(read(rule, R"({"errno":0})", 200).status == 422U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
