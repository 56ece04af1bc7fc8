// The memory that one exchange works in, kept by its worker and used again by the next, so that a
// passing response allocates nothing.
#pragma once

#include <sys/uio.h>

#include <array>
#include <string>

#include "policies/message.hpp"
#include "proxy/wire/chunked.hpp"

namespace errata {

struct exchange_scratch {
  request_head request;
  response_head response;
  std::string upstream_head;    // as sent upstream
  std::string downstream_head;  // as sent to the client
  std::string repaired_head;    // of an upstream that does not keep to RFC 9112
  std::string collected;        // an error body under inspection
  wire::pieces up;
  wire::pieces down;
  std::array<iovec, wire::pieces::capacity + 4> gathered;  // one send: a head, framing and pieces

  void reset() {
    request.fields.clear();
    response.fields.clear();
    upstream_head.clear();
    downstream_head.clear();
    collected.clear();
    // One large error body must not be paid for by every later exchange.
    if (collected.capacity() > 256 * 1024) collected.shrink_to_fit();
    up.clear();
    down.clear();
  }
};

}  // namespace errata
