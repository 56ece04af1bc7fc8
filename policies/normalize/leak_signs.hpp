// Tells in one cheap pass which texts cannot hold an internal, so that the expressions of
// leak_patterns are asked about few.
#pragma once

#include <string_view>

namespace errata {

struct leak_signs {
  bool any = false;    // without it neither any_talk() nor any_name() matches
  bool digit = false;  // without it secrets_with_digit() finds nothing
};

// Any bytes. Linear. Any thread. Errs only on the side of caution: a test holds it together with
// the expressions.
leak_signs signs_of_leaks(std::string_view text) noexcept;

// The same for trace_marks().
bool has_sign_of_trace(std::string_view text) noexcept;

// The same for frame_lines(), of one line.
bool has_sign_of_frame(std::string_view line) noexcept;

}  // namespace errata
