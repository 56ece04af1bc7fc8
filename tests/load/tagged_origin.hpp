// The origin of the load test: one thread, keep-alive, pipelining, answers by the kind in the path.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "tests/load/channel.hpp"
#include "tests/load/http_stream.hpp"
#include "tests/load/origin_loop.hpp"

namespace errata::load {

// Construct and destroy from one thread; counts may be read from any.
class tagged_origin {
 public:
  tagged_origin();

  std::uint16_t port() const { return loop_.port(); }
  std::uint64_t requests() const { return requests_; }
  // Requests whose id, tag, method or body did not belong together, or that were no HTTP.
  std::uint64_t wrong_requests() const { return wrong_requests_; }

 private:
  struct connection {
    channel peer;
    http_reader requests{http_reader::side::requests};
    bool closing = false;
  };
  void serve(connection& from, std::string_view bytes);
  void answer(connection& to, const http_message& request);

  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> wrong_requests_ = 0;
  origin_loop<connection> loop_;  // last: its thread uses what stands above
};

}  // namespace errata::load
