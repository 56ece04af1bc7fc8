// The nearest known name to a misspelt one, for messages that say what would be right.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace errata {

// By edit distance (insert, delete, replace, swap neighbours; ASCII case does not count). Nothing
// when even the nearest needs more than a third of its letters changed, or is over 64 bytes.
std::optional<std::string_view> nearest_name(std::string_view wrong,
                                             std::span<const std::string_view> known);

// "a", "b" or "c": at most sixteen, the rest counted.
std::string quoted_list(std::span<const std::string_view> names, std::string_view last_word);

}  // namespace errata
