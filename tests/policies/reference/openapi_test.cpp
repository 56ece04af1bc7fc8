#include "policies/reference/openapi.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "policies/envelope.hpp"
#include "tests/policies/reference/sample_catalog.hpp"

namespace errata {
namespace {

namespace json = boost::json;

// Every "$ref" below `value` that leads nowhere in `root`.
void find_dangling(const json::value& root, const json::value& value) {
  if (const auto* items = value.if_array()) {
    for (const json::value& item : *items) find_dangling(root, item);
  }
  const auto* members = value.if_object();
  if (members == nullptr) return;
  for (const auto& member : *members) {
    if (member.key() != "$ref") {
      find_dangling(root, member.value());
      continue;
    }
    const std::string target(member.value().as_string());
    json::error_code ec;
    BOOST_TEST(target.starts_with("#/"));
    BOOST_TEST(root.find_pointer(target.substr(1), ec) != nullptr, target);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_openapi)

BOOST_AUTO_TEST_CASE(every_reference_leads_somewhere) {
  const catalog errors = sample_catalog();
  const json::value root = json::parse(openapi_reference(make_reference(errors, {})));
  BOOST_TEST(root.at("openapi").as_string() == "3.1.0");
  find_dangling(root, root);
}

BOOST_AUTO_TEST_CASE(each_status_is_a_response_with_canonical_examples) {
  const catalog errors = sample_catalog();
  const json::value root = json::parse(
      openapi_reference(make_reference(errors, {"https://docs.example.com/e#", "X-Id", false})));
  const auto& responses = root.at("components").at("responses").as_object();
  for (unsigned status = 400; status <= 599; ++status) {
    if (!errors.lists(status)) continue;
    BOOST_TEST_CONTEXT("status " << status) {
      const json::value& response = responses.at("Error" + std::to_string(status));
      const auto& fields = response.at("headers").as_object();
      BOOST_TEST(fields.contains("X-Id"));
      BOOST_TEST(fields.contains("Retry-After") == (status == 429 || status == 503));
      BOOST_TEST(fields.contains("WWW-Authenticate") == (status == 401));
      const auto& shown = response.at("content").at("application/json").at("examples").as_object();
      BOOST_TEST(shown.contains(errors.for_status(status).code));
      for (const auto& one : shown) {
        BOOST_TEST(is_canonical(json::serialize(one.value().at("value")), status, errors),
                   json::serialize(one.value()));
      }
    }
  }
  BOOST_TEST(responses.contains("Error4XX"));
  BOOST_TEST(responses.contains("Error5XX"));
}

BOOST_AUTO_TEST_CASE(describes_problem_documents_where_they_are_sent) {
  const catalog& errors = catalog::built_in();
  for (const bool sent : {false, true}) {
    const json::value root =
        json::parse(openapi_reference(make_reference(errors, {"", "X-Request-Id", sent})));
    find_dangling(root, root);
    const json::value& components = root.at("components");
    BOOST_TEST(components.at("schemas").as_object().contains("Problem") == sent);
    const auto& content = components.at("responses").at("Error404").at("content").as_object();
    BOOST_TEST(content.contains("application/problem+json") == sent);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
