#include "policies/normalize/utf8.hpp"

#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr unsigned byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

struct lead {
  std::size_t length;   // 0: cannot begin a sequence
  unsigned second_low;  // bounds of the second byte, which rule out overlong forms and surrogates
  unsigned second_high;
};

constexpr lead lead_of(unsigned byte) noexcept {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// How many of the bytes that the lead calls for are there and fit.
std::size_t fitting_bytes(std::string_view text, lead expected) noexcept {
  std::size_t i = 1;
  for (; i < expected.length && i < text.size(); ++i) {
    const unsigned byte = byte_at(text, i);
    const unsigned low = i == 1 ? expected.second_low : 0x80;
    const unsigned high = i == 1 ? expected.second_high : 0xBF;
    if (byte < low || byte > high) break;
  }
  return i;
}

// Length of the leading run of ASCII without NUL.
std::size_t plain_run(std::string_view text) noexcept {
  return find_marked(text, 0,
                     [](sixteen_bytes next) { return next.equal('\0') | next.beyond_ascii(); });
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const lead expected = lead_of(byte_at(text, 0));
  if (expected.length < 2) return expected.length;
  return fitting_bytes(text, expected) == expected.length ? expected.length : 0;
}

bool utf8_ends_early(std::string_view text) noexcept {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const std::string_view tail = text.substr(text.size() - back);
    const lead expected = lead_of(byte_at(tail, 0));
    if (expected.length == 1) return false;
    if (expected.length > 1) {
      return expected.length > back && fitting_bytes(tail, expected) == back;
    }
  }
  return false;
}

utf8_census take_utf8_census(std::string_view text) noexcept {
  utf8_census census;
  while (true) {
    text.remove_prefix(plain_run(text));
    if (text.empty()) return census;
    if (text[0] == '\0') census.nul = true;
    const std::size_t length = utf8_sequence(text);
    if (length > 1) ++census.multibyte;
    if (length == 0) ++census.broken;
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

bool is_utf8(std::string_view text) noexcept {
  return take_utf8_census(text).broken == 0;
}

bool append_repaired(std::string& out, std::string_view text, std::size_t limit) {
  bool in_broken_run = false;
  while (!text.empty()) {
    const std::size_t room = limit > out.size() ? limit - out.size() : 0;
    if (const std::size_t run = plain_run(text); run > 0) {
      out.append(text.substr(0, run < room ? run : room));
      if (run > room) return false;
      text.remove_prefix(run);
      in_broken_run = false;
      continue;
    }
    const std::size_t length = utf8_sequence(text);
    if (length == 0) {
      if (!in_broken_run) {
        if (replacement.size() > room) return false;
        out.append(replacement);
      }
    } else if (text[0] != '\0') {
      if (length > room) return false;
      out.append(text.substr(0, length));
    }
    in_broken_run = length == 0;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return true;
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    out.append(replacement);
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  while (limit > 0 && (byte_at(text, limit) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace errata
