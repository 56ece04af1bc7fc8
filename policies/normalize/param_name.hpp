// Names of parameters: the upstream's spelling, with pointers and paths made readable.
#pragma once

#include <string>
#include <string_view>

namespace errata {

// A JSON pointer or its URI form ("/lines/0/qty", "#/lines/0/qty") becomes lines[0].qty, a path
// "$.qty" becomes qty, the wrapper of JSON:API ("/data/attributes/") goes; anything else stays as
// it is. Empty for what names no parameter. Not scrubbed. Linear.
std::string to_param(std::string_view spelled);

// Appends a step to a path: `a` + `b` is a.b, a number becomes an index: a[0].
void append_step(std::string& path, std::string_view step);

// The name at the end of a path: qty of lines[0].qty.
std::string_view last_step(std::string_view path) noexcept;

// Whether a step is a position in a list.
bool is_position(std::string_view step) noexcept;

// Whether a key of a field map stands for the whole object, such as `base` or `non_field_errors`.
bool is_whole_object(std::string_view key) noexcept;

// Whether the first step of a path says only where parameters are: body, query, header ...
bool is_request_part(std::string_view step) noexcept;

}  // namespace errata
