// From bytes to views: finds the end of a head, and has Beast parse it.
#pragma once

#include <cstddef>
#include <string_view>

#include "policies/message.hpp"

namespace errata::wire {

enum class head_fault : std::uint8_t {
  none,
  malformed,              // not RFC 9112's grammar
  version_not_supported,  // HTTP/x.y with x.y other than 1.0 and 1.1
};

// Looks for the empty line that ends a head, line by line as bytes come, each byte once.
class head_scanner {
 public:
  enum class found : std::uint8_t { incomplete, complete, bare_line_feed, folded_line };

  // `bytes` is everything from the first byte of the head on; it grows from call to call.
  // bare_line_feed: a line ended without CR (RFC 9112 section 2.2 allows refusing it).
  // folded_line: obs-fold (RFC 9112 section 5.2); after unfold() scan again.
  found scan(std::string_view bytes) noexcept;

  std::size_t head_size() const noexcept { return position_; }  // after complete

  // Overwrites the line end before the folded line with spaces, as section 5.2 has it.
  // False when what it continues is no field line.
  bool unfold(char* bytes) const noexcept;

  std::size_t first_line_size() const noexcept { return first_line_; }  // 0 while it is incomplete

 private:
  std::size_t position_ = 0;    // of the line that is not whole yet
  std::size_t searched_ = 0;    // no line end from there to here
  std::size_t line_start_ = 0;  // of the folded line
  std::size_t lines_ = 0;
  std::size_t first_line_ = 0;
};

// `head` is complete, its last line empty. The views in `into` point into `head`.
// Beast checks the grammar; what it is lenient about is closed here or in policies/framing.
head_fault parse_request_head(std::string_view head, request_head& into);
head_fault parse_response_head(std::string_view head, response_head& into);

}  // namespace errata::wire
