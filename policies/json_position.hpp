// Where something is in a JSON text, as a person and as RFC 6901 say it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errata {

struct json_position {
  unsigned line = 1;
  unsigned column = 1;  // in bytes
};

// Of the byte at `offset`, which may be the end of `text` but not beyond.
json_position position_at(std::string_view text, std::size_t offset);

// RFC 6901 section 3: `parent` + "/" + `key` with '~' and '/' escaped.
std::string pointer_to(std::string_view parent, std::string_view key);

}  // namespace errata
