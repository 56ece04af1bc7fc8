// Bytes of unknown origin as one short piece of terminal text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace errata {

// One line of at most about `columns` characters: white space collapsed, control characters and
// what is not UTF-8 shown as \xNN, so that a terminal is never driven by what a server sent.
std::string printable(std::string_view bytes, std::size_t columns);

// The same of any length, with blanks as they are, for text that is shown whole. What changes the
// direction or the lines of a text counts as a control character.
std::string escaped(std::string_view bytes);

// UTF-8 text cut to `columns` characters, the last an ellipsis when anything was cut.
std::string clipped(std::string_view text, std::size_t columns);

// UTF-8 text filled up with spaces to `columns` characters.
std::string padded(std::string_view text, std::size_t columns);

// UTF-8 text in two: as many whole words as fit into `columns` characters, and what is left.
std::pair<std::string, std::string> broken_line(std::string_view text, std::size_t columns);

}  // namespace errata
