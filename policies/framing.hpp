// Refuses what is ambiguous: Transfer-Encoding, Content-Length, Host, target, version, in both
// directions (RFC 9112 sections 3 and 6). What Beast 1.81 lets through is closed here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/catalog.hpp"
#include "policies/message.hpp"

namespace errata {

struct body_framing {
  enum kind_t : std::uint8_t { none, length, chunked, until_close } kind = none;
  std::uint64_t bytes = 0;  // of `length`
};

struct framing_limits {
  std::size_t header_count = 100;
  std::size_t target_bytes = 8 * 1024;
};

// A request head that may be forwarded. Views point into the head.
struct framed_request {
  std::optional<cause> refused;  // when set, nothing below means anything; the connection closes
  std::string_view detail;       // why, for the log; static
  body_framing body;
  std::string_view
      authority;          // host[:port] that the request is for; empty on HTTP/1.0 without Host
  std::string_view path;  // path of the target without query; "*" for OPTIONS *
  std::string_view forward_target;  // origin-form or "*", as it goes upstream
  bool absolute_form = false;       // the target named the authority: Host must be written anew
  bool keep_alive = true;           // the client would go on
  bool expects_continue = false;
  bool upgrades = false;   // asks for websocket
  bool is_for_us = false;  // OPTIONS with Max-Forwards: 0 (RFC 9110 section 7.6.2)
};
framed_request frame_request(const request_head& head, const framing_limits& limits);

struct framed_response {
  std::string_view fault;  // not empty: malformed, and why; static
  body_framing body;
  bool keep_alive = true;  // the upstream would go on
};
// `request_method` decides about HEAD; CONNECT never comes here. For 1xx the body is none.
framed_response frame_response(const response_head& head, std::string_view request_method);

}  // namespace errata
