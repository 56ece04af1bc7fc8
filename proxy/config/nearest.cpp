#include "proxy/config/nearest.hpp"

#include <algorithm>
#include <array>

namespace errata {
namespace {

constexpr std::size_t longest_name = 64;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Optimal string alignment distance, three rows of the usual table at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) noexcept {
  using row = std::array<std::size_t, longest_name + 1>;
  row before{}, previous{}, current{};
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      current[j] =
          std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    before = previous;
    previous = current;
  }
  return previous[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view wrong,
                                             std::span<const std::string_view> known) {
  if (wrong.empty() || wrong.size() > longest_name) return {};
  std::optional<std::string_view> best;
  std::size_t best_distance = longest_name;
  for (const std::string_view name : known) {
    if (name.size() > longest_name) continue;
    const std::size_t distance = edit_distance(wrong, name);
    const std::size_t allowed = std::max<std::size_t>(1, name.size() / 3);
    if (distance > allowed || distance >= best_distance || distance >= name.size()) continue;
    best = name;
    best_distance = distance;
  }
  return best;
}

std::string quoted_list(std::span<const std::string_view> names, std::string_view last_word) {
  constexpr std::size_t most = 16;
  std::string out;
  const std::size_t shown = std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) {
      const bool last = i + 1 == names.size();
      out += last ? ' ' + std::string(last_word) + ' ' : std::string(", ");
    }
    out += '"' + std::string(names[i]) + '"';
  }
  if (names.size() > shown) out += " and " + std::to_string(names.size() - shown) + " more";
  return out;
}

}  // namespace errata
