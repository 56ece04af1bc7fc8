// Finds where the body of a recorded response ends, by what its head says and what is there.
#pragma once

#include <cstddef>
#include <string_view>

#include "proxy/cli/capture.hpp"

namespace errata {

// Fills `body`, `truncated` and `notes` of `into`, whose head is read. `rest`: what follows the
// head; `line_end`: "\r\n", or "\n" where the text has lost the CR. Returns how many bytes of
// `rest` belong to the body.
//
// What prints responses takes codings off and leaves the fields that speak of them: chunks that are
// not there, and a Content-Length that is the compressed body's, are no faults.
std::size_t take_body(std::string_view rest, std::string_view line_end, capture& into);

// Whether no body follows such a head, whatever it says (RFC 9112 section 6.3).
bool has_no_body(const capture& head) noexcept;

// What Content-Length says, if all that there are say one number.
struct announced_length {
  bool known = false;
  std::size_t bytes = 0;
};
announced_length content_length(const capture& head) noexcept;

}  // namespace errata
