// Reads recorded responses that are JSON objects, one a line or one in all.
#pragma once

#include <string_view>

#include "proxy/cli/capture.hpp"

namespace errata {

// Whether `text` begins with a JSON object that has what a recorded response has: `status`, and
// `headers` or `body_b64`. Its first line is looked at, or all of it.
bool is_json_capture(std::string_view text);

// Reads such a text, see parse_captures(). A line that cannot be read is a problem; the others are
// read all the same. Header values are taken as latin-1 where they fit, else as UTF-8.
void read_json_captures(std::string_view text, const capture_defaults& defaults,
                        read_captures& into);

}  // namespace errata
