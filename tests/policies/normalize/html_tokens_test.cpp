#include "policies/normalize/html_tokens.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

namespace {

using errata::html_token;
using errata::html_token_kind;
using errata::html_tokens;

// "text", "<p>", "</p>", "<?>" for an element that is not HTML's, "<p/>"; parted by '|'.
std::string cut(std::string_view page) {
  html_tokens tokens(page);
  html_token token;
  std::string out;
  while (tokens.next(token)) {
    if (!out.empty()) out += '|';
    if (token.kind == html_token_kind::text) {
      out += token.text;
      continue;
    }
    const bool start = token.kind == html_token_kind::start_tag;
    out += start ? "<" : "</";
    out += token.element == nullptr ? "?" : token.element->name;
    out += start && token.closes_itself ? "/>" : ">";
    if (!start || token.element == nullptr) continue;
    if (token.element->kind == errata::html_kind::raw ||
        token.element->kind == errata::html_kind::title) {
      out += "{" + std::string(tokens.raw_text(*token.element)) + "}";
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(html_tokens)

BOOST_AUTO_TEST_CASE(parts_tags_and_text) {
  const struct {
    const char* page;
    const char* tokens;
  } rows[] = {
      {"", ""},
      {"plain", "plain"},
      {"a<P>b</p\n>c", "a|<p>|b|</p>|c"},
      {"<br/><svg />", "<br/>|<svg/>"},
      {"<my-box>x</my-box>", "<?>|x|</?>"},
      {"<p class=a>b", "<p>|b"},
      {"<p a='>' b=\">\">c", "<p>|c"},
      {"<p a = '>'>b", "<p>|b"},
      {"<p a=b'>c", "<p>|c"},
      {"<p a=x=\">y", "<p>|y"},
      {"<p/a=\"'\">b", "<p>|b"},
      {"<p \"a>b\">c", "<p>|b\">c"},
      {"1 < 2 <3", "1 |< 2 |<3"},
      {"a<", "a|<"},
      {"a</", "a|</"},
      {"a</>b", "a|b"},
      {"a</ b>c", "a|c"},
      {"a<p", "a"},
      {"a<p title=\"b>c", "a"},
      {"a<!doctype html>b", "a|b"},
      {"a<?php echo 1; ?>b", "a|b"},
      {"a<![CDATA[b]]>c", "a|c"},
      {"a<!-- <p> -- > -->b", "a|b"},
      {"a<!-->b", "a|b"},
      {"a<!--->b", "a|b"},
      {"a<!-- x --!>b", "a|b"},
      {"a<!--x--->b", "a|b"},
      {"a<!-- b", "a"},
      {"<script>if (a </b>c) '</p>'</script>d", "<script>{if (a </b>c) '</p>'}|d"},
      {"<script>a</scripts></SCRIPT x='>'>d", "<script>{a</scripts>}|d"},
      {"<script>a", "<script>{a}"},
      {"<style>a</style", "<style>{a}"},
      {"<title>a <b> &amp;</title>c", "<title>{a <b> &amp;}|c"},
  };
  for (const auto& row : rows)
    BOOST_TEST(cut(row.page) == row.tokens, row.page << " gave " << cut(row.page));
}

BOOST_AUTO_TEST_CASE(passes_over_one_line_end) {
  for (const char* page : {"\na", "\r\na", "\ra", "a"}) {
    errata::html_tokens tokens{std::string_view(page)};
    tokens.skip_line_end();
    BOOST_TEST(tokens.take_rest() == "a");
    html_token none;
    BOOST_TEST(!tokens.next(none));
  }
}

BOOST_AUTO_TEST_SUITE_END()
