#include "proxy/config/nearest.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace {

using namespace errata;

BOOST_AUTO_TEST_SUITE(nearest)

BOOST_AUTO_TEST_CASE(finds_what_was_probably_meant) {
  const std::vector<std::string_view> known = {"listeners", "limits",   "rate_limits",
                                               "timeouts",  "upstream", "upstreams"};
  struct row {
    std::string_view wrong;
    std::string_view right;  // empty: nothing is near
  };
  const row rows[] = {
      {"listener", "listeners"},
      {"listenres", "listeners"},
      {"LIMITS", "limits"},
      {"rate-limits", "rate_limits"},
      {"timeout", "timeouts"},
      {"upstream", "upstream"},
      {"upstreamss", "upstreams"},
      {"tls", ""},
      {"admin", ""},
      {"", ""},
      {"x", ""},
  };
  for (const row& r : rows) {
    BOOST_TEST(nearest_name(r.wrong, known).value_or("") == r.right, r.wrong);
  }
  BOOST_TEST(!nearest_name(std::string(1000, 'l'), known).has_value());
  BOOST_TEST(!nearest_name("limits", {}).has_value());
  const std::vector<std::string_view> one_letter = {"a"};
  BOOST_TEST(!nearest_name("b", one_letter).has_value());
}

BOOST_AUTO_TEST_CASE(lists_names) {
  const std::vector<std::string_view> names = {"a", "b", "c"};
  BOOST_TEST(quoted_list({}, "or") == "");
  BOOST_TEST(quoted_list(std::span(names).first(1), "or") == "\"a\"");
  BOOST_TEST(quoted_list(std::span(names).first(2), "or") == "\"a\" or \"b\"");
  BOOST_TEST(quoted_list(names, "and") == "\"a\", \"b\" and \"c\"");
  const std::vector<std::string_view> many(20, "n");
  BOOST_TEST(quoted_list(many, "and").ends_with("\"n\", \"n\" and 4 more"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
