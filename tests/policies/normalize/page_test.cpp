#include "policies/normalize/page.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

namespace {

using errata::block_kind;
using errata::page;
using errata::read_page;

// Blocks parted by " | ": '#' a heading, '!' a title, '$' preformatted, "label=" and '@' a link.
std::string outline(std::string_view html) {
  std::string out;
  for (const auto& b : read_page(html).blocks) {
    if (!out.empty()) out += " | ";
    if (b.kind == block_kind::heading) out += '#';
    if (b.kind == block_kind::title) out += '!';
    if (b.kind == block_kind::preformatted) out += '$';
    if (b.linked) out += '@';
    out += b.label.empty() ? b.text : b.label + "=" + b.rest;
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(page_blocks_of_html)

BOOST_AUTO_TEST_CASE(parts_what_a_reader_sees) {
  const struct {
    const char* html;
    const char* blocks;
  } rows[] = {
      {"", ""},
      {"<!doctype html><html><head><title>T &amp; <b></title><meta charset=x></head><body>a</body>",
       "!T & <b> | a"},
      {"<h1>a</h1>b<p>c<p>d", "#a | b | c | d"},
      {"a<br>b<hr>c", "a | b | c"},
      {"one <i>two</i> <span>three</span>four", "one two threefour"},
      {"fo<wbr>ur <mark>five</mark>", "four five"},
      {"<div>a<div>b</div>c</div>d", "a | b | c | d"},
      {"<pre>\n a\n  b</pre>c", "$ a\n  b | c"},
      {"<pre>a<br>b</pre>", "$a\nb"},
      {"<h2>a<p>b</h2>c", "#a | #b | c"},
      {"<h1>a</h3>b", "#a | b"},
      {"<ul><li>a<li>b<ul><li>c</ul>d</ul>e", "a | b | c | d | e"},
      {"<my-box>a</my-box>b</other>c", "a | bc"},
      {"a</p>b</div>c</br>d", "a | bc | d"},
      {"a<body>b</body></html>c", "abc"},
      {"<xmp><b>a</b></xmp>b", "<b>a</b> | b"},
      {"<p>a<table><tr><td>b<td>c<tr><td>d</table>e", "a | b | c | d | e"},
      {"a<td>b</td>c", "abc"},
      {"<table><tr><td><div>a<td>b</div>c</table>d", "a | bc | d"},
      {"<table><td>a<table><td>b</table>c</table>d", "a | b | c | d"},
  };
  for (const auto& row : rows)
    BOOST_TEST(outline(row.html) == row.blocks, row.html << " gave " << outline(row.html));
}

BOOST_AUTO_TEST_CASE(leaves_out_what_is_no_text_for_a_reader) {
  const struct {
    const char* html;
    const char* blocks;
  } rows[] = {
      {"a<script>b</script>c<style>d</style>e", "ace"},
      {"a<noscript><p>b</noscript>c<iframe>d</iframe>e<textarea>f</textarea>g", "aceg"},
      {"<p>a <button>b</button>c", "a c"},
      {"<nav><p>a<ul><li>b</nav>c", "c"},
      {"<footer>a<address>b</address>c</footer>d", "d"},
      {"<form>a<table><tr><td>b</table></form>c", "c"},
      {"<table><form><tr><td>a</form></table>b", "a | b"},
      {"<form><div>a</form>b</div>c", "c"},
      {"<form>a<form>b</form>c</form>d", "cd"},
      {"<select><option>a<div>b</div></select>c", "c"},
      {"<select><option>a<select>b", "b"},
      {"<select>a<input>b", "b"},
      {"<svg><title>a</title><text>b</text></svg>c<svg/>d", "cd"},
      {"<svg><text>a<p>b", "b"},
      {"<object>a</div>b</object>c", "c"},
      {"<template><p>a</template>b", "b"},
      {"<h1>a<nav>b</h1>c", "#a | c"},
      {"a<!-- b -->c", "ac"},
  };
  for (const auto& row : rows)
    BOOST_TEST(outline(row.html) == row.blocks, row.html << " gave " << outline(row.html));
}

BOOST_AUTO_TEST_CASE(knows_labels_and_links) {
  const struct {
    const char* html;
    const char* blocks;
  } rows[] = {
      {"<p><b>Message</b> Sold out</p>", "message=Sold out"},
      {"<p> <strong>Error:</strong>x", "error=x"},
      {"<p>a <b>b</b></p>", "a b"},
      {"<b>all of it", "all of it="},
      {"<p><b>a<p>b</b> c", "a= | b=c"},
      {"<b><div>a</b> b</div>", "a=b"},
      {"<b>a<table><td>b<td><i>c</table>", "a | b | c"},
      {"<table><tr><th>Reason:</th><td>Sold out</td></table>", "reason=Sold out"},
      {"<dl><dt>Code<dd>E1<dt>State<dd>2</dl>", "code=E1 | state=2"},
      {"<a href=x>a</a>", "@a"},
      {"<a>a</a> b", "a b"},
      {"<a>a<p>b</p></a>c", "@a | @b | c"},
      {"<a><table><td>b</table></a>c", "@b | c"},
      {"<table><td><a>b</table>c", "@b | c"},
      {"<nav><b>a</nav>b", "b="},
  };
  for (const auto& row : rows)
    BOOST_TEST(outline(row.html) == row.blocks, row.html << " gave " << outline(row.html));
}

BOOST_AUTO_TEST_CASE(passes_over_a_tag_that_the_end_cuts_off) {
  for (const char* html : {"<p>a<b", "<p>a</", "<title>a</titl", "<p>a<!-", "<p>a<b x='"})
    BOOST_TEST(outline(html).ends_with("a"), html);
  BOOST_TEST(outline("<p>a < 5") == "a < 5");
}

BOOST_AUTO_TEST_CASE(does_not_read_what_nests_without_end) {
  std::string html;
  for (int i = 0; i < 250; ++i) html += "<div>";
  BOOST_TEST(read_page(html + "a").readable);
  for (int i = 0; i < 10; ++i) html += "<div>";
  const page deep = read_page(html + "a");
  BOOST_TEST(!deep.readable);
  BOOST_TEST(deep.blocks.empty());
}

BOOST_AUTO_TEST_CASE(reads_only_so_much) {
  std::string html;
  while (html.size() < 2 * errata::most_page_bytes) html += "<p>a piece of text that goes on</p>";
  BOOST_TEST(read_page(html).blocks.size() == errata::most_page_blocks);
  const std::string blanks(errata::most_page_bytes, ' ');
  BOOST_TEST(read_page(blanks + "<p>a").blocks.empty());
}

BOOST_AUTO_TEST_SUITE_END()
