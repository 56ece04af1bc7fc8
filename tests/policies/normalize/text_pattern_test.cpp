#include "policies/normalize/text_pattern.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

using groups = text_pattern::groups;

BOOST_AUTO_TEST_SUITE(text_pattern_)

BOOST_AUTO_TEST_CASE(finds_its_group_anywhere) {
  const struct {
    std::string_view pattern, text, found;  // found "-": nothing
  } cases[] = {
      {"ERR (.+)", "x\nERR no such job\ny", "no such job"},
      {"^ERR (.+)$", "ERR one", "one"},
      {"^ERR (.+)$", "x\nERR one", "-"},
      {"(?m)^ERR (.+)$", "x\nERR one\ny", "one"},
      {"(?i)err(?:or)?: (\\w+)", "Error: seven", "seven"},
      {"(?:a|(b))c", "ac", "-"},
      {"(a*)b", "b", ""},
      {"gr\u00fc(.)", "gr\u00fc\u00df", "\u00df"},
  };
  for (const auto& one : cases) {
    const parsed_pattern parsed = text_pattern::parse(one.pattern, groups::capture);
    BOOST_TEST_CONTEXT(one.pattern) {
      BOOST_TEST(parsed.problem == "");
      BOOST_TEST(parsed.value.capture(one.text).value_or("-") == one.found);
    }
  }
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_pattern) {
  const std::string long_one(text_pattern::longest + 1, 'a');
  const struct {
    std::string_view pattern, problem;
  } cases[] = {
      {"", "is empty"},
      {"a(b", "missing )"},
      {"a(?=b)(c)", "invalid perl operator"},
      {"abc", "has 0"},
      {"(a)(b)", "has 2"},
      {"((((a{100}){100}){100}){100})", "repetition"},
      {long_one, "longer than 512"},
  };
  for (const auto& one : cases) {
    const auto parsed = text_pattern::parse(one.pattern, groups::capture);
    BOOST_TEST(parsed.problem.find(one.problem) != std::string::npos,
               one.pattern << ": " << parsed.problem);
  }
}

BOOST_AUTO_TEST_CASE(takes_any_groups_where_only_a_match_counts) {
  for (const std::string_view pattern : {"abc", "(a)(b)c", "^[a-c]+$"}) {
    const auto parsed = text_pattern::parse(pattern, groups::any);
    BOOST_TEST(parsed.problem == "", pattern);
    BOOST_TEST(parsed.value.matches("abc"), pattern);
    BOOST_TEST(!parsed.value.matches("xyz"), pattern);
  }
}

BOOST_AUTO_TEST_CASE(matches_nothing_before_it_is_parsed) {
  BOOST_TEST(!text_pattern().matches(""));
  BOOST_TEST(!text_pattern().capture("x").has_value());
}

BOOST_AUTO_TEST_CASE(survives_what_makes_other_engines_slow) {
  const auto parsed = text_pattern::parse("^(?:a+)+(b)$", groups::capture);
  BOOST_TEST_REQUIRE(parsed.problem == "");
  BOOST_TEST(!parsed.value.capture(std::string(64 * 1024, 'a')).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
