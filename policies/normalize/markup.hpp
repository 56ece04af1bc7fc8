// Turns text with left-over markup, terminal escapes and odd characters into plain text.
#pragma once

#include <string>
#include <string_view>

namespace errata {

// Valid UTF-8 without control characters but '\n', without terminal escapes (ECMA-48), without
// characters that reorder or hide text. Other controls, tabs and no-break spaces become spaces,
// U+2028 and U+2029 become '\n'.
std::string without_controls(std::string_view text);

// Without comments, tags and entities: known HTML elements, closing tags and tags with a colon or
// attributes go, scripts and styles with what is in them; "<empty>" or "a < b" are not markup and
// stay. Elements that end a line in a browser become '\n'. `text` is valid UTF-8.
std::string without_markup(std::string_view text);

// White space runs become one space; none at the ends.
std::string collapse_blanks(std::string_view text);

// Whether collapse_blanks(without_controls(text)) is `text` itself: one line of printable ASCII
// with one blank between words. False for an empty one.
bool is_tidy(std::string_view text) noexcept;

// Whether all three would leave `text` as it is, and it is one line.
bool is_plain_line(std::string_view text) noexcept;

}  // namespace errata
