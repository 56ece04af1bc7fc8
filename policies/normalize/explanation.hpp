// What the normalizer thought of one response, step by step, for `errata explain`. Filled only when
// asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policies/normalize/decode.hpp"
#include "policies/normalize/leak_kinds.hpp"
#include "policies/normalize/sniff.hpp"

namespace errata {

// What became of something that the document says.
enum class fate : std::uint8_t {
  taken,
  not_needed,    // something better was taken
  nothing_left,  // once the internals were out
  server_fault,  // a 5xx tells about the service: what it says is not for clients
  dump,          // the document is a trace or a debug page
  unusable,      // not in a form that may be shown
};
// "taken", "withheld: ..." for a person; static.
std::string_view fate_text(fate f) noexcept;

struct considered {
  std::string text;    // as found
  std::string origin;  // where in the document
  fate outcome = fate::not_needed;
  leak_counts removed;
};

struct explanation {
  // The body, decoded. Not inspected: there was none, or it was of no use.
  bool inspected = false;
  std::string text;
  decode_status decoding = decode_status::complete;
  bool had_coding = false;
  std::string_view charset;  // static
  body_kind kind = body_kind::empty;

  std::string_view reason;  // static: why it was taken for what it was
  std::vector<considered> messages;
  considered code;   // `text` is empty where there was none
  considered param;  // likewise
};

}  // namespace errata
