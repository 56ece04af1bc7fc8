#include "policies/normalize/page_guard.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

namespace errata {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string attributes(std::size_t count, std::string_view each = " a=1") {
  return "<p" + repeated(each, count) + ">";
}

BOOST_AUTO_TEST_SUITE(page_guard)

BOOST_AUTO_TEST_CASE(pages_made_for_people_are_reasonable) {
  const std::string_view pages[] = {
      "",
      "no markup at all",
      "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not Found</h1></body></html>",
      "<html><body><p>first<p>second<p>third<br><hr><ul><li>a<li>b</ul></body></html>",
      "<table><tr><td>a<td>b<tr><td>c</table>",
      "<div class=\"a > b\" title='c < d'>quoted</div>",
      "a < b and 3 <4 </ > <> <!-- <div> --> <?xml?> <!>",
      "<DIV></div><Div></DIV>",
      "<div/><span/></div",
      "<",
      "<a",
      "<a href=\"",
      "</",
  };
  for (const std::string_view page : pages) BOOST_TEST(is_reasonable_markup(page), page);
}

BOOST_AUTO_TEST_CASE(nests_256_elements_and_no_more) {
  for (const std::string_view open : {"<div>", "<b>", "<DIV>", "<x9>", "<div a='>'>", "<div\n>"}) {
    BOOST_TEST(is_reasonable_markup(repeated(open, 256)), open);
    BOOST_TEST(!is_reasonable_markup(repeated(open, 257)), open);
    BOOST_TEST(!is_reasonable_markup("<html><body>" + repeated(open, 255)), open);
  }
}

BOOST_AUTO_TEST_CASE(closed_elements_do_not_count) {
  BOOST_TEST(is_reasonable_markup(repeated("<div></div>", 1000)));
  BOOST_TEST(is_reasonable_markup(repeated("<div><b><i>x</i></b></DIV>", 1000)));
  // What was left open inside is closed with what it is in.
  BOOST_TEST(is_reasonable_markup(repeated("<div><b><i>x</div>", 1000)));
}

BOOST_AUTO_TEST_CASE(a_closing_tag_that_fits_nothing_near_closes_nothing) {
  BOOST_TEST(!is_reasonable_markup(repeated("<div></span>", 257)));
  // Eight levels up is near.
  const std::string seven = repeated("<i>", 7);
  BOOST_TEST(is_reasonable_markup(repeated("<div>" + seven + "</div>", 1000)));
  BOOST_TEST(!is_reasonable_markup(repeated("<div><i>" + seven + "</div>", 1000)));
  BOOST_TEST(is_reasonable_markup(repeated("</div>", 1000)));
}

BOOST_AUTO_TEST_CASE(elements_that_end_by_themselves_do_not_nest) {
  for (const std::string_view name :
       {"area", "base", "br",    "col",    "embed",  "hr", "img", "input",
        "link", "meta", "param", "source", "wbr",    "p",  "li",  "tr",
        "td",   "th",   "dt",    "dd",     "option", "BR", "Td"}) {
    const std::string open = "<" + std::string(name) + ">";
    BOOST_TEST(is_reasonable_markup(repeated(open, 5000)), name);
  }
  BOOST_TEST(!is_reasonable_markup(repeated("<pre>", 257)));
}

BOOST_AUTO_TEST_CASE(scripts_and_styles_are_no_markup) {
  const std::string many = repeated("<div>", 300);
  for (const std::string name : {"script", "style", "SCRIPT"}) {
    BOOST_TEST(is_reasonable_markup("<" + name + ">" + many + "</" + name + ">"), name);
    BOOST_TEST(is_reasonable_markup("<" + name + ">" + many), name);
    // Behind it everything counts again, and what it holds closes nothing.
    BOOST_TEST(!is_reasonable_markup("<" + name + "></" + name + ">" + many), name);
    BOOST_TEST(!is_reasonable_markup(repeated("<div><" + name + "></div></" + name + ">", 257)),
               name);
  }
  BOOST_TEST(is_reasonable_markup("<script>if (a</b/.test(c)) {}</script >"));
}

BOOST_AUTO_TEST_CASE(takes_128_attributes_in_a_tag_and_no_more) {
  for (const std::string_view each : {" a=1", " a", "\na=\"x y z\"", " a='b c'", "\ta="}) {
    BOOST_TEST(is_reasonable_markup(attributes(128, each)), each);
    BOOST_TEST(!is_reasonable_markup(attributes(129, each)), each);
  }
  BOOST_TEST(is_reasonable_markup(repeated(attributes(100), 100)));
  // Quoted values have no attributes, whatever they look like.
  BOOST_TEST(is_reasonable_markup("<p a=\"" + repeated(" b=1", 500) + "\">"));
  BOOST_TEST(is_reasonable_markup("<p a='" + repeated(" b=1", 500) + "'>"));
  // A quote that is not a value's does not hide them.
  BOOST_TEST(!is_reasonable_markup("<p a\"" + repeated(" b=1", 500) + "\">"));
  // A tag that is never closed is looked at all the same, and so is a closing one.
  BOOST_TEST(!is_reasonable_markup("<p" + repeated(" a=1", 200)));
  BOOST_TEST(!is_reasonable_markup("</p" + repeated(" a=1", 200) + ">"));
}

BOOST_AUTO_TEST_CASE(takes_any_bytes) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  BOOST_TEST(is_reasonable_markup(all));
  for (int c = 0; c < 256; ++c) {
    const std::string one(1, static_cast<char>(c));
    BOOST_TEST(is_reasonable_markup("<" + one + "a" + one + "=" + one + ">" + one), c);
  }
  BOOST_TEST(is_reasonable_markup(std::string(100'000, '<')));
  BOOST_TEST(is_reasonable_markup(repeated("</", 50'000)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
