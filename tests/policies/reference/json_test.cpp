#include "policies/reference/json.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/policies/reference/sample_catalog.hpp"

namespace errata {

BOOST_AUTO_TEST_SUITE(reference_json)

BOOST_AUTO_TEST_CASE(has_all_that_the_catalog_says) {
  const catalog errors = sample_catalog();
  const auto root = boost::json::parse(
      json_reference(make_reference(errors, {"https://docs.example.com/e#", "X-Id", false})));
  BOOST_TEST(root.at("request_id_header").as_string() == "X-Id");
  BOOST_TEST(root.at("doc_url_base").as_string() == "https://docs.example.com/e#");
  BOOST_TEST(root.at("types").as_array().size() == errors.types().size());
  const auto& codes = root.at("codes").as_array();
  BOOST_TEST(codes.size() == errors.codes().size());
  for (const auto& code : codes) {
    const catalog_row* row = errors.find_code(code.at("code").as_string());
    BOOST_TEST_REQUIRE(row != nullptr);
    BOOST_TEST(code.at("message").as_string() == row->message);
    BOOST_TEST(code.at("status").to_number<unsigned>() == row->status);
    BOOST_TEST(code.at("description").as_string() == row->description);
    BOOST_TEST(code.at("doc_url").as_string() == "https://docs.example.com/e#" + row->code);
    BOOST_TEST(!code.at("made_by").as_object().empty(), row->code);
  }
}

BOOST_AUTO_TEST_CASE(has_no_links_without_a_base) {
  const auto root = boost::json::parse(json_reference(make_reference(catalog::built_in(), {})));
  BOOST_TEST(!root.as_object().contains("doc_url_base"));
  BOOST_TEST(!root.at("codes").at(0).as_object().contains("doc_url"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
