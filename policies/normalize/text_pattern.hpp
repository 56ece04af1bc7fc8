// A regular expression of the operator's (RE2 syntax), compiled once and bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace errata {

struct parsed_pattern;

// Immutable; copies share what was compiled. Matching is linear in the text and safe from any
// thread. An object that was not made by parse() matches nothing.
class text_pattern {
 public:
  static constexpr std::size_t longest = 512;

  // any: what is in brackets does not matter. capture: exactly one group, the text that is meant.
  enum class groups : std::uint8_t { any, capture };

  static parsed_pattern parse(std::string_view pattern, groups wanted);

  // Whether it occurs anywhere in `text` (valid UTF-8).
  bool matches(std::string_view text) const;
  // What the group holds where it first occurs; a view into `text`.
  std::optional<std::string_view> capture(std::string_view text) const;

 private:
  std::shared_ptr<const re2::RE2> compiled_;
};

struct parsed_pattern {
  text_pattern value;
  std::string problem;  // empty: `value` is good
};

}  // namespace errata
