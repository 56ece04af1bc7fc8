#include "policies/normalize/boilerplate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "policies/normalize/boilerplate_texts.hpp"
#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

using namespace std::string_view_literals;
using namespace boilerplate_texts;

constexpr std::array client_words = {
    "capacity"sv, "come back"sv,  "downtime"sv,    "maintenance"sv,   "overload"sv,
    "peak"sv,     "retry"sv,      "scheduled"sv,   "shortly"sv,       "try again"sv,
    "until"sv,    "upgrade"sv,    "we will be"sv,  "we ll be"sv,      "closed"sv,
    "wartung"sv,  "manutenção"sv, "maintenance"sv, "mantenimiento"sv,
};

constexpr std::size_t longest_judged = 400;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// What becomes of each byte: lower-case ASCII letters, digits and bytes beyond ASCII stay, all else
// becomes a blank.
constexpr auto simple_byte = [] {
  std::array<char, 256> table{};
  for (std::size_t u = 0; u < table.size(); ++u) {
    const char c = static_cast<char>(u);
    const bool upper = c >= 'A' && c <= 'Z';
    const bool stays = (c >= 'a' && c <= 'z') || is_digit(c) || u >= 0x80;
    table[u] = upper ? static_cast<char>(c + ('a' - 'A')) : stays ? c : ' ';
  }
  return table;
}();

// A text in that form, one blank between words. Of a long one only the beginning counts.
class simple_text {
 public:
  explicit simple_text(std::string_view text) noexcept {
    char before = ' ';
    for (const char c : text.substr(0, longest_judged)) {
      const char simple = simple_byte[static_cast<unsigned char>(c)];
      bytes_[size_] = simple;
      size_ += simple != ' ' || before != ' ' ? 1U : 0U;
      before = simple;
    }
    if (size_ > 0 && bytes_[size_ - 1] == ' ') --size_;
  }
  std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, longest_judged> bytes_;
  std::size_t size_ = 0;
};

bool is_status_number(std::string_view word) noexcept {
  return word.size() == 3 && (word[0] == '4' || word[0] == '5') && is_digit(word[1]) &&
         is_digit(word[2]);
}

// Words that go with a status and say nothing: "HTTP Status 404", "Error: 500", "404.0".
constexpr text_list status_words(std::array{"http"sv, "status"sv, "code"sv, "error"sv, "sorry"sv});

bool is_status_word(std::string_view word) noexcept {
  switch (word.size()) {
    case 1:
      return word == "0";
    case 3:
      return word == "\xE2\x80\x93" || word == "\xE2\x80\x94" || is_status_number(word);
    case 4:
    case 5:
    case 6:
      return status_words.contains(word);
    default:
      return false;
  }
}

// How a line begins once it is simple. No more of it is made simple than that takes.
opening simple_opening(std::string_view line) noexcept {
  opening simple;
  std::size_t size = 0;
  char before = ' ';
  for (const char c : line) {
    const char now = simple_byte[static_cast<unsigned char>(c)];
    if (now == ' ' && before == ' ') continue;
    simple.set(size++, now);
    if (size == opening::most) break;
    before = now;
  }
  return simple;
}

// A bit for each second byte: small letters, then the blank, then all others.
constexpr std::uint32_t second_bit(char simple) noexcept {
  if (simple >= 'a' && simple <= 'z') return std::uint32_t{1} << (simple - 'a');
  return std::uint32_t{1} << (simple == ' ' ? 26 : 27);
}

// How the lists' texts begin: by the first letter, which second bytes there are.
constexpr auto known_beginnings = [] {
  std::array<std::uint32_t, 26> table{};
  const auto add = [&table](const auto& list) {
    for (const std::string_view text : list) {
      if (text[0] < 'a' || text[0] > 'z') continue;
      table[static_cast<std::size_t>(text[0] - 'a')] |= second_bit(text[1]);
    }
  };
  add(names);
  add(phrases);
  add(status_words);
  return table;
}();

// One look that most lines fail which are not in the lists.
bool begins_like_boilerplate(std::string_view line) noexcept {
  if (line.size() < 2) return true;
  const char first = simple_byte[static_cast<unsigned char>(line[0])];
  const char second = simple_byte[static_cast<unsigned char>(line[1])];
  if (first < 'a' || first > 'z') return true;
  return (known_beginnings[static_cast<std::size_t>(first - 'a')] & second_bit(second)) != 0;
}

// Numbers, dashes and what is beyond ASCII may open what the lists do not have.
bool may_be_boilerplate(const opening& line) noexcept {
  if (line.front() < 'a' || line.front() > 'z') return true;
  return names.may_have(line) || phrases.may_have(line) || status_words.may_have(line);
}

