// A server before an origin of short exchanges, whatever is broken between them, and what must hold
// when all is over.
#pragma once

#include <memory>

#include "tests/support/short_exchanges.hpp"
#include "tests/support/test_server.hpp"

namespace errata::testing {

// With them a broken exchange can be told by the request's id.
inline const settings believes_request_ids = {.top = R"("request_id": { "trust": "always" })"};

struct breakable_server {
  // `behave` is break_the_response or answer_whole.
  explicit breakable_server(void (*behave)(origin_connection&),
                            const settings& chosen = believes_request_ids);
  // Boost.Test checks: nothing is in flight, there was no internal error, no POST came twice, and
  // every descriptor is back.
  ~breakable_server();
  breakable_server(const breakable_server&) = delete;
  breakable_server& operator=(const breakable_server&) = delete;

  std::size_t descriptors_before = open_descriptors();
  std::unique_ptr<scripted_origin> origin;
  std::unique_ptr<test_server> server;
};

}  // namespace errata::testing
