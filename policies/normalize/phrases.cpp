#include "policies/normalize/phrases.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "policies/message.hpp"
#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool iends_with(std::string_view text, std::string_view end) noexcept {
  return text.size() >= end.size() && iequals(text.substr(text.size() - end.size()), end);
}

// An id or a time: one word, a colon, and one more word right after it; or a few words that say
// what it is.
bool is_diagnostic(std::string_view line) noexcept {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 >= line.size()) return false;
  if (line.find(' ') == std::string_view::npos) return true;
  const std::string_view label = line.substr(0, colon);
  if (label.size() > 24) return false;
  const std::string_view value = trimmed(line.substr(colon + 1));
  const bool id = iends_with(label, " id") || iends_with(label, "timestamp");
  return id && std::count(value.begin(), value.end(), ' ') <= 1;
}

// "2 errors occurred:"
bool is_count(std::string_view line) noexcept {
  return !line.empty() && is_digit(line.front()) && line.size() < 32 &&
         (line.ends_with("errors occurred:") || line.ends_with("error occurred:"));
}

std::string_view without_bullet(std::string_view line) noexcept {
  for (const std::string_view bullet : {"* ", "- ", "\xE2\x80\xA2 "}) {
    if (line.starts_with(bullet)) return trimmed(line.substr(bullet.size()));
  }
  return line;
}

constexpr std::size_t longest_weak = 200;

constexpr std::array<std::string_view, 20> weak = {
    "validation failed",      "validation error",   "validation errors occurred",
    "invalid request",        "request is invalid", "given data was invalid",
    "failed validation",      "invalid argument",   "bad request",
    "invalid input",          "request validation", "invalid param",
    "validation exception",   "one or more param",  "one or more field",
    "schema violation",       "invalid form",       "invalid data",
    "could not be validated", "unprocessable",
};

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Five letters or blanks as one number, capitals as small letters.
constexpr std::uint64_t five_at(const char* text) noexcept {
  std::uint64_t letters = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    letters = letters << 8 | static_cast<unsigned char>(text[i] | 0x20);
  }
  return letters;
}

// Whether there is at text[i] a part such as each of them has.
constexpr bool is_weak_part(std::string_view text, std::size_t i) noexcept {
  if (i + 5 > text.size()) return false;
  switch (five_at(text.data() + i)) {
    case five_at("bad r"):
    case five_at("one o"):
    case five_at("unpro"):
    case five_at("valid"):
    case five_at("viola"):
      return true;
    default:
      return false;
  }
}
static_assert(std::all_of(weak.begin(), weak.end(), [](std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_weak_part(text, i)) return true;
  }
  return false;
}));

// Where such a part may begin, by its first two letters. What follows the last byte is not known.
std::uint32_t weak_beginnings(sixteen_bytes bytes) noexcept {
  const sixteen_bytes small = bytes.small();
  const auto at = [&](char c) { return small.equal(c).bits(); };
  const auto before = [&](std::uint32_t second) { return second >> 1 | 0x8000U; };
  const std::uint32_t n = at('n');
  const std::uint32_t a = at('a');
  const std::uint32_t i = at('i');
  return (at('b') & before(a)) | ((at('o') | at('u')) & before(n)) | (at('v') & before(a | i));
}

// One look that nearly every other text fails.
bool may_be_weak(std::string_view text) noexcept {
  for (std::size_t from = 0; from < text.size(); from += sixteen_bytes::size) {
    std::uint32_t found = weak_beginnings(sixteen_bytes(text.substr(from)));
    for (; found != 0; found &= found - 1) {
      if (is_weak_part(text, from + static_cast<std::size_t>(std::countr_zero(found)))) return true;
    }
  }
  return false;
}

// Whether `text` opens with an object's first key, or with a list of objects.
bool opens_document(std::string_view text) noexcept {
  const auto take = [&text](char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n", 1), text.size()));
    return true;
  };
  take('[');
  return take('{') && text.starts_with('"');
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_wordy(std::string_view text) noexcept {
  text = trimmed(text);
  return find_marked(text, 0, [](sixteen_bytes next) {
           return next.equal(' ') | next.beyond_ascii();
         }) < text.size();
}

bool is_weak(std::string_view text) {
  if (text.size() > longest_weak || !may_be_weak(text)) return false;
  std::array<char, longest_weak> letters;
  std::transform(text.begin(), text.end(), letters.begin(), lower);
  const std::string_view small(letters.data(), text.size());
  return std::any_of(weak.begin(), weak.end(), [small](std::string_view p) {
    return small.find(p) != std::string_view::npos;
  });
}

std::string without_diagnostics(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return std::string(text);
  std::string kept;
  bool listing = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    const std::string_view point = without_bullet(line);
    const bool bullet = point.size() < line.size();
    // Stack frames are known by their indentation.
    const std::string_view said = bullet ? point : text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_diagnostic(line) || is_count(line)) continue;
    if (bullet && listing) kept.replace(kept.size() - 1, 1, "; ");
    listing = bullet;
    kept.append(said) += '\n';
  }
  return kept;
}

std::size_t document_in(std::string_view text) noexcept {
  if (opens_document(text)) return 0;
  if (!text.ends_with('}') && !text.ends_with(']')) return std::string_view::npos;
  for (auto at = text.find_first_of("{["); at != std::string_view::npos;
       at = text.find_first_of("{[", at + 1)) {
    if (opens_document(text.substr(at))) return at;
  }
  return std::string_view::npos;
}

std::string_view code_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size() && (is_upper(text[at]) || is_digit(text[at]) || text[at] == '_')) ++at;
  const std::string_view code = text.substr(0, at);
  std::string_view rest = text.substr(at);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const bool parts = code.find('_') != std::string_view::npos;
  return parts && is_upper(code.front()) && rest.starts_with(": ") ? code : std::string_view();
}

std::string_view without_number(std::string_view text, unsigned status) noexcept {
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(text[i] - '0'); };
  if (text.size() < 5 || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2]) ||
      text[3] != ' ' || digit(0) * 100 + digit(1) * 10 + digit(2) != status) {
    return text;
  }
  std::string_view rest = trimmed(text.substr(4));
  if (const auto close = rest.find(") "); rest.starts_with('(') && close < 40) {
    rest = trimmed(rest.substr(close + 2));
  }
  return rest;
}

bool is_empty_phrase(std::string_view text) {
  // The longest last.
  constexpr std::array<std::string_view, 4> empty = {"null", "undefined", "No message available",
                                                     "An error has occurred."};
  text = trimmed(text);
  return text.size() <= empty.back().size() &&
         std::find(empty.begin(), empty.end(), text) != empty.end();
}

}  // namespace errata
