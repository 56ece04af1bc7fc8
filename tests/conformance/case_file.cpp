#include "tests/conformance/case_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

namespace errata::testing {
namespace {

struct line {
  std::size_t number = 0;
  std::string text;
};

// The lines from one "===" to the next, and what "with:" lines say of its members.
struct family {
  line title;
  std::vector<line> lines;
  struct member {
    line at;
    std::string name;
    std::string value;
    std::string why;
  };
  std::vector<member> members;
};

[[noreturn]] void fail(std::string_view why) {
  throw std::runtime_error(std::string(why));
}

unsigned number_of(std::string_view text, int base = 10) {
  unsigned value = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value, base);
  if (parsed.ec != std::errc{} || parsed.ptr != end) fail("not a number: " + std::string(text));
  return value;
}

// Takes the first word of `text`; both end without blanks.
std::string take_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  std::string word(text.substr(0, end));
  text.remove_prefix(end);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return word;
}

// Where the brace is closed that was opened before `at`; braces within are in pairs.
std::size_t closing_brace(std::string_view text, std::size_t at) {
  for (unsigned depth = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && text[++at] == '{') ++depth;
    if (text[at] == '}' && depth-- == 0) return at;
  }
  fail("a repetition that does not end");
}

// "\{bytes*count}": the bytes so many times. `at` stands behind the brace.
void append_repeated(std::string& out, std::string_view text, std::size_t& at) {
  const auto close = closing_brace(text, at);
  const auto star = text.rfind('*', close);
  if (star == std::string_view::npos || star < at) fail("a repetition without a count");
  const std::string part = unescaped(text.substr(at, star - at));
  const unsigned count = number_of(text.substr(star + 1, close - star - 1));
  for (unsigned i = 0; i < count; ++i) out += part;
  at = close + 1;
}

// A line of a message: CRLF follows, but where a backslash ends it.
std::string message_line(std::string_view text) {
  std::size_t slashes = 0;
  while (slashes < text.size() && text[text.size() - 1 - slashes] == '\\') ++slashes;
  if (slashes % 2 == 1) return unescaped(text.substr(0, text.size() - 1));
  return unescaped(text) + "\r\n";
}

body_end framing_of(std::string_view word) {
  if (word == "none") return body_end::none;
  if (word == "length") return body_end::length;
  if (word == "chunked") return body_end::chunked;
  if (word == "until_close") return body_end::until_close;
  fail("no framing: " + std::string(word));
}

bool truth_of(std::string_view word, std::string_view yes, std::string_view no) {
  if (word != yes && word != no) fail("neither " + std::string(yes) + " nor " + std::string(no));
  return word == yes;
}

// "404 not_found to HEAD"; "none" where the connection ends without an answer.
expected_message reply_of(std::string_view text) {
  expected_message reply;
  const std::string status = take_word(text);
  if (status != "none") reply.status = number_of(status);
  if (!text.empty() && !text.starts_with("to ")) reply.code = take_word(text);
  if (!text.empty()) {
    take_word(text);
    reply.method = take_word(text);
  }
  return reply;
}

// Takes the lines of one case, top to bottom.
class case_reader {
 public:
  explicit case_reader(wire_case& into) : into_(into) {}

  void take(std::string_view text) {
    if (text == ">" || text.starts_with("> ")) {
      into_.request += message_line(text.substr(std::min<std::size_t>(2, text.size())));
    } else if (text == "<" || text.starts_with("< ")) {
      into_.response += message_line(text.substr(std::min<std::size_t>(2, text.size())));
    } else if (text == "~" || text.starts_with("~ ")) {
      into_.late += message_line(text.substr(std::min<std::size_t>(2, text.size())));
    } else {
      const auto colon = text.find(':');
      if (colon == std::string_view::npos) fail("no directive: " + std::string(text));
      auto value = text.substr(colon + 1);
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      take(text.substr(0, colon), value);
    }
  }

 private:
  void take(std::string_view key, std::string_view value) {
    if (key == "why") {
      into_.why = value;
    } else if (key == "then") {
      into_.then = value == "hold" || truth_of(value, "finish", "reset")
                       ? (value == "hold" ? afterwards::hold : afterwards::finish)
                       : afterwards::reset;
    } else if (key == "alone") {
      into_.alone = true;
    } else if (key == "whole") {
      into_.whole = true;
    } else if (key == "reads") {
      into_.head_only = truth_of(value, "head", "all");
    } else if (key == "connection") {
      into_.closes = truth_of(value, "closes", "stays");
    } else if (key == "pooled") {
      into_.pooled = truth_of(value, "yes", "no");
    } else if (key == "status") {
      open(into_.replies, reply_of(value));
    } else if (key == "strict") {
      open(into_.strict_replies, reply_of(value));
    } else if (key == "upstream") {
      expected_message request;
      request.method = unescaped(take_word(value));
      request.target = unescaped(value);
      open(into_.upstream, std::move(request));
    } else {
      take_of_message(key, value);
    }
  }

