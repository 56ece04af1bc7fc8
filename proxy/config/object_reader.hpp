// Typed reading of one JSON object after another: each key is asked for by name and type, what is
// wrong is reported with its place, and a key that nobody asked for is unknown.
//
// The code that asks is the table of keys: what it asks for exists, with the default that the
// variable it fills already has. ask_log lets a test hold that table against the JSON Schema.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/config.hpp"
#include "proxy/config/json_tree.hpp"
#include "proxy/config/reader.hpp"

namespace errata {

// A key that was asked for. In `pattern` a "*" stands for any index or any name.
struct asked_key {
  std::string pattern;  // "/upstreams/*/timeouts/connect"
  // boolean, integer, number, string, array, object or null, as in JSON Schema; several joined by
  // " or ".
  std::string type;
  std::string fallback;  // the default as JSON text; empty: there is none
};
using ask_log = std::vector<asked_key>;

// What all readers of one file share. `problems` and `asked` (which may be null) outlive it.
struct read_context {
  std::string file;
  environment env;
  std::vector<config_problem>& problems;
  ask_log* asked = nullptr;

  // Drops what comes after the first hundred problems: nobody reads more.
  void report(json_position at, std::string pointer, std::string message);
  void report_in(std::string other_file, json_position at, std::string pointer,
                 std::string message);
};

// Where a value is: in this file, and among the keys that exist.
struct value_path {
  std::string pointer;
  std::string pattern;

  value_path key(std::string_view name) const;
  value_path named(std::string_view name) const;  // under a name of the operator's choice
  value_path item(std::size_t index) const;
  value_path variant(std::size_t index) const;  // an element where one value does without a list
};

// How many entries a list or an object of names has, and one that would be right, for messages.
struct entry_rule {
  std::size_t least;
  std::size_t most;
  std::string_view example;
};

// A name of the operator's choice: 1 to 64 letters, digits, '.', '_' and '-'. Names go into log
// lines and header fields.
bool is_name(std::string_view text) noexcept;
inline constexpr std::string_view name_rule =
    "a name of 1 to 64 letters, digits, \".\", \"_\" or \"-\"";

class object_reader;

// A value that exists, with its place. Refers to the tree and the context.
class located_value {
 public:
  located_value(read_context& context, const json_node& node, value_path path)
      : context_(context), node_(node), path_(std::move(path)) {}

  const json_node& node() const noexcept { return node_; }
  read_context& context() const noexcept { return context_; }

  void problem(std::string message) const;
  // "wants WHAT; found ...": `what` says the type, the range and an example. The second form
  // shows a text after its environment variables were put in.
  void wants(std::string_view what) const;
  void wants(std::string_view what, std::string_view found) const;
  // MESSAGE; found ...
  void wrong(std::string_view message, std::string_view found) const;
  // That `name` refers to nothing: `what` is "upstream", "rate limit", "code".
  void unknown_name(std::string_view what, std::string_view name,
                    std::span<const std::string_view> known) const;

  // The string with environment variables in it put in; nothing, reported, when it is not one or
  // holds control characters.
  std::optional<std::string> text(std::string_view what) const;

  // A string that `parse` (std::string_view -> std::optional<T>) understands.
  template <class Parse>
  auto parsed(std::string_view what, Parse&& parse) const -> decltype(parse(std::string_view{})) {
    const auto string = text(what);
    if (!string) return {};
    auto value = parse(std::string_view(*string));
    if (!value) wants(what, *string);
    return value;
  }

  // read(object_reader&), when it is an object; `example` is one, for the message when it is not.
  template <class F>
  void object(std::string_view example, F&& read) const;

  // read(located_value) for each element, when it is a list of that many.
  template <class F>
  void list(entry_rule rule, F&& read) const {
    if (!is_list_of(rule)) return;
    for (std::size_t i = 0; i < node_.items.size(); ++i) {
      read(located_value(context_, node_.items[i], path_.item(i)));
    }
  }

  // read(located_value) for the value itself or, when it is a list of that many, for each element:
  // a key that takes one or several. Lists in lists are given to `read` as they are.
  template <class F>
  void one_or_list(entry_rule rule, F&& read) const {
    if (node_.what != json_node::kind::array) return read(*this);
    if (!is_list_of(rule)) return;
    for (std::size_t i = 0; i < node_.items.size(); ++i) {
      read(located_value(context_, node_.items[i], path_.variant(i)));
    }
  }

  // read(const std::string& key, located_value) for each member, when it is an object of that many.
  // The keys are anybody's texts.
  template <class F>
  void entries(entry_rule rule, F&& read) const {
    if (!is_map_of(rule)) return;
    for (const json_member& m : node_.members) {
      read(m.key, located_value(context_, m.value, path_.named(m.key)));
    }
  }

