#include "policies/sixteen_bytes.hpp"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <string>

namespace errata {

BOOST_AUTO_TEST_SUITE(sixteen_bytes_at_once)

BOOST_AUTO_TEST_CASE(tells_each_byte_for_itself) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::string wrong;
    for (std::size_t at = 0; at < 16; ++at) {
      std::string text(16, 'a');
      const char c = static_cast<char>(byte);
      text[at] = c;
      const sixteen_bytes all(text.data());
      const auto expect = [&](std::string_view what, byte_marks marks, auto&& is) {
        std::uint32_t wanted = 0;
        for (std::size_t i = 0; i < 16; ++i) {
          if (is(static_cast<unsigned char>(text[i]))) wanted |= 1U << i;
        }
        if (marks.bits() != wanted) wrong.append(what).append(" ");
      };
      expect("equal", all.equal('"'), [](unsigned u) { return u == '"'; });
      expect("equal high", all.equal('\xE2'), [](unsigned u) { return u == 0xE2; });
      expect("below", all.below(0x20), [](unsigned u) { return u < 0x20; });
      expect("within", all.within('b', 'y'), [](unsigned u) { return u >= 'b' && u <= 'y'; });
      expect("beyond", all.beyond_ascii(), [](unsigned u) { return u >= 0x80; });
      expect("small", all.small().equal('b'), [](unsigned u) { return u == 'b' || u == 'B'; });
      expect("either", all.equal('a') | all.equal('b'), [](unsigned u) { return u - 'a' < 2U; });
      expect("both", all.below('c') & all.beyond_ascii(), [](unsigned) { return false; });
    }
    BOOST_TEST(wrong == "", "byte " << byte << ": " << wrong);
  }
}

BOOST_AUTO_TEST_CASE(reads_shorter_texts_and_no_byte_beyond) {
  const std::string letters = "abcdefghijklmnop";
  for (std::size_t size = 0; size <= 16; ++size) {
    // Of its own size in memory, so that a sanitizer sees what is read behind it.
    const std::string text = letters.substr(0, size);
    const sixteen_bytes some{std::string_view(text)};
    BOOST_TEST(some.within('a', 'p').bits() == (1U << size) - 1, "size " << size);
    BOOST_TEST(some.equal('\0').bits() == (0xFFFFU & ~((1U << size) - 1)), "size " << size);
    if (size > 8) continue;
    std::uint64_t wanted = 0;
    for (std::size_t i = size; i-- > 0;) wanted = wanted << 8 | static_cast<unsigned char>(text[i]);
    BOOST_TEST(up_to_eight_bytes(text.data(), size) == wanted, "size " << size);
  }
}

BOOST_AUTO_TEST_CASE(finds_the_first_of_a_text) {
  const auto find = [](std::string_view text, std::size_t from) {
    return find_marked(text, from,
                       [](sixteen_bytes next) { return next.equal('!') | next.below(0x20); });
  };
  for (std::size_t size = 0; size < 50; ++size) {
    const std::string plain(size, 'a');
    for (std::size_t from = 0; from <= size; ++from) {
      BOOST_REQUIRE(find(plain, from) == size);
      for (std::size_t at = from; at < size; ++at) {
        std::string text = plain;
        text[at] = '!';
        text.back() = '!';
        BOOST_REQUIRE(find(text, from) == at);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
