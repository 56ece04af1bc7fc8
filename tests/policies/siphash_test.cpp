#include "policies/siphash.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(siphash)

namespace {

// The key of the paper's test vectors: the bytes 00 to 0f.
constexpr std::array<std::uint64_t, 2> paper_key = {0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

std::string counting_bytes(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i);
  return text;
}

std::uint64_t hash_of(std::string_view text) {
  siphasher hash(paper_key);
  hash.add(text);
  return hash.finish();
}

}  // namespace

BOOST_AUTO_TEST_CASE(agrees_with_the_reference_vectors) {
  struct vector {
    std::size_t size;
    std::uint64_t expected;
  };
  // Size 15 is appendix A of the paper; the others were made with OpenSSL's SIPHASH.
  constexpr vector vectors[] = {
      {0, 0x726fdb47dd0e0e31U},   {1, 0x74f839c593dc67fdU},   {2, 0x0d6c8009d9a94f5aU},
      {3, 0x85676696d7fb7e2dU},   {4, 0xcf2794e0277187b7U},   {5, 0x18765564cd99a68dU},
      {6, 0xcbc9466e58fee3ceU},   {7, 0xab0200f58b01d137U},   {8, 0x93f5f5799a932462U},
      {9, 0x9e0082df0ba9e4b0U},   {15, 0xa129ca6149be45e5U},  {16, 0x3f2acc7f57c29bdbU},
      {17, 0x699ae9f52cbe4794U},  {31, 0x32d892fad841c342U},  {32, 0x7127512f72f27cceU},
      {63, 0x958a324ceb064572U},  {255, 0xa9c169fec74db21aU}, {256, 0x999d0526d2a7bfd7U},
      {257, 0x8a817b8d55b29748U},
  };
  for (const vector& v : vectors) {
    BOOST_TEST_CONTEXT("size " << v.size) {
      BOOST_TEST(hash_of(counting_bytes(v.size)) == v.expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(borders_of_the_pieces_do_not_count) {
  const std::string text = counting_bytes(40);
  const std::uint64_t whole = hash_of(text);
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      siphasher hash(paper_key);
      const std::string_view view = text;
      hash.add(view.substr(0, first));
      hash.add(view.substr(first, second - first));
      hash.add(view.substr(second));
      BOOST_REQUIRE_MESSAGE(hash.finish() == whole, "cut at " << first << " and " << second);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_word_is_its_eight_bytes) {
  for (std::size_t before = 0; before <= 9; ++before) {
    BOOST_TEST_CONTEXT(before << " bytes before") {
      siphasher words(paper_key);
      words.add(counting_bytes(before));
      words.add(std::uint64_t{0x0807060504030201U});
      words.add("end");
      BOOST_TEST(words.finish() ==
                 hash_of(counting_bytes(before) + "\x01\x02\x03\x04\x05\x06\x07\x08" + "end"));
    }
  }
}

BOOST_AUTO_TEST_CASE(finishing_does_not_end_it) {
  siphasher hash(paper_key);
  hash.add("abc");
  BOOST_TEST(hash.finish() == hash.finish());
  siphasher copy = hash;
  copy.add("def");
  hash.add("def");
  BOOST_TEST(hash.finish() == copy.finish());
  BOOST_TEST(hash.finish() == hash_of("abcdef"));
}

BOOST_AUTO_TEST_CASE(depends_on_both_halves_of_the_key) {
  const auto with = [](std::array<std::uint64_t, 2> key) {
    siphasher hash(key);
    hash.add("same");
    return hash.finish();
  };
  BOOST_TEST(with({0, 0}) != with({1, 0}));
  BOOST_TEST(with({0, 0}) != with({0, 1}));
  BOOST_TEST(with({0, 1}) != with({1, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
