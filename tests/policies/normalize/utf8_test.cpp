#include "policies/normalize/utf8.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(tells_well_formed_sequences) {
  const struct {
    std::string_view bytes;
    std::size_t length;
  } rows[] = {
      {""sv, 0},
      {"a"sv, 1},
      {"\x80"sv, 0},
      {"\xC2\x80"sv, 2},
      {"\xC1\xBF"sv, 0},
      {"\xDF\xBF"sv, 2},
      {"\xE0\x9F\xBF"sv, 0},
      {"\xE0\xA0\x80"sv, 3},
      {"\xED\x9F\xBF"sv, 3},
      {"\xED\xA0\x80"sv, 0},
      {"\xEF\xBF\xBF"sv, 3},
      {"\xF0\x8F\xBF\xBF"sv, 0},
      {"\xF0\x90\x80\x80"sv, 4},
      {"\xF4\x8F\xBF\xBF"sv, 4},
      {"\xF4\x90\x80\x80"sv, 0},
      {"\xF5\x80\x80\x80"sv, 0},
      {"\xE2\x82"sv, 0},
      {"\xC3(", 0},
  };
  for (const auto& row : rows) BOOST_TEST(errata::utf8_sequence(row.bytes) == row.length);
}

BOOST_AUTO_TEST_CASE(tells_a_cut_end_from_a_broken_one) {
  BOOST_TEST(errata::utf8_ends_early("x\xE2\x82"));
  BOOST_TEST(errata::utf8_ends_early("\xF0\x9F\x98"));
  BOOST_TEST(errata::utf8_ends_early("\xC3"));
  BOOST_TEST(!errata::utf8_ends_early(""));
  BOOST_TEST(!errata::utf8_ends_early("\xE2\x82\xAC"));
  BOOST_TEST(!errata::utf8_ends_early("\x82\x82\x82\x82"));
  BOOST_TEST(!errata::utf8_ends_early("\xE0\x80"));
}

BOOST_AUTO_TEST_CASE(finds_what_stands_anywhere_in_a_word) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'a');
    text[at] = '\0';
    BOOST_TEST(errata::take_utf8_census(text).nul);
    text[at] = '\xFF';
    BOOST_TEST(errata::take_utf8_census(text).broken == 1);
    BOOST_TEST(!errata::is_utf8(text));
  }
}

BOOST_AUTO_TEST_CASE(repairs_and_cuts_between_characters) {
  std::string out;
  BOOST_TEST(errata::append_repaired(out,
                                     "a\xFF\xFE"
                                     "b\0ü"sv,
                                     100));
  BOOST_TEST(out ==
             "a\xEF\xBF\xBD"
             "bü");
  out.clear();
  BOOST_TEST(!errata::append_repaired(out, "aü", 2));
  BOOST_TEST(out == "a");
  BOOST_TEST(errata::utf8_prefix("aü€", 3) == "aü");
  BOOST_TEST(errata::utf8_prefix("aü€", 5) == "aü");
  BOOST_TEST(errata::utf8_prefix("aü€", 6) == "aü€");
  BOOST_TEST(errata::utf8_prefix("ü", 0) == "");
}

BOOST_AUTO_TEST_CASE(writes_every_length) {
  std::string out;
  for (const std::uint32_t c : {0x41U, 0xE9U, 0x20ACU, 0x1F600U, 0xD800U, 0x110000U}) {
    errata::append_utf8(out, c);
  }
  BOOST_TEST(out == "Aé€\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_SUITE_END()