  // read(const std::string& name, located_value) for each member, when it is an object of that
  // many. Keys that are no names (is_name) are reported, and read all the same.
  template <class F>
  void map(entry_rule rule, F&& read) const {
    if (!is_map_of(rule)) return;
    for (const json_member& m : node_.members) {
      const located_value value(context_, m.value, path_.named(m.key));
      value.check_name(m);
      read(m.key, value);
    }
  }

 private:
  bool is_list_of(entry_rule rule) const;
  bool is_map_of(entry_rule rule) const;
  void check_name(const json_member& member) const;

  read_context& context_;
  const json_node& node_;
  value_path path_;
};

template <class E>
struct choice_name {
  std::string_view name;
  E value;
};

// Reads the keys of one object. Each function leaves `out` as it is, which is its default, when the
// key is absent or wrong. Made by located_value::object(), which calls finish().
class object_reader {
 public:
  object_reader(read_context& context, const json_node& object, value_path path)
      : context_(context), object_(object), path_(std::move(path)) {}
  object_reader(const object_reader&) = delete;
  object_reader& operator=(const object_reader&) = delete;

  read_context& context() const noexcept { return context_; }
  bool has(std::string_view key) const noexcept { return object_.find(key) != nullptr; }
  void problem(std::string message) const;                               // at the object
  void problem_at_key(std::string_view key, std::string message) const;  // at the key's name
  // Reports the absence of `key`; `example` is a value that would do.
  void require(std::string_view key, std::string_view example) const;

  void boolean(std::string_view key, bool& out);
  void duration(std::string_view key, milliseconds& out, milliseconds least, milliseconds most);

  template <class T>
  void integer(std::string_view key, T& out, std::uint64_t least, std::uint64_t most) {
    if (const auto value = integer_value(key, std::uint64_t{out}, least, most)) {
      out = static_cast<T>(*value);
    }
  }

  template <class T>
  void size(std::string_view key, T& out, std::uint64_t least, std::uint64_t most) {
    if (const auto value = size_value(key, out, least, most)) out = static_cast<T>(*value);
  }

  // A string that satisfies `good` (bool(std::string_view)); `what` says which ones do.
  template <class Good>
  void text(std::string_view key, std::string& out, std::string_view what, Good&& good) {
    const auto value = ask(key, "string", quote(out));
    if (!value) return;
    auto read = value->text(what);
    if (!read) return;
    if (good(std::string_view(*read))) {
      out = std::move(*read);
    } else {
      value->wants(what, *read);
    }
  }

  template <class E, std::size_t N>
  void choice(std::string_view key, E& out, const std::array<choice_name<E>, N>& choices) {
    std::vector<std::string_view> names;
    std::size_t index = 0;
    for (const auto& c : choices) {
      if (c.value == out) index = names.size();
      names.push_back(c.name);
    }
    choice_index(key, index, names);
    out = choices[index].value;
  }

  // The value of `key` for a reader that knows what to do with it. `type` and `fallback` as in
  // asked_key.
  std::optional<located_value> value(std::string_view key, std::string_view type,
                                     std::string_view fallback = {}) {
    return ask(key, type, std::string(fallback));
  }

  template <class F>
  void object(std::string_view key, F&& read) {
    if (const auto value = ask(key, "object", {})) value->object("{...}", read);
  }

  template <class F>
  void list(std::string_view key, entry_rule rule, F&& read) {
    if (const auto value = ask(key, "array", {})) value->list(rule, read);
  }

  template <class F>
  void map(std::string_view key, entry_rule rule, F&& read) {
    if (const auto value = ask(key, "object", {})) value->map(rule, read);
  }

  // Reports every key that was not asked for, with the nearest one that was.
  void finish() const;

  static std::string quote(std::string_view text);

 private:
  std::optional<located_value> ask(std::string_view key, std::string_view type,
                                   std::string fallback);
  std::optional<std::uint64_t> integer_value(std::string_view key, std::uint64_t fallback,
                                             std::uint64_t least, std::uint64_t most);
  std::optional<std::uint64_t> size_value(std::string_view key, std::uint64_t fallback,
                                          std::uint64_t least, std::uint64_t most);
  void choice_index(std::string_view key, std::size_t& index,
                    std::span<const std::string_view> names);

  read_context& context_;
  const json_node& object_;
  value_path path_;
  std::vector<std::string_view> asked_;
};

template <class F>
void located_value::object(std::string_view example, F&& read) const {
  if (node_.what != json_node::kind::object)
    return wants("an object, such as " + std::string(example));
  object_reader reader(context_, node_, path_);
  read(reader);
  reader.finish();
}

}  // namespace errata
