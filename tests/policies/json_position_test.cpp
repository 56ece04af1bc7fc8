#include "policies/json_position.hpp"

#include <boost/test/unit_test.hpp>

namespace errata {

BOOST_AUTO_TEST_SUITE(json_position_test)

BOOST_AUTO_TEST_CASE(counts_lines_and_bytes_from_one) {
  const struct {
    std::string_view text;
    std::size_t offset;
    unsigned line, column;
  } table[] = {
      {"", 0, 1, 1},     {"abc", 0, 1, 1},       {"abc", 3, 1, 4},
      {"a\nb", 1, 1, 2}, {"a\nb", 2, 2, 1},      {"a\r\nb", 3, 2, 1},
      {"\n\n", 2, 3, 1}, {"\xC3\xA4x", 2, 1, 3}, {"{\n  \"a\"", 4, 2, 3},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.text << " at " << row.offset) {
      const json_position at = position_at(row.text, row.offset);
      BOOST_TEST(at.line == row.line);
      BOOST_TEST(at.column == row.column);
    }
  }
}

BOOST_AUTO_TEST_CASE(escapes_keys_of_a_pointer) {
  BOOST_TEST(pointer_to("", "a") == "/a");
  BOOST_TEST(pointer_to("/a", "b/c~d") == "/a/b~1c~0d");
  BOOST_TEST(pointer_to("/a", "") == "/a/");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
