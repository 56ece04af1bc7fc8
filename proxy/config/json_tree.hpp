// JSON text (RFC 8259, with comments and trailing commas) as a tree in which every key and value
// knows its line and column. Boost.JSON decides the grammar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policies/json_position.hpp"

namespace errata {

inline constexpr std::size_t max_json_bytes = 1024 * 1024;
inline constexpr std::size_t max_json_depth = 32;

struct json_member;

struct json_node {
  enum class kind : std::uint8_t { null, boolean, integer, number, string, array, object };
  kind what = kind::null;  // number: one with a fraction or exponent, or beyond 64 bits
  json_position at;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text;                  // of a string; of a number, as written
  std::vector<json_node> items;      // of an array
  std::vector<json_member> members;  // of an object, in order; of a repeated key only the first

  // nullptr when there is no such key.
  const json_member* find(std::string_view key) const noexcept;
};

struct json_member {
  std::string key;
  json_position at;  // of the key
  json_node value;
};

struct json_problem {
  json_position at;
  std::string pointer;
  std::string message;
};

struct json_tree {
  json_node root;
  bool parsed = false;                 // false: not JSON, `root` is empty, one problem says where
  std::vector<json_problem> problems;  // repeated keys, when parsed
};

// Refuses more than max_json_bytes and more than max_json_depth levels. Linear but for sorting.
json_tree parse_json(std::string_view text);

// Where the value of `pointer` is; if it is not there, its nearest parent that is.
json_position position_of(const json_node& root, std::string_view pointer);

}  // namespace errata