  void take_of_message(std::string_view key, std::string_view value) {
    if (open_ == nullptr) fail("of no message: " + std::string(key));
    expected_message& message = open_->back();
    if (key == "field") {
      const auto colon = value.find(": ");
      if (colon == std::string_view::npos) fail("no field: " + std::string(value));
      message.fields.push_back(
          {std::string(value.substr(0, colon)), unescaped(value.substr(colon + 2))});
    } else if (key == "absent") {
      while (!value.empty()) message.absent.push_back(take_word(value));
    } else if (key == "interim") {
      while (!value.empty()) message.interim.push_back(number_of(take_word(value)));
    } else if (key == "body") {
      message.body = unescaped(value);
    } else if (key == "framing") {
      message.framing = framing_of(value);
    } else if (key == "by") {
      message.by_service = truth_of(value, "service", "errata");
    } else if (key == "ends") {
      message.broken = truth_of(value, "broken", "whole");
    } else {
      fail("no such key: " + std::string(key));
    }
  }

  void open(std::vector<expected_message>& list, expected_message message) {
    list.push_back(std::move(message));
    open_ = &list;
  }

  wire_case& into_;
  std::vector<expected_message>* open_ = nullptr;  // the one that further lines speak of
};

std::string replaced(std::string_view text, std::string_view value) {
  std::string out;
  for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}")) {
    out.append(text.substr(0, at)).append(value);
    text.remove_prefix(at + 2);
  }
  return out.append(text);
}

wire_case read_member(const family& of, const family::member* member, const std::string& file) {
  wire_case out;
  out.name = of.title.text;
  out.place = file + ":" + std::to_string(member != nullptr ? member->at.number : of.title.number);
  if (member != nullptr) out.name += ": " + member->name;
  case_reader reader(out);
  for (const line& one : of.lines) {
    try {
      reader.take(member != nullptr ? replaced(one.text, member->value) : one.text);
    } catch (const std::exception& e) {
      throw std::runtime_error(file + ":" + std::to_string(one.number) + ": " + e.what());
    }
  }
  if (member != nullptr && !member->why.empty()) out.why = member->why;
  if (out.why.empty()) throw std::runtime_error(out.place + ": no reason is given (why:)");
  if (out.replies.empty()) throw std::runtime_error(out.place + ": no status is expected");
  return out;
}

// "with: NAME = VALUE", and " why: ..." under it where the family's reason is not its own.
bool take_member(family& of, const line& at) {
  constexpr std::string_view key = "with: ";
  if (at.text.starts_with("  why: ") && !of.members.empty()) {
    of.members.back().why = at.text.substr(7);
    return true;
  }
  if (!at.text.starts_with(key)) return false;
  const auto equals = at.text.find(" =", key.size());
  if (equals == std::string::npos)
    throw std::runtime_error("line " + std::to_string(at.number) + ": with: without =");
  const auto value = std::min(equals + 3, at.text.size());
  of.members.push_back(
      {at, at.text.substr(key.size(), equals - key.size()), at.text.substr(value), {}});
  return true;
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '\\') {
      out += c;
      continue;
    }
    if (at == text.size()) fail("a backslash at the end");
    const char what = text[at++];
    constexpr std::string_view letters = "rntvfs0\\";
    constexpr std::string_view bytes("\r\n\t\v\f \0\\", 8);
    const auto known = letters.find(what);
    if (known != std::string_view::npos) {
      out += bytes[known];
    } else if (what == 'x' && text.size() - at >= 2) {
      out += static_cast<char>(number_of(text.substr(at, 2), 16));
      at += 2;
    } else if (what == '{') {
      append_repeated(out, text, at);
    } else {
      fail("no such escape: \\" + std::string(1, what));
    }
  }
  return out;
}

std::string escaped(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes.substr(0, 2000)) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n\n";
    } else if (u < 0x20 || u >= 0x7F || c == '\\') {
      out.append("\\x").append(1, digits[u >> 4]).append(1, digits[u & 15]);
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<wire_case> read_case_file(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::vector<family> families;
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    const line at{++number, text};
    if (text.empty() || text.starts_with('#')) continue;
    if (text.starts_with("=== ")) {
      families.push_back({{number, text.substr(4)}, {}, {}});
    } else if (families.empty()) {
      throw std::runtime_error(name + ": a line before the first case");
    } else if (!take_member(families.back(), at)) {
      families.back().lines.push_back(at);
    }
  }
  std::vector<wire_case> cases;
  for (const family& one : families) {
    if (one.members.empty()) cases.push_back(read_member(one, nullptr, name));
    for (const auto& member : one.members) cases.push_back(read_member(one, &member, name));
  }
  std::set<std::string_view> names;
  for (const wire_case& one : cases) {
    if (!names.insert(one.name).second)
      throw std::runtime_error(one.place + ": another case has this name");
  }
  return cases;
}

std::size_t count_cases(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    count += read_case_file(file.path()).size();
  }
  return count;
}

}  // namespace errata::testing
