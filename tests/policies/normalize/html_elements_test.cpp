#include "policies/normalize/html_elements.hpp"

#include <boost/test/unit_test.hpp>
#include <string_view>

namespace {

using errata::find_html_element;
using errata::html_kind;

}  // namespace

BOOST_AUTO_TEST_SUITE(html_elements)

BOOST_AUTO_TEST_CASE(knows_elements_in_any_case) {
  const struct {
    std::string_view name;
    html_kind kind;
    bool ends_paragraph;
  } rows[] = {
      {"a", html_kind::link, false},          {"B", html_kind::bold, false},
      {"DIV", html_kind::block, true},        {"blockquote", html_kind::block, true},
      {"FigCaption", html_kind::block, true}, {"h6", html_kind::heading, true},
      {"xmp", html_kind::raw_shown, true},    {"wbr", html_kind::in_line, false},
      {"TEXTAREA", html_kind::raw, false},    {"td", html_kind::cell, false},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.name) {
      const auto* found = find_html_element(row.name);
      BOOST_TEST_REQUIRE(found != nullptr);
      BOOST_TEST((found->kind == row.kind));
      BOOST_TEST(found->ends_paragraph == row.ends_paragraph);
      BOOST_TEST(errata::index_of(*found) < errata::html_element_count);
    }
  }
}

BOOST_AUTO_TEST_CASE(knows_no_others) {
  for (const std::string_view name :
       {"", "h7", "di", "divs", "my-element", "blockquotes", "{", "\xC3\xA4", "1", "@"})
    BOOST_TEST(find_html_element(name) == nullptr, name);
}

BOOST_AUTO_TEST_SUITE_END()
