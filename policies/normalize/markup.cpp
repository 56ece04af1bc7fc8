#include "policies/normalize/markup.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "policies/message.hpp"
#include "policies/normalize/utf8.hpp"
#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Length of the escape sequence at the start of `text`, which begins with ESC. A blank ends it
// though it might be part of it: what follows may be a word that has to be seen whole.
std::size_t escape_length(std::string_view text) noexcept {
  if (text.size() < 2) return 1;
  if (text[1] == '[') {
    // CSI: parameters and intermediates are 20 to 3F, the final byte 40 to 7E.
    std::size_t i = 2;
    while (i < text.size() && text[i] > 0x20 && text[i] <= 0x3F) ++i;
    return i < text.size() && text[i] >= 0x40 && text[i] <= 0x7E ? i + 1 : i;
  }
  if (text[1] == ']' || text[1] == 'P' || text[1] == '_' || text[1] == '^') {
    // A string up to BEL or ST; what never ends is only its introducer, lest it swallow the text.
    const auto end = text.substr(0, 256).find_first_of("\x07\x1B", 2);
    if (end == std::string_view::npos) return 2;
    return end + (text[end] == '\x1B' && text.substr(end + 1, 1) == "\\" ? 2 : 1);
  }
  if (text[1] == ' ') return 1;
  return text[1] > 0x20 && text[1] <= 0x2F ? std::min<std::size_t>(3, text.size()) : 2;
}

// What a character beyond ASCII becomes: itself (nothing to say), a space, a line end, or nothing.
enum class fate { keep, space, line_end, drop };

fate fate_of(std::string_view sequence) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 2 && byte(0) == 0xC2) {
    if (byte(1) < 0xA0 || byte(1) == 0xA0) return fate::space;  // C1 controls, no-break space
    return byte(1) == 0xAD ? fate::drop : fate::keep;           // soft hyphen
  }
  if (sequence.size() != 3) return fate::keep;
  if (byte(0) == 0xE2 && byte(1) == 0x80) {
    if (byte(2) == 0xA8 || byte(2) == 0xA9) return fate::line_end;
    if (byte(2) >= 0x8B && byte(2) <= 0x8F) return fate::drop;  // zero width, direction marks
    if (byte(2) >= 0xAA && byte(2) <= 0xAE) return fate::drop;  // direction overrides
    return fate::keep;
  }
  if (byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xAF) return fate::drop;
  return sequence == "\xEF\xBB\xBF" ? fate::drop : fate::keep;
}

struct element {
  std::string_view name;
  bool ends_line;
};

constexpr std::array elements = {
    element{"a", false},     element{"abbr", false},  element{"address", true},
    element{"b", false},     element{"big", false},   element{"blockquote", true},
    element{"body", true},   element{"br", true},     element{"button", true},
    element{"center", true}, element{"cite", false},  element{"code", false},
    element{"dd", true},     element{"div", true},    element{"dl", true},
    element{"dt", true},     element{"em", false},    element{"font", false},
    element{"footer", true}, element{"form", true},   element{"h1", true},
    element{"h2", true},     element{"h3", true},     element{"h4", true},
    element{"h5", true},     element{"h6", true},     element{"head", true},
    element{"header", true}, element{"hr", true},     element{"html", true},
    element{"i", false},     element{"iframe", true}, element{"img", false},
    element{"input", false}, element{"kbd", false},   element{"label", false},
    element{"li", true},     element{"link", false},  element{"main", true},
    element{"meta", false},  element{"ol", true},     element{"p", true},
    element{"pre", true},    element{"q", false},     element{"s", false},
    element{"samp", false},  element{"script", true}, element{"section", true},
    element{"small", false}, element{"span", false},  element{"strong", false},
    element{"style", true},  element{"sub", false},   element{"sup", false},
    element{"svg", true},    element{"table", true},  element{"tbody", true},
    element{"td", true},     element{"th", true},     element{"thead", true},
    element{"title", true},  element{"tr", true},     element{"tt", false},
    element{"u", false},     element{"ul", true},     element{"var", false},
};

const element* find_element(std::string_view name) noexcept {
  const auto it = std::find_if(elements.begin(), elements.end(),
                               [&](const element& e) { return iequals(e.name, name); });
  return it == elements.end() ? nullptr : &*it;
}

struct tag {
  std::size_t length = 0;  // 0: not a tag
  bool ends_line = false;
};

constexpr std::size_t longest_tag = 1024;

