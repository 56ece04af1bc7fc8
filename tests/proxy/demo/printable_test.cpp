#include "proxy/demo/printable.hpp"

#include <boost/test/unit_test.hpp>

using namespace errata;

BOOST_AUTO_TEST_SUITE(printable_suite)

BOOST_AUTO_TEST_CASE(shows_any_bytes_on_one_line) {
  const struct {
    std::string_view bytes;
    const char* shown;
  } table[] = {
      {"plain", "plain"},
      {" a \r\n\t b ", "a b"},
      {"\x1b[31mred", "\\x1b[31mred"},
      {std::string_view("\0x", 2), "\\x00x"},
      {"\x7f", "\\x7f"},
      {"\xc3\xbc", "\xc3\xbc"},
      {"\xfc", "\\xfc"},
      {"\xc3", "\\xc3"},
      {"\xc2\x9b"
       "1m",
       "\\xc2\\x9b1m"},
      {"", ""},
  };
  for (const auto& row : table) BOOST_TEST(printable(row.bytes, 40) == row.shown);
}

BOOST_AUTO_TEST_CASE(reads_no_more_than_it_shows) {
  BOOST_TEST(printable(std::string(1000, 'x'), 10).size() <= 11u);
}

BOOST_AUTO_TEST_CASE(escapes_what_is_not_for_a_terminal) {
  using namespace std::string_literals;
  const struct {
    std::string bytes;
    const char* shown;
  } table[] = {
      {"two  blanks \u00fc", "two  blanks \u00fc"},
      {"\x1B[31mred\x7F\0"s, "\\x1b[31mred\\x7f\\x00"},
      {"a\tb\r\n", "a\\x09b\\x0d\\x0a"},
      {"caf\xE9 \xFF", "caf\\xe9 \\xff"},
      {"\xC2\x9B"
       "31m",
       "\\xc2\\x9b31m"},
      {"\u202Egnp.exe\u2066", "\\xe2\\x80\\xaegnp.exe\\xe2\\x81\\xa6"},
      {"\u2028\u2013\u2026", "\\xe2\\x80\\xa8\u2013\u2026"},
      {"", ""},
  };
  for (const auto& row : table) BOOST_TEST(escaped(row.bytes) == row.shown);
  BOOST_TEST(printable("a\u202Eb  c", 20) == "a\\xe2\\x80\\xaeb c");
}

BOOST_AUTO_TEST_CASE(counts_characters_not_bytes) {
  BOOST_TEST(clipped("gr\u00fc\u00dfe", 5) == "gr\u00fc\u00dfe");
  BOOST_TEST(clipped("gr\u00fc\u00dfen", 5) == "gr\u00fc\u00df\u2026");
  BOOST_TEST(padded("\u00fc", 3) == "\u00fc  ");
  BOOST_TEST(padded("long", 3) == "long");
}

BOOST_AUTO_TEST_CASE(breaks_a_line_between_words) {
  const struct {
    const char* text;
    const char* first;
    const char* rest;
  } table[] = {
      {"one two three", "one two", "three"},
      {"one two", "one two", ""},
      {"one twos", "one", "twos"},
      {"onetwothree", "onetwothree", ""},
      {"\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc", "\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc", ""},
      {"", "", ""},
  };
  for (const auto& row : table) {
    const auto [first, rest] = broken_line(row.text, 7);
    BOOST_TEST(first == row.first);
    BOOST_TEST(rest == row.rest);
  }
}

BOOST_AUTO_TEST_SUITE_END()
