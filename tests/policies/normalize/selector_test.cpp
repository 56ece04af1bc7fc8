#include "policies/normalize/selector.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

std::string steps(std::string_view pointer) {
  const parsed_selector parsed = selector::parse(pointer);
  BOOST_TEST(parsed.problem == "", pointer);
  std::string out;
  for (const std::string& step : std::get<json_pointer>(parsed.value.where()).steps) {
    out += '[' + step + ']';
  }
  return out;
}

BOOST_AUTO_TEST_SUITE(selector_)

BOOST_AUTO_TEST_CASE(reads_json_pointers) {
  BOOST_TEST(steps("/a/b") == "[a][b]");
  BOOST_TEST(steps("/errors/0/~1path~0x") == "[errors][0][/path~x]");
  BOOST_TEST(steps("/") == "[]");
  BOOST_TEST(steps("/a/") == "[a][]");
  BOOST_TEST(steps("/a b/%20") == "[a b][%20]");
}

BOOST_AUTO_TEST_CASE(knows_the_others_by_their_scheme) {
  const auto kind = [](std::string_view text) {
    return selector::parse(text).value.where().index();
  };
  BOOST_TEST(kind("xml://a/b") == selector::place(xml_path{}).index());
  BOOST_TEST(kind("html://p.x") == selector::place(html_query{}).index());
  BOOST_TEST(kind("re2://(x)") == selector::place(text_pattern{}).index());
  BOOST_TEST(kind("text://x") == selector::place(literal_text{}).index());
  BOOST_TEST(selector::parse("text://Come back.").value.is_literal());
  BOOST_TEST(selector::parse("xml://a/b").value.text() == "xml://a/b");
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong) {
  const struct {
    std::string text;
    std::string_view problem;
  } cases[] = {
      {"", "wants a place in the body"},
      {"message", "wants a place in the body"},
      {"$.message", "wants a place in the body"},
      {"http://x", "wants a place in the body"},
      {"/a~2", "after \"~\""},
      {"/a~", "after \"~\""},
      {"/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h", "more than 16 steps"},
      {"xml://", "names of elements"},
      {"html://p:not(x)", "a name is wanted"},
      {"re2://(", "missing )"},
      {"re2://x", "exactly one group"},
      {"text://", "come the words"},
      {'/' + std::string(selector::longest, 'a'), "at most 600"},
  };
  for (const auto& one : cases) {
    const auto parsed = selector::parse(one.text);
    BOOST_TEST(parsed.problem.find(one.problem) != std::string::npos,
               one.text << ": " << parsed.problem);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
