#include "policies/siphash.hpp"

#include <bit>
#include <cstring>

namespace errata {
namespace {

std::uint64_t load_word(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

}  // namespace

// The four constants spell "somepseudorandomlygeneratedbytes" (section 2.1 of the paper).
siphasher::siphasher(const std::array<std::uint64_t, 2>& key) noexcept
    : v0_(key[0] ^ 0x736f6d6570736575U),
      v1_(key[1] ^ 0x646f72616e646f6dU),
      v2_(key[0] ^ 0x6c7967656e657261U),
      v3_(key[1] ^ 0x7465646279746573U) {}

void siphasher::round() noexcept {
  v0_ += v1_;
  v2_ += v3_;
  v1_ = std::rotl(v1_, 13) ^ v0_;
  v3_ = std::rotl(v3_, 16) ^ v2_;
  v0_ = std::rotl(v0_, 32);
  v2_ += v1_;
  v0_ += v3_;
  v1_ = std::rotl(v1_, 17) ^ v2_;
  v3_ = std::rotl(v3_, 21) ^ v0_;
  v2_ = std::rotl(v2_, 32);
}

void siphasher::compress(std::uint64_t word) noexcept {
  v3_ ^= word;
  round();
  round();
  v0_ ^= word;
}

void siphasher::add(std::uint64_t word) noexcept {
  const unsigned filled = static_cast<unsigned>(length_ % 8U) * 8U;
  length_ += 8U;
  if (filled == 0) return compress(word);
  compress(tail_ | word << filled);
  tail_ = word >> (64U - filled);
}

void siphasher::add(std::string_view bytes) noexcept {
  while (bytes.size() >= 8) {
    add(load_word(bytes.data()));
    bytes.remove_prefix(8);
  }
  for (const char byte : bytes) {
    const unsigned filled = static_cast<unsigned>(length_ % 8U) * 8U;
    tail_ |= std::uint64_t{static_cast<unsigned char>(byte)} << filled;
    if (++length_ % 8U == 0) {
      compress(tail_);
      tail_ = 0;
    }
  }
}

std::uint64_t siphasher::finish() const noexcept {
  siphasher last = *this;
  // The length modulo 256 takes the top byte, which `tail_` never fills.
  last.compress(tail_ | length_ << 56U);
  last.v2_ ^= 0xffU;
  for (int i = 0; i < 4; ++i) last.round();
  return last.v0_ ^ last.v1_ ^ last.v2_ ^ last.v3_;
}

}  // namespace errata
