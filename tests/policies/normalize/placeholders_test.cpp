#include "policies/normalize/placeholders.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/policies/normalize/parsed_json.hpp"

namespace errata {

BOOST_AUTO_TEST_SUITE(placeholders)

BOOST_AUTO_TEST_CASE(fills_what_the_template_left_open) {
  struct {
    std::string_view message, object, filled;
  } const rows[] = {
      {"%name is required", R"({"parameters":{"name":"zip"}})", "zip is required"},
      {"{name} is required", R"({"params":{"name":"zip"}})", "zip is required"},
      {"{{name}} is required", R"({"params":{"name":"zip"}})", "zip is required"},
      {"%1 is at least %2", R"({"parameters":["Weight",5]})", "Weight is at least 5"},
      {"{0} is at least {1}", R"({"args":["Weight","5"]})", "Weight is at least 5"},
      {"%0 and %3 stay", R"({"parameters":["a","b"]})", "%0 and %3 stay"},
      {"{other} stays", R"({"params":{"name":"zip"}})", "{other} stays"},
      {"{name stays", R"({"params":{"name":"zip"}})", "{name stays"},
      {"100% and {} stay", R"({"params":{"name":"zip"}})", "100% and {} stay"},
      {"{name} stays", R"({"params":{"name":{"a":1}}})", "{name} stays"},
      {"{name} stays", R"({"name":"zip"})", "{name} stays"},
      {"nothing open", R"({"params":{"name":"zip"}})", "nothing open"},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.message) {
      const parsed_json object(row.object);
      BOOST_TEST(fill_placeholders(std::string(row.message), *object) == row.filled);
    }
  }
}

BOOST_AUTO_TEST_CASE(leaves_long_values_out) {
  const parsed_json object(R"({"params":{"name":")" + std::string(200, 'x') + R"("}})");
  BOOST_TEST(fill_placeholders("{name} is long", *object) == "{name} is long");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
