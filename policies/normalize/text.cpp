#include "policies/normalize/text.hpp"

#include <algorithm>

#include "policies/message.hpp"
#include "policies/normalize/boilerplate.hpp"
#include "policies/normalize/markup.hpp"
#include "policies/normalize/scrub.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t most_input = 16 * 1024;
constexpr std::size_t most_message = 1024;

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view without_surrounding_blanks(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// JSON, scripts, markup: for others to read, and no message when they could not.
bool is_machine_text(std::string_view text) noexcept {
  if (text.starts_with('{') || text.starts_with('[') || text.starts_with("/*") ||
      text.starts_with("<?") || text.starts_with("<!") || text.starts_with(")]}'")) {
    return true;
  }
  // callback({...})
  const std::string_view head = text.substr(0, 128);
  const auto bracket = head.find('(');
  if (bracket == std::string_view::npos || bracket + 1 >= head.size()) return false;
  const std::string_view name = head.substr(0, bracket);
  const bool one_word = name.find_first_of(" \t\n") == std::string_view::npos;
  return one_word && (head[bracket + 1] == '{' || head[bracket + 1] == '[');
}

// Bytes that made no sense as text leave replacement and control characters behind.
bool is_noise(std::string_view text) noexcept {
  std::size_t odd = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != 0x1B) ++odd;
    if (text.substr(i, 3) == "\xEF\xBF\xBD") odd += 3;
  }
  return odd * 8 > text.size();
}

// Not a rule of dashes.
bool has_words(std::string_view line) noexcept {
  return std::any_of(line.begin(), line.end(), is_letter);
}

bool is_one_ascii_word(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_snake_case(std::string_view text) noexcept {
  const bool letters = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return letters && text.find('_') != std::string_view::npos && text.size() <= 64;
}

// Joins the lines of the first paragraph that says something.
std::string first_statement(std::string_view text, unsigned status) {
  std::string message;
  std::string stock;
  while (!text.empty() && message.size() < most_message) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = without_surrounding_blanks(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) {
      if (!message.empty()) break;
      continue;
    }
    line = without_status(line, status);
    if (is_boilerplate(line, status) || !has_words(line)) continue;
    if (message.empty() && is_stock_sentence(line)) {
      if (stock.empty()) stock = line;
      continue;
    }
    if (!message.empty()) message.push_back(' ');
    message.append(line);
  }
  return message.empty() ? stock : message;
}

// The first line of a dump, if nothing in it has to be hidden.
std::string harmless_opening(std::string_view text, unsigned status) {
  const std::string_view line =
      without_status(without_surrounding_blanks(text.substr(0, text.find('\n'))), status);
  if (is_boilerplate(line, status) || !has_words(line) || looks_like_trace(line)) return {};
  const scrubbed clean = scrub_message(line);
  return clean.removed.internals() == 0 && !clean.hopeless ? clean.text : std::string();
}

}  // namespace

extracted extract_text(std::string_view text, unsigned status) {
  extracted result;
  result.shape = "text";
  result.internal = looks_like_trace(text);
  text = without_surrounding_blanks(utf8_prefix(text, most_input));
  if (text.empty() || is_machine_text(text) || is_noise(text)) return result;
  if (status >= 500 && (status != 503 || result.internal)) return result;
  // Line ends of all kinds become '\n', escapes go: a message is what a person would see.
  const std::string plain = without_controls(text);
  result.origin = result.internal ? "first line" : "first paragraph";
  result.message = result.internal ? harmless_opening(plain, status)
                                   : collapse_blanks(first_statement(plain, status));
  if (status == 503 && !speaks_to_client(result.message)) result.message.clear();
  if (is_one_ascii_word(result.message)) {
    // "invalid_token" is for programs, and other lone words say nothing.
    if (is_snake_case(result.message)) result.code = result.message;
    result.message.clear();
  }
  return result;
}

}  // namespace errata