std::string_view without_status_words(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto blank = text.find(' ');
    if (!is_status_word(text.substr(0, blank))) break;
    text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
  }
  while (!text.empty()) {
    const auto blank = text.rfind(' ');
    const std::string_view last = blank == std::string_view::npos ? text : text.substr(blank + 1);
    if (!is_status_number(last) && last != "\xE2\x80\x93") break;
    text = blank == std::string_view::npos ? std::string_view{} : text.substr(0, blank);
  }
  return text;
}

bool is_name(std::string_view simple) noexcept {
  constexpr std::string_view suffix = " error";
  return names.contains(simple) ||
         (simple.ends_with(suffix) &&
          names.contains(simple.substr(0, simple.size() - suffix.size())));
}

// A path or address and nothing about it.
bool is_lone_place(std::string_view line) noexcept {
  constexpr std::string_view openings = "'\"/h";
  if (line.empty() || openings.find(line[0]) == std::string_view::npos) return false;
  if (line.find(' ') != std::string_view::npos) return false;
  while (!line.empty() && (line[0] == '\'' || line[0] == '"')) line.remove_prefix(1);
  return line.starts_with('/') || line.starts_with("http://") || line.starts_with("https://");
}

// Without the number of a section of the standard: "10.4.5 404 Not Found".
std::string_view without_section(std::string_view line) noexcept {
  const auto end = std::min(line.find_first_not_of("0123456789."), line.size());
  const std::string_view number = line.substr(0, end);
  const bool section = number.find('.') != std::string_view::npos && line.substr(end, 1) == " ";
  return section ? line.substr(end + 1) : line;
}

// Whether a colon, hyphen, full stop or the last byte of a dash is in it: most lines have none.
bool may_have_separator(std::string_view begin) noexcept {
  constexpr char end_of_dash = '\x93';
  return find_marked(begin, 0, [](sixteen_bytes next) {
           return next.equal(':') | next.equal('-') | next.equal('.') | next.equal(end_of_dash);
         }) < begin.size();
}

// What follows a status and a colon or dash, or its number and a full stop; empty when `line` does
// not open with one. A hyphen inside a word is no separator.
std::string_view after_status(std::string_view line) {
  constexpr std::string_view dash = "\xE2\x80\x93";
  constexpr std::size_t longest = 64;
  const std::size_t most = std::min(line.size(), longest + dash.size());
  if (most < 2 || !may_have_separator(line.substr(0, most - 1))) return {};
  for (std::size_t blank = 1; blank < most; ++blank) {
    if (line[blank] != ' ') continue;
    const char last = line[blank - 1];
    const bool dotted = last == '.' && blank > 1 && is_digit(line[blank - 2]);
    const bool dashed = last == dash.back() && line.substr(0, blank).ends_with(dash);
    if (last != ':' && last != '-' && !dotted && !dashed) continue;
    const std::size_t i = blank - (dashed ? dash.size() : 1);
    if (i >= longest) break;
    if (!may_be_boilerplate(simple_opening(line.substr(0, i)))) continue;
    std::string_view after = line.substr(blank);
    after.remove_prefix(std::min(after.find_first_not_of(" \t"), after.size()));
    const simple_text simple(line.substr(0, i));
    const std::string_view before = without_status_words(simple.view());
    if (before.empty() || (!dotted && is_name(before))) return after;
  }
  return {};
}

}  // namespace

bool is_boilerplate(std::string_view line, unsigned status) {
  std::string_view tail = line;
  for (int i = 0; i < 3 && !tail.empty(); ++i) {
    if (is_lone_place(tail)) return true;
    tail = after_status(tail);
  }
  line = without_section(line);
  if (!begins_like_boilerplate(line) || !may_be_boilerplate(simple_opening(line))) return false;
  const simple_text simple(line);
  if (simple.view().empty() || phrases.has_prefix_of(simple.view())) return true;
  const std::string_view rest = without_status_words(simple.view());
  if (rest.empty()) return true;
  if (!is_name(rest)) return false;
  // "Access denied" and its like say something where the status does not.
  const bool refusal = rest == "access denied" || rest == "access forbidden";
  return !refusal || status == 401 || status == 403;
}

bool is_stock_sentence(std::string_view line) {
  return stock.may_have(simple_opening(line)) && stock.has_prefix_of(simple_text(line).view());
}

std::string_view without_status(std::string_view line, unsigned status) {
  // "404: Not Found: no such order" has two.
  for (int i = 0; i < 3; ++i) {
    const std::string_view rest = after_status(line);
    if (rest.empty() || is_boilerplate(rest, status)) break;
    line = rest;
  }
  return line;
}

bool speaks_to_client(std::string_view text) {
  const simple_text simple(text);
  return std::any_of(client_words.begin(), client_words.end(), [&simple](std::string_view w) {
    return simple.view().find(w) != std::string_view::npos;
  });
}

}  // namespace errata
