#include "policies/normalize/param_in_message.hpp"

#include <algorithm>
#include <array>

#include "policies/message.hpp"
#include "policies/normalize/param_name.hpp"

namespace errata {
namespace {

constexpr std::size_t most_read = 256;
constexpr std::size_t longest_name = 64;

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_name_char(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '[' ||
         c == ']';
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_name && (is_letter(text[0]) || text[0] == '_') &&
         std::all_of(text.begin(), text.end(), is_name_char) && text.back() != '.';
}

// What stands between the quotes that `text` opens with, if it is a name; empty else.
std::string_view quoted(std::string_view text) noexcept {
  if (text.empty() || (text[0] != '\'' && text[0] != '"' && text[0] != '`')) return {};
  const auto end = text.find(text[0], 1);
  if (end == std::string_view::npos) return {};
  const std::string_view name = text.substr(1, end - 1);
  return is_name(name) ? name : std::string_view();
}

template <class List>
bool is_one_of(std::string_view word, const List& list) noexcept {
  return std::any_of(list.begin(), list.end(),
                     [word](std::string_view known) { return iequals(known, word); });
}

// "body/lines/0/qty must be integer", "querystring.limit should be at most 100".
std::string at_schema_path(std::string_view message) {
  const auto blank = message.find(' ');
  if (blank == std::string_view::npos) return {};
  const std::string_view path = message.substr(0, blank);
  const std::string_view rest = message.substr(blank + 1);
  if (!rest.starts_with("must ") && !rest.starts_with("should ")) return {};
  const auto cut = path.find_first_of("/.");
  if (!is_request_part(path.substr(0, cut))) return {};
  std::string param;
  if (cut != std::string_view::npos) {
    param = path[cut] == '/' ? to_param(path.substr(cut)) : std::string(path.substr(cut + 1));
  }
  constexpr std::string_view missing = "must have required property ";
  if (rest.starts_with(missing)) {
    const std::string_view name = quoted(rest.substr(missing.size()));
    if (name.empty()) return {};
    append_step(param, name);
  }
  return param;
}

// "\"qty\" must be a number"
std::string_view quoted_at_start(std::string_view message) noexcept {
  constexpr std::array<std::string_view, 9> verbs = {
      "is ", "must ", "should ", "has ", "does ", "length ", "contains ", "cannot ", "needs "};
  const std::string_view name = quoted(message);
  if (name.empty()) return {};
  const std::string_view rest = message.substr(name.size() + 2);
  const auto follows = [rest](std::string_view verb) {
    return rest.starts_with(' ') && rest.substr(1).starts_with(verb);
  };
  return std::any_of(verbs.begin(), verbs.end(), follows) ? name : std::string_view();
}

// "lines.0.qty must be a number", "property admin should not exist"
std::string_view bare_at_start(std::string_view message) noexcept {
  // What else a sentence about an obligation opens with.
  constexpr std::array<std::string_view, 22> words = {
      "param", "parameter", "field",   "argument", "property", "header", "you",   "it",
      "this",  "that",      "they",    "we",       "there",    "one",    "value", "data",
      "input", "values",    "request", "payload",  "body",     "either"};
  for (const std::string_view opening : {"each value in ", "nested property ", "property "}) {
    if (!message.starts_with(opening)) continue;
    message.remove_prefix(opening.size());
    break;
  }
  const std::string_view name = message.substr(0, message.find(' '));
  const std::string_view rest = message.substr(name.size());
  constexpr std::array<std::string_view, 8> verbs = {
      " must ",      " should ",         " is missing", " is required",
      " is invalid", " does not have a", " can't be ",  " cannot be "};
  if (std::none_of(verbs.begin(), verbs.end(),
                   [rest](std::string_view verb) { return rest.starts_with(verb); })) {
    return {};
  }
  const bool small = !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_');
  return small && is_name(name) && !is_one_of(name, words) ? name : std::string_view();
}

// "parameter 'page'", "the 'page' field"
std::string_view beside_a_word(std::string_view message) noexcept {
  constexpr std::array<std::string_view, 8> words = {"parameter", "param",    "field",  "property",
                                                     "attribute", "argument", "header", "path"};
  for (std::size_t i = 0; i < message.size(); ++i) {
    const bool starts = i == 0 || message[i - 1] == ' ' || message[i - 1] == '(';
    if (!starts) continue;
    const std::string_view rest = message.substr(i);
    if (const std::string_view name = quoted(rest); !name.empty()) {
      const std::string_view after = rest.substr(name.size() + 2);
      const auto end =
          std::min(after.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 1), after.size());
      if (after.starts_with(' ') && is_one_of(after.substr(1, end - 1), words)) return name;
      i += name.size() + 1;
      continue;
    }
    const auto end = std::min(rest.find_first_of(" :"), rest.size());
    if (!is_one_of(rest.substr(0, end), words)) continue;
    const auto value = std::min(rest.find_first_not_of(" :", end), rest.size());
    const std::string_view name = quoted(rest.substr(value));
    if (name.empty()) continue;
    // Of a schema's type, not of the request: "Cannot query field 'a' on type 'B'".
    if (!rest.substr(value + name.size() + 2).starts_with(" on type")) return name;
  }
  return {};
}

// "Missing required parameter: amount", "field is empty: qty"
std::string_view named_last(std::string_view message) noexcept {
  constexpr std::array<std::string_view, 6> words = {"parameter", "param",     "field",
                                                     "property",  "attribute", "argument"};
  constexpr std::array<std::string_view, 6> wrongs = {"missing", "required", "empty",
                                                      "invalid", "unknown",  "unexpected"};
  const auto colon = message.rfind(": ");
  if (colon == std::string_view::npos) return {};
  std::string_view name = message.substr(colon + 2);
  if (name.ends_with('.')) name.remove_suffix(1);
  if (!is_name(name)) return {};
  bool thing = false;
  bool wrong = false;
  for (std::string_view rest = message.substr(0, colon); !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    thing = thing || is_one_of(rest.substr(0, end), words);
    wrong = wrong || is_one_of(rest.substr(0, end), wrongs);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return thing && wrong ? name : std::string_view();
}

}  // namespace

std::string param_in_message(std::string_view message) {
  message = message.substr(0, most_read);
  if (std::string path = at_schema_path(message); !path.empty()) return path;
  std::string_view name = quoted_at_start(message);
  if (name.empty()) name = beside_a_word(message);
  if (name.empty()) name = bare_at_start(message);
  if (name.empty()) name = named_last(message);
  return std::string(name);
}

}  // namespace errata
