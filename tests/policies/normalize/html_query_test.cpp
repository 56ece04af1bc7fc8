#include "policies/normalize/html_query.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "policies/normalize/html_tree.hpp"

namespace errata {
namespace {

std::string found(std::string_view query, std::string_view html) {
  const parsed_html_query parsed = html_query::parse(query);
  BOOST_TEST(parsed.problem == "", query);
  return find_in(html_tree(html), parsed.value).value_or("-");
}

BOOST_AUTO_TEST_SUITE(html_query_)

BOOST_AUTO_TEST_CASE(finds_the_first_element_that_fits) {
  constexpr std::string_view page = R"(<!doctype html><html><head><title>Oops &amp; co</title>
    <meta name="errno" content=" E17 "></head><body>
    <nav class="top"><p>Home</p></nav>
    <div id="content" class="box  wide"><p>Intro</p>
      <section><p class="error big">No <b>such</b> order<br>today</p></section>
      <p class="error">Direct</p>
      <custom-note role="alert">Noted</custom-note>
      <p><script>var hidden = 1;</script><style>p{}</style> </p>
      <ul><li>one</li><li>two</li></ul>
    </div></body></html>)";
  const struct {
    std::string_view query, text;  // "-": not there
  } cases[] = {
      {"title", "Oops & co"},
      {"p", "Home"},
      {"P", "Home"},
      {"#content p", "Intro"},
      {"#content > p.error", "Direct"},
      {"#content>p.error", "Direct"},
      {"div p.error", "No such order today"},
      {".big.error", "No such order today"},
      {".error.missing", "-"},
      {"div.wide.box#content > section > .error", "No such order today"},
      {"body > p", "-"},
      {"body > * > p", "Home"},
      {"[role]", "Noted"},
      {"[role=alert]", "Noted"},
      {"custom-note[role=\"alert\"]", "Noted"},
      {"[role='other']", "-"},
      {"section ~x", "!"},
      {"ul", "one two"},
      {"html body div section p b", "such"},
      {"meta[name=errno]@content", "E17"},
      {"meta@content", "E17"},
      {"p@content", "-"},
      {"script", "var hidden = 1;"},
      {"*", "Oops & co Home Intro No such order today Direct Noted one two"},
  };
  for (const auto& one : cases) {
    if (one.text == "!") {
      BOOST_TEST(html_query::parse(one.query).problem != "", one.query);
      continue;
    }
    BOOST_TEST(found(one.query, page) == one.text, one.query);
  }
}

BOOST_AUTO_TEST_CASE(tries_every_ancestor_for_a_descendant) {
  // The nearest .a is no child of .x: the one around it is.
  constexpr std::string_view page =
      "<div class=x><div class=a><div><div class=a><i>deep</i></div></div></div></div>";
  BOOST_TEST(found(".x > .a i", page) == "deep");
  BOOST_TEST(found(".a > .a i", page) == "-");
}

BOOST_AUTO_TEST_CASE(reads_plain_text_as_a_page_without_elements) {
  BOOST_TEST(found("p", "just words") == "-");
  BOOST_TEST(found("body", "just words") == "just words");
}

BOOST_AUTO_TEST_CASE(cuts_long_texts_between_characters) {
  std::string page = "<p>";
  for (int i = 0; i < 5000; ++i) page += "\u00e9";
  const std::string text = found("p", page);
  BOOST_TEST(text.size() <= 4096U);
  BOOST_TEST(text.size() >= 4090U);
  BOOST_TEST(text.size() % 2 == 0U);
}

BOOST_AUTO_TEST_CASE(finds_nothing_in_markup_made_to_be_slow) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "<div class=a>";
  BOOST_TEST(found(".a .a .a .a .a .a .a .b", deep + "x") == "-");
  std::string allowed;
  for (int i = 0; i < 200; ++i) allowed += "<div class=a>";
  BOOST_TEST(found(".a .a .a .a .a .a .a .b", allowed + "x") == "-");
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_selector) {
  const struct {
    std::string_view query, problem;
  } cases[] = {
      {"", "ends where a name is wanted"},
      {"p >", "ends where a name is wanted"},
      {"> p", "a name is wanted where \"> p\""},
      {"p:first-child", "a name is wanted where \":first-c\""},
      {"p + p", "a name is wanted where \"+ p\""},
      {"p, b", "a name is wanted where \", b\""},
      {"p.", "ends where a name is wanted"},
      {"#", "ends where a name is wanted"},
      {"[role", "is not closed"},
      {"[role=\"x", "quotation marks"},
      {"[=x]", "a name is wanted"},
      {"*p", "after \"*\""},
      {"p@", "ends where a name is wanted"},
      {"p@id b", "at the end"},
      {"a b c d e f g h i", "more than 8"},
  };
  for (const auto& one : cases) {
    const auto parsed = html_query::parse(one.query);
    BOOST_TEST(parsed.problem.find(one.problem) != std::string::npos,
               one.query << ": " << parsed.problem);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
