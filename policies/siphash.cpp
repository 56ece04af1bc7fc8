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

void siphasher::add(std::string_view bytes) noexcept {
  const unsigned filled = static_cast<unsigned>(length_ % 8U) * 8U;
  length_ += bytes.size();
  siphasher in_registers = *this;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    const std::uint64_t word = load_word(bytes.data());
    in_registers.compress(in_registers.tail_ | word << filled);
    // In two steps: a shift by the whole width would be undefined.
    in_registers.tail_ = word >> 1U >> (63U - filled);
  }
  *this = in_registers;
  if (bytes.empty()) return;
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    rest |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8U * i;
  }
  tail_ |= rest << filled;
  if (filled + 8U * bytes.size() < 64U) return;
  compress(tail_);
  tail_ = rest >> (64U - filled);
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
