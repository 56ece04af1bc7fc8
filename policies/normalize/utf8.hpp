// UTF-8 as decode, scrub and the extractors need it: check, repair, cut, append.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace errata {

// Length of the well-formed sequence at the start of `text` (RFC 3629: no surrogates, no overlong
// forms, at most U+10FFFF); 0 when there is none.
std::size_t utf8_sequence(std::string_view text) noexcept;

// Whether `text` ends inside a sequence that is well-formed as far as it goes.
bool utf8_ends_early(std::string_view text) noexcept;

struct utf8_census {
  std::size_t multibyte = 0;  // well-formed sequences longer than a byte
  std::size_t broken = 0;     // bytes that begin no well-formed sequence
  bool nul = false;
};
// An incomplete sequence at the very end counts as broken.
utf8_census take_utf8_census(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

// Appends what is well-formed, U+FFFD for each run of what is not, and no NUL. Stops before `out`
// would grow past `limit` bytes, on a character boundary; returns whether everything was appended.
bool append_repaired(std::string& out, std::string_view text, std::size_t limit);

// Appends one character; U+FFFD for a surrogate or a number past U+10FFFF.
void append_utf8(std::string& out, std::uint32_t character);

// The longest prefix of valid UTF-8 that has at most `limit` bytes and ends between characters.
std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept;

}  // namespace errata
