// A plain HTTP/1.1 client for the demo's table: one request, one connection, and the truth about
// what came back, also where that is not HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace errata {

// What came over the wire. `failure` is empty when a whole response did, else it says what is
// wrong in a few words ("closed without an answer"); the other members hold what there was.
struct fetched {
  std::string failure;
  unsigned status = 0;  // 0: no head of a final response came
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;  // transfer coding off, content coding on
  std::string raw;   // the first bytes as they came, when they are not HTTP

  // Case-blind; the first value, or empty.
  std::string_view value(std::string_view name) const noexcept;
  std::size_t count(std::string_view name) const noexcept;
};

// GETs `path` from 127.0.0.1. Blocks for at most about `limit`, reads at most 4 MiB. Never throws
// because of what the server does.
fetched fetch(std::uint16_t port, std::string_view path, std::chrono::milliseconds limit);

// Takes apart all the bytes of one response. `ended`: the server closed the connection. Returns
// whether the response is whole; `into.failure` says what is missing when it is not.
bool read_response(std::string_view bytes, bool ended, fetched& into);

}  // namespace errata
