#include "proxy/config/object_reader.hpp"

#include <algorithm>

#include "proxy/config/nearest.hpp"
#include "proxy/config/units.hpp"
#include "proxy/config/variables.hpp"

namespace errata {
namespace {

constexpr std::size_t most_problems = 100;
constexpr std::size_t most_shown = 60;  // bytes of a wrong value in a message

bool is_control(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x20 || u == 0x7F;
}

std::string shown(std::string_view text) {
  if (text.size() <= most_shown) return object_reader::quote(text);
  std::size_t end = most_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return object_reader::quote(std::string(text.substr(0, end)) + "...");
}

std::string describe(const json_node& node) {
  switch (node.what) {
    case json_node::kind::null:
      return "null";
    case json_node::kind::boolean:
      return node.boolean ? "true" : "false";
    case json_node::kind::integer:
    case json_node::kind::number:
      return "the number " + node.text.substr(0, most_shown);
    case json_node::kind::string:
      return shown(node.text);
    case json_node::kind::array:
      return "a list of " + std::to_string(node.items.size());
    case json_node::kind::object:
      return "an object of " + std::to_string(node.members.size());
  }
  return {};
}

std::string rule_text(std::string_view of_what, const entry_rule& rule) {
  return std::string(of_what) +
         (rule.least == 0 ? " of at most " : " of " + std::to_string(rule.least) + " to ") +
         std::to_string(rule.most) + " entries, such as " + std::string(rule.example);
}

}  // namespace

void read_context::report(json_position at, std::string pointer, std::string message) {
  report_in(file, at, std::move(pointer), std::move(message));
}

void read_context::report_in(std::string other_file, json_position at, std::string pointer,
                             std::string message) {
  if (problems.size() >= most_problems) return;
  problems.push_back(
      {std::move(other_file), at.line, at.column, std::move(pointer), std::move(message)});
}

value_path value_path::key(std::string_view name) const {
  return {pointer_to(pointer, name), pointer_to(pattern, name)};
}

value_path value_path::named(std::string_view name) const {
  return {pointer_to(pointer, name), pattern + "/*"};
}

value_path value_path::item(std::size_t index) const {
  return {pointer + '/' + std::to_string(index), pattern + "/*"};
}

value_path value_path::variant(std::size_t index) const {
  return {pointer + '/' + std::to_string(index), pattern};
}

void located_value::problem(std::string message) const {
  context_.report(node_.at, path_.pointer, std::move(message));
}

void located_value::wants(std::string_view what) const {
  problem("wants " + std::string(what) + "; found " + describe(node_));
}

void located_value::wants(std::string_view what, std::string_view found) const {
  wrong("wants " + std::string(what), found);
}

void located_value::wrong(std::string_view message, std::string_view found) const {
  problem(std::string(message) + "; found " + shown(found));
}

void located_value::unknown_name(std::string_view what, std::string_view name,
                                 std::span<const std::string_view> known) const {
  std::string message = "there is no " + std::string(what) + ' ' + shown(name);
  if (const auto near = nearest_name(name, known)) {
    message += "; did you mean \"" + std::string(*near) + "\"?";
  } else if (known.empty()) {
    message += ", nor any other";
  } else {
    message += "; there is " + quoted_list(known, "and");
  }
  problem(std::move(message));
}

std::optional<std::string> located_value::text(std::string_view what) const {
  if (node_.what != json_node::kind::string) {
    wants(what);
    return {};
  }
  expanded_text expanded = expand_variables(node_.text, context_.env);
  if (!expanded.problem.empty()) {
    problem(std::move(expanded.problem));
  } else if (std::any_of(expanded.text.begin(), expanded.text.end(), is_control)) {
    wrong("control characters have no place here", expanded.text);
  } else {
    return std::move(expanded.text);
  }
  return {};
}

bool located_value::is_list_of(entry_rule rule) const {
  const std::size_t count = node_.items.size();
  if (node_.what == json_node::kind::array && count >= rule.least && count <= rule.most)
    return true;
  wants(rule_text("a list", rule));
  return false;
}

bool located_value::is_map_of(entry_rule rule) const {
  const std::size_t count = node_.members.size();
  if (node_.what == json_node::kind::object && count >= rule.least && count <= rule.most) {
    return true;
  }
  wants(rule_text("an object", rule));
  return false;
}

void located_value::check_name(const json_member& member) const {
  if (is_name(member.key)) return;
  context_.report(member.at, path_.pointer,
                  "wants " + std::string(name_rule) + "; found " + shown(member.key));
}

bool is_name(std::string_view text) noexcept {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

std::string object_reader::quote(std::string_view text) {
  return '"' + std::string(text) + '"';
}

void object_reader::problem(std::string message) const {
  context_.report(object_.at, path_.pointer, std::move(message));
}

void object_reader::problem_at_key(std::string_view key, std::string message) const {
  const json_member* member = object_.find(key);
  context_.report(member == nullptr ? object_.at : member->at, path_.key(key).pointer,
                  std::move(message));
}

void object_reader::require(std::string_view key, std::string_view example) const {
  if (!has(key))
    problem("the key " + quote(key) + " is missing; it wants a value such as " +
            std::string(example));
}

std::optional<located_value> object_reader::ask(std::string_view key, std::string_view type,
                                                std::string fallback) {
  asked_.push_back(key);
  value_path path = path_.key(key);
  if (context_.asked != nullptr) {
    context_.asked->push_back({path.pattern, std::string(type), std::move(fallback)});
  }
  const json_member* member = object_.find(key);
  if (member == nullptr) return {};
  return located_value(context_, member->value, std::move(path));
}

void object_reader::boolean(std::string_view key, bool& out) {
  const auto value = ask(key, "boolean", out ? "true" : "false");
  if (!value) return;
  if (value->node().what != json_node::kind::boolean) return value->wants("true or false");
  out = value->node().boolean;
}

void object_reader::duration(std::string_view key, milliseconds& out, milliseconds least,
                             milliseconds most) {
  const auto value = ask(key, "string", quote(format_duration(out)));
  if (!value) return;
  const std::string what = "a duration from " + format_duration(least) + " to " +
                           format_duration(most) + ", such as " + quote(format_duration(out));
  const auto in_range = [&](std::string_view text) {
    const auto parsed = parse_duration(text);
    return parsed && *parsed >= least && *parsed <= most ? parsed : std::nullopt;
  };
  if (const auto read = value->parsed(what, in_range)) out = *read;
}

std::optional<std::uint64_t> object_reader::integer_value(std::string_view key,
                                                          std::uint64_t fallback,
                                                          std::uint64_t least, std::uint64_t most) {
  const auto value = ask(key, "integer", std::to_string(fallback));
  if (!value) return {};
  const json_node& node = value->node();
  if (node.what == json_node::kind::integer && node.integer >= 0) {
    const auto number = static_cast<std::uint64_t>(node.integer);
    if (number >= least && number <= most) return number;
  }
  value->wants("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return {};
}

std::optional<std::uint64_t> object_reader::size_value(std::string_view key, std::uint64_t fallback,
                                                       std::uint64_t least, std::uint64_t most) {
  const auto value = ask(key, "string", quote(format_size(fallback)));
  if (!value) return {};
  const std::string what = "a size from " + format_size(least) + " to " + format_size(most) +
                           ", such as " + quote(format_size(fallback));
  return value->parsed(what, [&](std::string_view text) {
    const auto parsed = parse_size(text);
    return parsed && *parsed >= least && *parsed <= most ? parsed : std::nullopt;
  });
}

void object_reader::choice_index(std::string_view key, std::size_t& index,
                                 std::span<const std::string_view> names) {
  const auto value = ask(key, "string", quote(names[index]));
  if (!value) return;
  const std::string what = quoted_list(names, "or");
  const auto text = value->text(what);
  if (!text) return;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found == names.end()) return value->wants(what, *text);
  index = static_cast<std::size_t>(found - names.begin());
}

void object_reader::finish() const {
  for (const json_member& m : object_.members) {
    if (std::find(asked_.begin(), asked_.end(), m.key) != asked_.end()) continue;
    const auto near = nearest_name(m.key, asked_);
    context_.report(m.at, path_.key(m.key).pointer,
                    near ? "unknown key; did you mean " + quote(*near) + "?"
                         : "unknown key; the keys here are " + quoted_list(asked_, "and"));
  }
}

}  // namespace errata
