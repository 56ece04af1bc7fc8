#include "policies/eight_bytes.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {

BOOST_AUTO_TEST_SUITE(eight_bytes_at_once)

BOOST_AUTO_TEST_CASE(finds_the_first_of_each_kind) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < 8; ++at) {
      std::string text(8, 'a');
      text[at] = static_cast<char>(byte);
      if (at + 1 < 8) text[at + 1] = static_cast<char>(byte + 1);
      const eight_bytes eight(text.data());
      BOOST_TEST_CONTEXT("byte " << byte << " at " << at) {
        const auto first = [](std::uint64_t marks) { return eight_bytes::before_first(marks); };
        if (byte < 0x20) BOOST_TEST(first(eight.below(0x20)) == at);
        if (byte == '"') BOOST_TEST(first(eight.equal('"')) == at);
        if (byte >= 0x80) BOOST_TEST(first(eight.beyond_ascii()) == at);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(finds_nothing_where_nothing_is) {
  for (int byte = 0x20; byte < 256; ++byte) {
    const std::string text(8, static_cast<char>(byte));
    const eight_bytes eight(text.data());
    BOOST_TEST(eight.below(0x20) == 0U, byte);
    BOOST_TEST((eight.equal('"') == 0) == (byte != '"'), byte);
    BOOST_TEST((eight.beyond_ascii() == 0) == (byte < 0x80), byte);
  }
  BOOST_TEST(eight_bytes::before_first(0) == 8U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
