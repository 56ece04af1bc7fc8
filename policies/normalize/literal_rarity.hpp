// Says which part of a word is rare in the texts that it is looked for in.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace errata {

// Letters by how often English has them; other bytes are rarer, but for the blank.
inline constexpr auto rarity = [] {
  constexpr std::string_view by_frequency = " etaoinsrhldcumfpgwybvkxjqz";
  std::array<std::size_t, 256> table{};
  table.fill(by_frequency.size());
  for (std::size_t i = 0; i < by_frequency.size(); ++i) {
    table[static_cast<unsigned char>(by_frequency[i])] = i;
  }
  return table;
}();

// Where the `size` bytes of `text` begin that are the rarest together. `text` is as long at least.
constexpr std::size_t rarest_part(std::string_view text, std::size_t size) noexcept {
  std::size_t best = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i + size <= text.size(); ++i) {
    std::size_t sum = 0;
    for (const char c : text.substr(i, size)) sum += rarity[static_cast<unsigned char>(c)];
    if (sum > most) {
      most = sum;
      best = i;
    }
  }
  return best;
}

}  // namespace errata
