// Looks for any of some hundred literals in one pass, much cheaper than an automaton does: nearly
// every place is passed by with one look at three bytes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "policies/normalize/literal_rarity.hpp"

namespace errata {

enum class literal_place : std::uint8_t { anywhere, word_start, inside_word };

struct literal {
  std::string_view text;  // lower-case ASCII, at least Stride + 2 bytes
  literal_place place = literal_place::anywhere;
};

// Of N literals. Every Stride-th place of a text is looked at: 1, or 2 where all literals are long
// enough. Made by the compiler. Any thread.
template <std::size_t N, std::size_t Stride>
class literal_search {
 public:
  explicit consteval literal_search(const literal (&literals)[N]) {
    std::copy(literals, literals + N, literals_.begin());
    std::size_t used = 0;
    for (std::size_t i = 0; i < N; ++i) {
      const std::string_view text = literals[i].text;
      if (text.size() < gram + Stride - 1) throw "a literal that is too short";
      const std::size_t best = rarest_part(text, gram + Stride - 1);
      // Of Stride places on end one is looked at.
      for (std::size_t j = best; j < best + Stride; ++j) {
        const std::uint32_t hash = hash_of(text[j], text[j + 1], text[j + 2]);
        entries_[used++] = {static_cast<std::uint16_t>(hash), static_cast<std::uint16_t>(i),
                            static_cast<std::uint16_t>(j)};
        marked_[hash / 64] |= std::uint64_t{1} << hash % 64;
      }
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const entry& a, const entry& b) { return a.hash < b.hash; });
  }

  // Whether one of them is in `text`, in capitals or small letters. Linear for texts that are not
  // made of nothing but beginnings of literals, and at most N times that.
  bool any_in(std::string_view text) const noexcept {
    if (text.size() < gram) return false;
    // Four bytes are read at once, of which three count.
    const std::size_t quads = text.size() - gram;
    std::size_t at = 0;
    for (; at < quads; at += Stride) {
      std::uint32_t bytes;
      std::memcpy(&bytes, text.data() + at, sizeof bytes);
      if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap32(bytes);
      const std::uint32_t hash = hash_of(bytes);
      if (is_marked(hash)) [[unlikely]] {
        if (is_at(text, at, hash)) return true;
      }
    }
    if (at > quads) return false;
    const std::uint32_t last = hash_of(text[at], text[at + 1], text[at + 2]);
    return is_marked(last) && is_at(text, at, last);
  }

 private:
  static constexpr std::size_t gram = 3;

  struct entry {
    std::uint16_t hash = 0;
    std::uint16_t which = 0;
    std::uint16_t offset = 0;
  };

  // Of three bytes, in which capitals are small letters (and some other bytes fall together too).
  static constexpr std::uint32_t hash_of(std::uint32_t bytes) noexcept {
    return (((bytes & 0xFFFFFF) | 0x202020) * 0x9E3779B1U) >> 18;
  }
  static constexpr std::uint32_t hash_of(char a, char b, char c) noexcept {
    const auto byte = [](char x) { return std::uint32_t{static_cast<unsigned char>(x)}; };
    return hash_of(byte(a) | byte(b) << 8 | byte(c) << 16);
  }

  bool is_marked(std::uint32_t hash) const noexcept {
    return (marked_[hash / 64] >> hash % 64 & 1) != 0;
  }

  static bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  // Out of the loop's way.
  [[gnu::noinline]] bool is_at(std::string_view text, std::size_t at,
                               std::uint32_t hash) const noexcept {
    auto found = std::lower_bound(entries_.begin(), entries_.end(), hash,
                                  [](const entry& e, std::uint32_t h) { return e.hash < h; });
    for (; found != entries_.end() && found->hash == hash; ++found) {
      const literal& wanted = literals_[found->which];
      if (at < found->offset) continue;
      const std::size_t begin = at - found->offset;
      if (begin + wanted.text.size() > text.size()) continue;
      if (wanted.place != literal_place::anywhere) {
        const bool inside = begin > 0 && is_word(text[begin - 1]);
        if (inside != (wanted.place == literal_place::inside_word)) continue;
      }
      const bool same = std::equal(
          wanted.text.begin(), wanted.text.end(), text.begin() + begin,
          [](char known, char c) { return known == (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
      if (same) return true;
    }
    return false;
  }

  std::array<literal, N> literals_{};
  std::array<entry, N * Stride> entries_{};
  std::array<std::uint64_t, 256> marked_{};
};

}  // namespace errata
