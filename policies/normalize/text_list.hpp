// Lists of known texts that are asked for by what a text begins with.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace errata {

// How a text begins: its first eight bytes, and which of them there are.
struct opening {
  std::uint64_t bytes = 0;
  std::uint64_t mask = 0;

  constexpr opening() noexcept = default;
  constexpr explicit opening(std::string_view text) noexcept {
    for (std::size_t i = 0; i < std::min(text.size(), most); ++i) set(i, text[i]);
  }

  static constexpr std::size_t most = 8;
  constexpr void set(std::size_t i, char c) noexcept {
    bytes |= std::uint64_t{static_cast<unsigned char>(c)} << i * 8;
    mask |= std::uint64_t{0xFF} << i * 8;
  }
  constexpr char front() const noexcept { return static_cast<char>(bytes & 0xFF); }

  // Whether a text that begins like this may begin with one that begins like `other`.
  constexpr bool may_start_with(const opening& other) const noexcept {
    return ((bytes ^ other.bytes) & other.mask) == 0;
  }
};

// Texts, of which only those are looked at whole that begin like what is compared with them.
template <std::size_t N>
class text_list {
 public:
  constexpr explicit text_list(std::array<std::string_view, N> texts) : texts_(texts) {
    static_assert(N < 256);
    std::sort(texts_.begin(), texts_.end());
    for (std::size_t i = N; i-- > 0;) {
      openings_[i] = opening(texts_[i]);
      const auto first = static_cast<unsigned char>(texts_[i].front());
      begin_[first] = static_cast<std::uint8_t>(i);
      if (end_[first] == 0) end_[first] = static_cast<std::uint8_t>(i + 1);
    }
  }

  constexpr auto begin() const noexcept { return texts_.begin(); }
  constexpr auto end() const noexcept { return texts_.end(); }

  // Whether a text that begins like `text` may be one of them, or begin with one.
  bool may_have(const opening& text) const noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    return std::any_of(openings_.begin() + begin_[first], openings_.begin() + end_[first],
                       [&text](const opening& known) { return text.may_start_with(known); });
  }
  bool contains(std::string_view text) const noexcept {
    return any_like(text, [text](std::string_view known) { return known == text; });
  }
  bool has_prefix_of(std::string_view text) const noexcept {
    return any_like(text, [text](std::string_view known) { return text.starts_with(known); });
  }

 private:
  template <class F>
  bool any_like(std::string_view text, F&& f) const noexcept {
    if (text.empty()) return false;
    const opening begins(text);
    const auto first = static_cast<unsigned char>(text.front());
    for (std::size_t i = begin_[first]; i < end_[first]; ++i) {
      if (begins.may_start_with(openings_[i]) && f(texts_[i])) return true;
    }
    return false;
  }

  std::array<std::string_view, N> texts_;
  std::array<opening, N> openings_;
  std::array<std::uint8_t, 256> begin_{};  // by first byte
  std::array<std::uint8_t, 256> end_{};
};

}  // namespace errata
