#include "policies/normalize/open_elements.hpp"

#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <string_view>

namespace {

using errata::html_kind;
using errata::open_elements;

const errata::html_element& element(std::string_view name) {
  return *errata::find_html_element(name);
}

open_elements opened(std::initializer_list<std::string_view> names) {
  open_elements open;
  for (const auto name : names) open.push(element(name), {});
  return open;
}

constexpr std::size_t none = 99;

}  // namespace

BOOST_AUTO_TEST_SUITE(open_elements)

BOOST_AUTO_TEST_CASE(finds_what_a_closing_tag_closes) {
  const struct {
    std::initializer_list<std::string_view> open;
    std::string_view closing;
    std::size_t at;
  } rows[] = {
      {{}, "div", none},
      {{"div", "p"}, "div", 0},
      {{"div", "div", "p"}, "div", 1},
      {{"div"}, "section", none},
      {{"h1", "div"}, "h3", 0},
      {{"div", "table", "td"}, "div", none},
      {{"table", "td"}, "td", 1},
      {{"div", "object"}, "div", none},
      {{"ul", "li", "div"}, "li", 1},
  };
  for (const auto& row : rows)
    BOOST_TEST(opened(row.open).find(element(row.closing)).value_or(none) == row.at, row.closing);
}

BOOST_AUTO_TEST_CASE(keeps_a_paragraph_around_a_button) {
  BOOST_TEST(opened({"p", "div"}).find(html_kind::paragraph).value_or(none) == 0U);
  BOOST_TEST(!opened({"p", "button"}).find(html_kind::paragraph));
}

BOOST_AUTO_TEST_CASE(finds_the_item_that_a_new_one_ends) {
  BOOST_TEST(opened({"li", "p"}).find_item(element("li")).value_or(none) == 0U);
  BOOST_TEST(!opened({"li", "ul"}).find_item(element("li")));
  BOOST_TEST(opened({"dl", "dt", "div"}).find_item(element("dd")).value_or(none) == 1U);
  BOOST_TEST(!opened({"dl", "dd", "dl"}).find_item(element("dt")));
}

BOOST_AUTO_TEST_CASE(forgets_what_has_ended) {
  auto open = opened({"form", "div"});
  open.end(0);
  BOOST_TEST(!open.is_open(html_kind::form));
  BOOST_TEST(!open.find(element("form")));
  open.pop();
  BOOST_TEST(open.top().ended);
  open.pop();
  BOOST_TEST(open.empty());
  open.push(element("form"), {});
  BOOST_TEST(open.find(element("form")).value_or(none) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
