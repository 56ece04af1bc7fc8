#include "proxy/demo/printable.hpp"

#include <algorithm>
#include <cstdint>

namespace errata {

namespace {

bool is_continuation(char c) {
  return (static_cast<std::uint8_t>(c) & 0xC0) == 0x80;
}

// The length of the character at the start of `text`; 0 when it is not UTF-8. Overlong forms and
// surrogates count as characters: a terminal shows them as replacement characters, no worse.
std::size_t character_size(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  const std::size_t size = first < 0x80                    ? 1
                           : first >= 0xC2 && first < 0xE0 ? 2
                           : first >= 0xE0 && first < 0xF0 ? 3
                           : first >= 0xF0 && first < 0xF5 ? 4
                                                           : 0;
  if (size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!is_continuation(text[i])) return 0;
  // C1 control characters (U+0080 to U+009F) drive some terminals.
  if (first == 0xC2 && static_cast<std::uint8_t>(text[1]) < 0xA0) return 0;
  return size;
}

// Marks and overrides of direction, line and paragraph separators.
bool drives_layout(std::string_view character) {
  if (character.size() != 3) return false;
  const auto last = static_cast<std::uint8_t>(character[2]);
  if (character.starts_with("\xE2\x80")) {
    return last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE);
  }
  return character.starts_with("\xE2\x81") && last >= 0xA6 && last <= 0xA9;
}

// Whether one character, or nothing, may stand on a terminal as it is.
bool is_shown(std::string_view character) {
  if (character.empty() || drives_layout(character)) return false;
  const auto first = static_cast<std::uint8_t>(character.front());
  return first >= 0x20 && first != 0x7F;
}

void append_escaped(std::string& out, std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += is_continuation(c) ? 0 : 1;
  return count;
}

}  // namespace

std::string printable(std::string_view bytes, std::size_t columns) {
  std::string out;
  std::size_t shown = 0;
  while (!bytes.empty() && shown <= columns) {
    const char c = bytes.front();
    const auto size = character_size(bytes);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (is_shown(bytes.substr(0, size))) {
      out.append(bytes.substr(0, size));
    } else {
      append_escaped(out, bytes.substr(0, std::max<std::size_t>(size, 1)));
      shown += 3;
    }
    ++shown;
    bytes.remove_prefix(size == 0 ? 1 : size);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string escaped(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const auto size = character_size(bytes);
    const std::string_view next = bytes.substr(0, std::max<std::size_t>(size, 1));
    if (size > 0 && is_shown(next)) {
      out.append(next);
    } else {
      append_escaped(out, next);
    }
    bytes.remove_prefix(next.size());
  }
  return out;
}

std::string clipped(std::string_view text, std::size_t columns) {
  if (count_characters(text) <= columns) return std::string(text);
  std::size_t kept = 0;
  std::size_t end = 0;
  while (end < text.size() && (is_continuation(text[end]) || kept + 1 < columns)) {
    if (!is_continuation(text[end])) ++kept;
    ++end;
  }
  return std::string(text.substr(0, end)) + "\u2026";
}

std::pair<std::string, std::string> broken_line(std::string_view text, std::size_t columns) {
  std::size_t count = 0;
  std::size_t space = std::string_view::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' && count <= columns) space = i;
    count += is_continuation(text[i]) ? 0 : 1;
  }
  if (count <= columns || space == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, space)), std::string(text.substr(space + 1))};
}

std::string padded(std::string_view text, std::size_t columns) {
  const auto count = count_characters(text);
  return std::string(text) + std::string(count < columns ? columns - count : 0, ' ');
}

}  // namespace errata
