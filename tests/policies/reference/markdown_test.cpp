#include "policies/reference/markdown.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/policies/reference/sample_catalog.hpp"

namespace errata {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_markdown)

BOOST_AUTO_TEST_CASE(each_code_has_a_section_an_anchor_and_a_link_to_it) {
  const catalog& errors = catalog::built_in();
  const std::string page = markdown_reference(make_reference(errors, {}));
  for (const std::string_view code : errors.codes()) {
    const std::string name(code);
    BOOST_TEST(has(page, "<a id=\"" + name + "\"></a>\n\n### `" + name + "`\n"), code);
    BOOST_TEST(has(page, "[`" + name + "`](#" + name + ")"), code);
  }
}

BOOST_AUTO_TEST_CASE(keeps_the_catalogs_texts_in_their_place) {
  const catalog errors = sample_catalog();
  const std::string page = markdown_reference(make_reference(errors, {}));
  BOOST_TEST(has(page, "> &lt;/script>\"&lt;b>&amp;'\\|\\`\\*/\\\\u{1}\xE2\x80\xA8\n"));
  BOOST_TEST(has(page, "\n\\*/ &lt;/style> `a\\|<i>` \\| \"x\" ${y} \\`open\n"));
}

BOOST_AUTO_TEST_CASE(names_the_address_of_each_code_where_there_is_a_base) {
  const catalog& errors = catalog::built_in();
  const std::string with = markdown_reference(
      make_reference(errors, {"https://docs.example.com/e#", "X-Request-Id", false}));
  BOOST_TEST(has(with, "Address: <https://docs.example.com/e#not_found>"));
  BOOST_TEST(has(with, "\"doc_url\": \"https://docs.example.com/e#validation_failed\""));
  BOOST_TEST(!has(markdown_reference(make_reference(errors, {})), "Address:"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
