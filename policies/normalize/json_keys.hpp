// What the keys of JSON and XML error documents mean, across dialects.
#pragma once

#include <cstdint>
#include <string_view>

namespace errata {

// One key may play several parts: `error` is a message, a code or the object that holds both. A
// rank of 0 means that it does not play the part; 1 is the best.
struct key_roles {
  std::uint8_t message = 0;       // a sentence for people
  std::uint8_t code = 0;          // a machine code
  std::uint8_t param = 0;         // names the parameter
  bool any_word_is_code = false;  // a single word counts as a code
  bool holds_errors = false;      // its object or array says more
  bool holds_fields = false;      // its object may map fields to messages
  bool maps_words = false;        // in that map single words are messages too
  bool internal = false;          // for developers: not looked into
};

// Case and punctuation do not count: error_code, errorCode and Error-Code are one key. Keys that
// play no part have all ranks 0.
key_roles roles_of(std::string_view key) noexcept;

// Whether `key` is `wanted`, a name in lower case without punctuation, under the same rules.
bool is_key(std::string_view key, std::string_view wanted) noexcept;

}  // namespace errata
