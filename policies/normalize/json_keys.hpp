// What the keys of JSON and XML error documents mean, across dialects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/normalize/json_key_rows.hpp"

namespace errata {

// A key of the table, however it was spelled; none for any other.
enum class key_id : std::uint16_t { none };

struct known_key {
  key_id id = key_id::none;
  key_roles roles;
};

// Case and punctuation do not count: error_code, errorCode and Error-Code are one key, and so is
// what has a namespace in front ("o:errorCode"). Keys that play no part have all ranks 0. Linear.
// `readable`: how many bytes from its beginning on may be read, where it stands in a longer text.
known_key look_up_key(std::string_view key, std::size_t readable = 0) noexcept;

// The key of the table with this name, which is in lower case without punctuation.
consteval key_id key_named(std::string_view plain) {
  for (std::size_t i = 0; i < key_rows.size(); ++i) {
    if (key_rows[i].key == plain) return static_cast<key_id>(i + 1);
  }
  throw "no such row";
}

}  // namespace errata
