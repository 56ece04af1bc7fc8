// Makes JSON of a document that nearly is: one that breaks off, or goes wrong at some point.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errata {

// The start of `text` (valid UTF-8, an object or a list) up to the last member or element that is
// whole, with everything closed that was open there. Line ends and other control characters in
// strings become spaces, commas before a closing bracket go, words that JSON does not know become
// null. Stops before what nests deeper than `max_depth`. Empty when no member or element is whole.
// Linear in time and memory.
std::string close_json(std::string_view text, std::size_t max_depth);

}  // namespace errata