// The tag, comment or declaration at the start of `text`, which begins with '<'.
tag tag_at(std::string_view text) noexcept {
  if (text.substr(0, 4) == "<!--") {
    const auto end = text.find("-->");
    return {end == std::string_view::npos ? text.size() : end + 3, true};
  }
  const std::string_view window = text.substr(0, longest_tag);
  const auto close = window.find('>');
  if (close == std::string_view::npos) return {};
  if (window.size() > 1 && (window[1] == '!' || window[1] == '?')) return {close + 1, true};
  const bool closing = window.size() > 1 && window[1] == '/';
  const std::size_t start = closing ? 2 : 1;
  std::size_t end = start;
  while (end < close && (is_letter(window[end]) || is_digit(window[end]) || window[end] == ':' ||
                         window[end] == '-' || window[end] == '_')) {
    ++end;
  }
  if (end == start || !is_letter(window[start])) return {};
  const std::string_view name = window.substr(start, end - start);
  const std::string_view rest = window.substr(end, close - end);
  if (rest.find('<') != std::string_view::npos) return {};
  if (const element* known = find_element(name)) return {close + 1, known->ends_line};
  // "<https://example.com>" is no element with a prefix.
  const bool markup = closing ||
                      (name.find(':') != std::string_view::npos && !name.ends_with(':')) ||
                      (rest.starts_with(' ') && rest.find('=') != std::string_view::npos) ||
                      rest == "/" || rest == " /";
  return {markup ? close + 1 : 0, false};
}

struct entity {
  std::string_view name;
  std::uint32_t character;
};

constexpr std::array entities = {
    entity{"lt", '<'},       entity{"gt", '>'},       entity{"quot", '"'},
    entity{"apos", '\''},    entity{"nbsp", ' '},     entity{"hellip", 0x2026},
    entity{"ndash", 0x2013}, entity{"mdash", 0x2014}, entity{"lsquo", 0x2018},
    entity{"rsquo", 0x2019}, entity{"ldquo", 0x201C}, entity{"rdquo", 0x201D},
    entity{"laquo", 0xAB},   entity{"raquo", 0xBB},   entity{"copy", 0xA9},
    entity{"euro", 0x20AC},  entity{"auml", 0xE4},    entity{"ouml", 0xF6},
    entity{"uuml", 0xFC},    entity{"szlig", 0xDF},   entity{"eacute", 0xE9},
    entity{"Auml", 0xC4},    entity{"Ouml", 0xD6},    entity{"Uuml", 0xDC},
};

struct reference {
  std::size_t length = 0;  // 0: not a reference
  std::uint32_t character = 0;
};

reference numeric_reference(std::string_view text) noexcept {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  std::uint32_t value = 0;
  std::size_t i = hex ? 3 : 2;
  const std::size_t first = i;
  for (; i < text.size() && i < first + 8; ++i) {
    const char c = text[i];
    std::uint32_t digit;
    if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      break;
    }
    value = std::min<std::uint32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (i == first || i >= text.size() || text[i] != ';') return {};
  return {i + 1, value < 0x20 ? ' ' : value};
}

// The character reference at the start of `text`, which begins with '&'. "&amp;lt;" counts as one
// for '<': twice escaped text is common, and text that is escaped once is not what was meant.
reference reference_at(std::string_view text) noexcept {
  std::size_t skipped = 0;
  while (text.substr(skipped + 1, 4) == "amp;") skipped += 4;
  const std::string_view inner = text.substr(skipped);
  reference found;
  if (inner.size() > 1 && (inner[1] == '#' || is_letter(inner[1]))) {
    if (inner[1] == '#') {
      found = numeric_reference(inner);
    } else {
      for (const entity& e : entities) {
        if (inner.substr(1, e.name.size()) == e.name && inner.substr(e.name.size() + 1, 1) == ";") {
          found = {e.name.size() + 2, e.character};
        }
      }
    }
  }
  if (found.length > 0) return {found.length + skipped, found.character};
  return skipped > 0 ? reference{skipped + 1, '&'} : reference{};
}

// The name of the element at the start of `text` if what is in it is a program and no text.
std::string_view program_name(std::string_view text) noexcept {
  for (const std::string_view name : {"script", "style"}) {
    if (!iequals(text.substr(1, name.size()), name)) continue;
    const std::string_view after = text.substr(1 + name.size(), 1);
    if (after == ">" || after == " ") return text.substr(1, name.size());
  }
  return {};
}

