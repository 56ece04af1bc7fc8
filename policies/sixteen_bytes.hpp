// Sixteen bytes of a text looked at at once.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace errata {

// The first `size` bytes at `text` as a number, the first lowest; the bytes behind them are 0.
// size: at most 8.
inline std::uint64_t up_to_eight_bytes(const char* text, std::size_t size) noexcept {
  const auto at = [text](std::size_t i) {
    return std::uint64_t{static_cast<unsigned char>(text[i])} << i * 8;
  };
  if (std::endian::native != std::endian::little) {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < size; ++i) all |= at(i);
    return all;
  }
  if (size == 8) {
    std::uint64_t all;
    std::memcpy(&all, text, sizeof all);
    return all;
  }
  if (size >= 4) {
    std::uint32_t first;
    std::uint32_t last;
    std::memcpy(&first, text, sizeof first);
    std::memcpy(&last, text + size - 4, sizeof last);
    return first | std::uint64_t{last} << (size - 4) * 8;
  }
  return size == 0 ? 0 : at(0) | at(size / 2) | at(size - 1);
}

// Which of sixteen bytes are such ones.
class byte_marks {
 public:
  using lanes = unsigned char __attribute__((vector_size(16)));

  // `set`: all bits of a lane, or none.
  explicit byte_marks(lanes set) noexcept : set_(set) {}

  byte_marks operator|(byte_marks other) const noexcept { return byte_marks(set_ | other.set_); }
  byte_marks operator&(byte_marks other) const noexcept { return byte_marks(set_ & other.set_); }

  // The lowest bit is the first byte's. No bit above the sixteenth is set.
  std::uint32_t bits() const noexcept {
#ifdef __SSE2__
    return static_cast<std::uint32_t>(_mm_movemask_epi8(std::bit_cast<__m128i>(set_)));
#else
    std::uint32_t all = 0;
    for (unsigned i = 0; i < 16; ++i) all |= std::uint32_t{set_[i] & 1U} << i;
    return all;
#endif
  }

 private:
  lanes set_;
};

class sixteen_bytes {
 public:
  static constexpr std::size_t size = 16;

  // `text` has that many bytes at least.
  explicit sixteen_bytes(const char* text) noexcept { std::memcpy(&bytes_, text, sizeof bytes_); }

  // The first of a text; of a shorter one all, with zeros behind it.
  explicit sixteen_bytes(std::string_view text) noexcept {
    if (text.size() >= size) {
      std::memcpy(&bytes_, text.data(), sizeof bytes_);
    } else {
      fill_from_short(text);
    }
  }

  // The first `count` bytes, and zeros instead of the others. count: at most 16.
  sixteen_bytes first(std::size_t count) const noexcept {
    static constexpr auto kept = [] {
      std::array<std::array<unsigned char, size>, size + 1> rows{};
      for (std::size_t i = 0; i < rows.size(); ++i) {
        std::fill_n(rows[i].begin(), i, static_cast<unsigned char>(0xFF));
      }
      return rows;
    }();
    return sixteen_bytes(bytes_ & std::bit_cast<lanes>(kept[count]));
  }

  // As two numbers, in the order of the machine's bytes.
  std::array<std::uint64_t, 2> words() const noexcept {
    return std::bit_cast<std::array<std::uint64_t, 2>>(bytes_);
  }

  byte_marks equal(char c) const noexcept { return marks(bytes_ == all(c)); }
  byte_marks below(unsigned char limit) const noexcept { return marks(bytes_ < splat(limit)); }
  byte_marks within(char first, char last) const noexcept {
    const auto low = static_cast<unsigned char>(first);
    const auto span = static_cast<unsigned char>(static_cast<unsigned char>(last) - low);
    return marks(bytes_ - splat(low) <= splat(span));
  }
  byte_marks beyond_ascii() const noexcept { return marks(bytes_ > splat(0x7F)); }

  // With bit 5 of each byte set: of letters the small ones, of digits and blanks themselves.
  sixteen_bytes small() const noexcept { return sixteen_bytes(bytes_ | splat(0x20)); }

 private:
  using lanes = byte_marks::lanes;

  explicit sixteen_bytes(lanes bytes) noexcept : bytes_(bytes) {}

  void fill_from_short(std::string_view text) noexcept {
    const std::size_t first = std::min<std::size_t>(text.size(), 8);
    const std::array<std::uint64_t, 2> words = {
        up_to_eight_bytes(text.data(), first),
        up_to_eight_bytes(text.data() + first, std::min<std::size_t>(text.size() - first, 8))};
    std::memcpy(&bytes_, words.data(), sizeof bytes_);
  }

  static lanes splat(unsigned char value) noexcept { return lanes{} + value; }
  static lanes all(char c) noexcept { return splat(static_cast<unsigned char>(c)); }
  template <class Comparison>
  static byte_marks marks(Comparison set) noexcept {
    return byte_marks(std::bit_cast<lanes>(set));
  }

  lanes bytes_;
};

// The first byte from `from` on that is marked; text.size() when none is. `marks_of`: of sixteen
// bytes the byte_marks; zeros behind a text do not count.
template <class F>
std::size_t find_marked(std::string_view text, std::size_t from, F&& marks_of) noexcept {
  for (; from + sixteen_bytes::size <= text.size(); from += sixteen_bytes::size) {
    const std::uint32_t found = marks_of(sixteen_bytes(text.data() + from)).bits();
    if (found != 0) return from + static_cast<std::size_t>(std::countr_zero(found));
  }
  if (from >= text.size()) return text.size();
  std::uint32_t found;
  if (text.size() >= sixteen_bytes::size) {
    // The last sixteen, without those that were looked at before.
    const std::size_t last = text.size() - sixteen_bytes::size;
    found = marks_of(sixteen_bytes(text.data() + last)).bits() >> (from - last);
  } else {
    found = marks_of(sixteen_bytes(text.substr(from))).bits();
  }
  return std::min(text.size(), from + static_cast<std::size_t>(std::countr_zero(found)));
}

}  // namespace errata
