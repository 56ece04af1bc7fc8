// Eight bytes of a text looked at as one number.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace errata {

// In all results the top bit of a byte tells that it is such a one. Bytes behind the first that is
// one may be marked in error, those before it never. The first byte is the lowest.
class eight_bytes {
 public:
  // `text` has eight bytes at least.
  explicit eight_bytes(const char* text) noexcept {
    std::memcpy(&word_, text, sizeof word_);
    if constexpr (std::endian::native == std::endian::big) word_ = __builtin_bswap64(word_);
  }

  // `limit`: at most 128. Bytes from 128 on are none.
  std::uint64_t below(unsigned char limit) const noexcept {
    return (word_ - ones * limit) & ~word_ & tops;
  }
  std::uint64_t equal(char c) const noexcept {
    const std::uint64_t other = word_ ^ (ones * static_cast<unsigned char>(c));
    return (other - ones) & ~other & tops;
  }
  std::uint64_t beyond_ascii() const noexcept { return word_ & tops; }

  // How many bytes come before the first one that is marked; 8 when none is.
  static std::size_t before_first(std::uint64_t marks) noexcept {
    return static_cast<std::size_t>(std::countr_zero(marks)) / 8;
  }

 private:
  static constexpr std::uint64_t ones = 0x0101010101010101;
  static constexpr std::uint64_t tops = ones * 0x80;
  std::uint64_t word_;
};

}  // namespace errata