// Where the closing tag of such an element starts; 0 when it is never closed: then its name is a
// word in a sentence.
std::size_t program_length(std::string_view text, std::string_view name) noexcept {
  for (auto at = text.find("</"); at != std::string_view::npos; at = text.find("</", at + 2)) {
    if (iequals(text.substr(at + 2, name.size()), name)) return at;
  }
  return 0;
}

// One step: from the start of `text` either a tag, a reference or a character goes to `out`.
std::size_t step(std::string_view text, std::string& out) {
  if (text[0] == '<') {
    if (const tag t = tag_at(text); t.length > 0) {
      if (t.ends_line) out.push_back('\n');
      return t.length;
    }
  } else if (text[0] == '&') {
    if (const reference r = reference_at(text); r.length > 0) {
      append_utf8(out, r.character);
      return r.length;
    }
  }
  out.push_back(text[0]);
  return 1;
}

}  // namespace

std::string without_controls(std::string_view text) {
  std::string repaired;
  if (!is_utf8(text)) {
    append_repaired(repaired, text, text.size() * 3);
    text = repaired;
  }
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && text[run] >= 0x20 && text[run] < 0x7F) ++run;
    out.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) break;
    const auto byte = static_cast<unsigned char>(text[0]);
    std::size_t length = 1;
    if (byte == 0x1B) {
      length = escape_length(text);
    } else if (byte == '\n' || (byte == '\r' && text.substr(1, 1) != "\n")) {
      out.push_back('\n');
    } else if (byte < 0x20 || byte == 0x7F) {
      out.push_back(' ');
    } else {
      length = std::max<std::size_t>(utf8_sequence(text), 1);
      const std::string_view sequence = text.substr(0, length);
      const fate f = fate_of(sequence);
      if (f == fate::keep) out.append(sequence);
      if (f == fate::space) out.push_back(' ');
      if (f == fate::line_end) out.push_back('\n');
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string without_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  // Once an end was looked for in vain, no other is: else many openings would cost the square of
  // the length.
  bool programs = true;
  while (!text.empty()) {
    const auto next = std::min(text.find_first_of("<&"), text.size());
    out.append(text.substr(0, next));
    text.remove_prefix(next);
    if (text.empty()) break;
    if (const std::string_view name = program_name(text); programs && !name.empty()) {
      const std::size_t length = program_length(text, name);
      programs = length > 0;
      text.remove_prefix(length);
    }
    text.remove_prefix(step(text, out));
  }
  return out;
}

std::string collapse_blanks(std::string_view text) {
  // Up to the first blank that cannot stay as it is all is one piece.
  std::size_t fine = 0;
  bool word = false;
  while (fine < text.size() && (text[fine] == ' ' ? word : !is_blank(text[fine]))) {
    word = text[fine++] != ' ';
  }
  if (fine > 0 && !word) --fine;
  std::string out;
  out.reserve(text.size());
  out.append(text.substr(0, fine));
  for (std::size_t i = fine; i < text.size();) {
    const std::size_t start = i;
    while (i < text.size() && !is_blank(text[i])) ++i;
    if (i > start) {
      if (!out.empty()) out.push_back(' ');
      out.append(text.substr(start, i - start));
    }
    while (i < text.size() && is_blank(text[i])) ++i;
  }
  return out;
}

namespace {

// Whether it is one line of printable ASCII with one blank between words, and none of the bytes
// that `also` marks is in it.
template <class F>
bool is_line_without(std::string_view text, F&& also) noexcept {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  std::uint32_t blank_before = 0;
  while (!text.empty()) {
    const std::size_t size = std::min(text.size(), sixteen_bytes::size);
    const sixteen_bytes next(text);
    // Beyond ASCII the long way decides.
    const byte_marks odd = next.below(0x20) | next.equal('\x7F') | next.beyond_ascii() | also(next);
    if ((odd.bits() & ((std::uint32_t{1} << size) - 1)) != 0) return false;
    const std::uint32_t blanks = next.equal(' ').bits();
    if ((blanks & (blanks << 1 | blank_before)) != 0) return false;
    blank_before = blanks >> (sixteen_bytes::size - 1);
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace

bool is_tidy(std::string_view text) noexcept {
  return is_line_without(text, [](sixteen_bytes next) { return next.equal('\x7F'); });
}

bool is_plain_line(std::string_view text) noexcept {
  return is_line_without(text,
                         [](sixteen_bytes next) { return next.equal('<') | next.equal('&'); });
}

}  // namespace errata
