#include "policies/reference/typescript.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/policies/reference/sample_catalog.hpp"

namespace errata {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reference_typescript)

BOOST_AUTO_TEST_CASE(has_every_type_code_and_status) {
  const catalog& errors = catalog::built_in();
  const std::string module = typescript_reference(make_reference(errors, {}));
  for (const std::string& type : errors.types()) BOOST_TEST(has(module, "\n  \"" + type + "\",\n"));
  for (const std::string_view code : errors.codes()) {
    BOOST_TEST(has(module, "\n  " + std::string(code) + ": {\n"), code);
  }
  for (unsigned status = 400; status <= 599; ++status) {
    BOOST_TEST(has(module, "\n  " + std::to_string(status) + ": {") == errors.lists(status),
               status);
  }
  BOOST_TEST(
      has(module, "export function isErrorEnvelope(value: unknown): value is ErrorEnvelope"));
}

BOOST_AUTO_TEST_CASE(no_text_ends_its_comment_or_string) {
  const catalog errors = sample_catalog();
  const std::string module = typescript_reference(make_reference(errors, {}));
  BOOST_TEST(has(module, "   * *\\/ </style> `a|<i>` | \"x\" ${y} `open\n"));
  BOOST_TEST(has(module, "message: \"</script>\\\"<b>&'|`*/\\\\u{1}"));
}

BOOST_AUTO_TEST_CASE(links_each_code_where_there_is_a_base) {
  const catalog& errors = catalog::built_in();
  BOOST_TEST(has(typescript_reference(make_reference(errors, {"https://e.example/#", "X", false})),
                 "docUrl: \"https://e.example/#not_found\""));
  BOOST_TEST(!has(typescript_reference(make_reference(errors, {})), "docUrl"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
