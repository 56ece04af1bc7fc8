#include "tests/support/header_policy.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace errata::testing {
namespace {

constexpr std::array<std::string_view, 4> ways = {"request", "passed", "rewritten", "authored"};
constexpr std::array<std::string_view, 5> deeds = {"forward", "drop", "replace", "append", "own"};

[[noreturn]] void fail(unsigned line, std::string_view what) {
  throw std::runtime_error("policy.txt:" + std::to_string(line) + ": " + std::string(what));
}

std::vector<std::string_view> split(std::string_view text, std::string_view by) {
  std::vector<std::string_view> out;
  while (true) {
    const auto at = text.find(by);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + by.size());
  }
}

std::string_view without_end_blanks(std::string_view text) {
  const auto last = text.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

template <std::size_t n>
std::size_t index_in(const std::array<std::string_view, n>& names, std::string_view name,
                     unsigned line) {
  for (std::size_t i = 0; i < n; ++i) {
    if (names[i] == name) return i;
  }
  fail(line, "unknown: " + std::string(name));
}

unsigned number(std::string_view text, unsigned line, int base = 10) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) fail(line, "no number");
  return value;
}

std::string unescaped(std::string_view text, unsigned line) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
    } else if (text.substr(i, 2) == "\\t") {
      out += '\t';
      ++i;
    } else if (text.substr(i, 2) == "\\x") {
      out += static_cast<char>(number(text.substr(i + 2, 2), line, 16));
      i += 3;
    } else {
      fail(line, "an unknown escape");
    }
  }
  return out;
}

std::vector<std::string> values(std::string_view text, unsigned line) {
  std::vector<std::string> out;
  if (text == "-") return out;
  for (const auto one : split(text, " ++ ")) {
    out.push_back(one == "\"\"" ? std::string() : unescaped(one, line));
  }
  return out;
}

void read_circumstances(std::string_view text, header_rule& out) {
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    const auto value = word.substr(std::min(word.find('=') + 1, word.size()));
    if (word.starts_with("beside=")) {
      out.beside = std::string(text.substr(7)) + "\r\n";
      return;
    }
    if (word.starts_with("status=")) {
      out.status = number(value, out.line);
    } else if (word.starts_with("method=")) {
      out.method = value;
    } else if (word.starts_with("origin=")) {
      out.origin = value;
    } else if (word == "trusting") {
      out.configured = setup::trusting;
    } else if (word == "telling") {
      out.configured = setup::telling;
    } else if (word == "by_proxy") {
      out.by_proxy = true;
    } else {
      fail(out.line, "an unknown circumstance");
    }
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
}

// Whether what the list says of itself fits together.
bool is_consistent(const header_rule& rule) {
  const bool same = !rule.leaves_anything && rule.leaves == rule.given;
  const bool leaves = rule.leaves_anything || !rule.leaves.empty();
  switch (rule.does) {
    case deed::forward:
      return same && leaves;
    case deed::drop:
      return !leaves;
    case deed::replace:
      return !rule.given.empty() && leaves && !same;
    case deed::append:
      return !rule.given.empty() && leaves && !same &&
             rule.leaves.front().starts_with(rule.given.front());
    case deed::own:
      return rule.given.empty() && leaves;
  }
  return false;
}

header_rule read_rule(std::string_view text, way direction, unsigned line) {
  const auto columns = split(text, " | ");
  if (columns.size() < 5 || columns.size() > 6) fail(line, "not five or six columns");
  header_rule out;
  out.line = line;
  out.direction = direction;
  out.does = static_cast<deed>(index_in(deeds, without_end_blanks(columns[0]), line));
  out.name = columns[1];
  out.given = values(columns[2], line);
  out.leaves_anything = columns[3] == "*" && columns[2] != "*";
  if (!out.leaves_anything) out.leaves = values(columns[3], line);
  out.why = columns[4];
  if (out.why.empty()) fail(line, "no reason");
  if (direction == way::passed) out.status = 200;
  if (direction == way::rewritten || direction == way::authored) out.status = 404;
  if (columns.size() == 6) read_circumstances(columns[5], out);
  if (!is_consistent(out)) fail(line, "the deed is not what the values say");
  return out;
}

}  // namespace

std::string header_rule::lines() const {
  std::string out;
  for (const std::string& value : given) out.append(name).append(": ").append(value).append("\r\n");
  return out + beside;
}

bool header_rule::agrees(const std::vector<std::string>& found) const {
  if (!leaves_anything) return found == leaves;
  return found.size() == 1 && !found.front().empty() &&
         (given.empty() || found.front() != given.front());
}

std::string header_rule::describe() const {
  std::string out = "policy.txt:" + std::to_string(line) + ": ";
  out.append(ways[static_cast<std::size_t>(direction)]).append(", ");
  return out.append(deeds[static_cast<std::size_t>(does)]).append(" ").append(lines());
}

std::vector<header_rule> read_header_policy(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<header_rule> out;
  way direction = way::request;
  unsigned number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("== ")) {
      direction = static_cast<way>(index_in(ways, std::string_view(line).substr(3), number));
    } else {
      out.push_back(read_rule(line, direction, number));
    }
  }
  return out;
}

}  // namespace errata::testing
