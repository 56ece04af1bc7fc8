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

// How heads are read: to the letter of RFC 9112, or as old services write them, where what was
// forgiven is mended before it is parsed (tolerant_head.hpp).
enum class head_reading : std::uint8_t { strict, tolerant };

// Looks for the empty line that ends a head, line by line as bytes come, each byte once.
class head_scanner {
 public:
  explicit head_scanner(head_reading how = head_reading::strict) noexcept
      : tolerant_(how == head_reading::tolerant) {}

  enum class found : std::uint8_t { incomplete, complete, bare_line_feed, folded_line };

  // `bytes` is everything from the first byte of the head on; it grows from call to call.
  // bare_line_feed: a line ended without CR (RFC 9112 section 2.2 allows refusing it).
  // folded_line: obs-fold (section 5.2). Neither is found in tolerant reading.
  found scan(std::string_view bytes) noexcept;

  std::size_t head_size() const noexcept { return position_; }  // after complete

  // After complete: something was forgiven, the head must be repaired before it is parsed.
  bool is_odd() const noexcept { return odd_; }

  std::size_t first_line_size() const noexcept { return first_line_; }  // 0 while it is incomplete

 private:
  std::size_t position_ = 0;  // of the line that is not whole yet
  std::size_t searched_ = 0;  // no line end from there to here
  std::size_t lines_ = 0;
  std::size_t first_line_ = 0;
  bool tolerant_;
  bool odd_ = false;
};

// `head` is complete, its last line empty. The views in `into` point into `head`.
// Beast checks the grammar; what it is lenient about is closed here or in policies/framing.
head_fault parse_request_head(std::string_view head, request_head& into);
head_fault parse_response_head(std::string_view head, response_head& into);

}  // namespace errata::wire
