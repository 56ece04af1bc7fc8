// The origin of the load test: one thread, keep-alive, pipelining, answers by the kind in the path.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <unordered_map>

#include "tests/load/channel.hpp"
#include "tests/load/http_stream.hpp"

namespace errata::load {

// Construct and destroy from one thread; counts may be read from any.
class tagged_origin {
 public:
  tagged_origin();
  ~tagged_origin();
  tagged_origin(const tagged_origin&) = delete;
  tagged_origin& operator=(const tagged_origin&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint64_t requests() const { return requests_; }
  // Requests whose id, tag, method or body did not belong together, or that were no HTTP.
  std::uint64_t wrong_requests() const { return wrong_requests_; }

 private:
  struct connection {
    channel peer;
    http_reader requests{http_reader::side::requests};
    bool closing = false;
  };
  void run();
  void accept_all();
  void serve(connection& from, std::uint64_t key, bool readable);
  void answer(connection& to, const http_message& request);

  descriptor listener_;
  std::uint16_t port_ = 0;
  poller poller_;
  std::unordered_map<std::uint64_t, connection> connections_;
  std::uint64_t next_key_ = 1;  // 0 is the listener
  std::string buffer_;
  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> wrong_requests_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace errata::load
