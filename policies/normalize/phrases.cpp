#include "policies/normalize/phrases.hpp"

#include <algorithm>
#include <array>

namespace errata {

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_wordy(std::string_view text) noexcept {
  text = trimmed(text);
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || static_cast<unsigned char>(c) >= 0x80; });
}

bool is_weak(std::string_view text) {
  constexpr std::array<std::string_view, 11> weak = {
      "validation failed", "validation error",   "validation errors occurred",
      "invalid request",   "request is invalid", "given data was invalid",
      "failed validation", "invalid argument",   "bad request",
      "invalid input",     "request validation",
  };
  if (text.size() > 200) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return std::any_of(weak.begin(), weak.end(), [&lower](std::string_view phrase) {
    return lower.find(phrase) != std::string::npos;
  });
}

std::string without_diagnostics(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return std::string(text);
  std::string kept;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    const auto colon = line.find(':');
    // One word, a colon, and one more word right after it.
    const bool pair = colon != std::string_view::npos && colon != 0 && colon + 1 < line.size() &&
                      line.find(' ') == std::string_view::npos;
    if (!pair) kept.append(text.substr(0, end)) += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return kept;
}

bool is_empty_phrase(std::string_view text) {
  constexpr std::array<std::string_view, 4> empty = {"No message available", "undefined", "null",
                                                     "An error has occurred."};
  return std::find(empty.begin(), empty.end(), trimmed(text)) != empty.end();
}

}  // namespace errata
