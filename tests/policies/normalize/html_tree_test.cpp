#include "policies/normalize/html_tree.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

BOOST_AUTO_TEST_SUITE(html_tree_)

BOOST_AUTO_TEST_CASE(has_a_document_for_any_text) {
  for (const std::string_view html : {"", "plain", "<p", "<html><title>x", "\xC3\xA9<b>"}) {
    BOOST_TEST((html_tree(html).document() != nullptr), html);
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_nested_as_no_page_is) {
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "<div>";
  BOOST_TEST((html_tree(deep).document() == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
