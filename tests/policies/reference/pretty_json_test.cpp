#include "policies/reference/pretty_json.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace errata {

BOOST_AUTO_TEST_SUITE(pretty_json_test)

BOOST_AUTO_TEST_CASE(breaks_and_indents) {
  const struct {
    const char* compact;
    const char* pretty;
  } table[] = {
      {"1", "1\n"},
      {"{}", "{}\n"},
      {"[]", "[]\n"},
      {R"({"a":[1,2],"b":{"c":null}})",
       "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": null\n  }\n}\n"},
      {R"([{"a":"x\n"}])", "[\n  {\n    \"a\": \"x\\n\"\n  }\n]\n"},
  };
  for (const auto& row : table) {
    BOOST_TEST(pretty_json(boost::json::parse(row.compact)) == row.pretty);
  }
}

BOOST_AUTO_TEST_CASE(breaks_long_arrays) {
  boost::json::array items;
  for (int i = 0; i < 40; ++i) items.emplace_back("item");
  const std::string text = pretty_json(items);
  BOOST_TEST(text.starts_with("[\n  \"item\",\n"));
  BOOST_TEST((boost::json::parse(text) == boost::json::value(items)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
