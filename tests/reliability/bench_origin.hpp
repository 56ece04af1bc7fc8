// The origin of the reliability benchmarks: one thread, keep-alive, as little work as possible.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "tests/load/channel.hpp"

namespace errata::reliability {

// Answers by path once the body of a request, as long as its Content-Length says, is there: /large
// with 10 MiB, /never not at all, anything else with 1 KiB of JSON. Functions: any thread.
class bench_origin {
 public:
  static constexpr std::size_t large_bytes = 10 * 1024 * 1024;

  bench_origin();
  ~bench_origin();
  bench_origin(const bench_origin&) = delete;
  bench_origin& operator=(const bench_origin&) = delete;

  std::uint16_t port() const { return port_; }
  // Time that its thread was on a CPU.
  std::uint64_t cpu_ns();
  std::size_t open_connections();
  // What the kernel holds for its connections.
  std::uint64_t kernel_bytes();

 private:
  struct peer {
    load::descriptor socket;
    std::string input;
    std::string output;         // what is left of it
    std::uint64_t body = 0;     // bytes of a request's body still to come
    std::uint64_t filling = 0;  // bytes of a large response still to be made
    bool answers = false;       // once the body is there
  };
  void run();
  void accept_all();
  bool receive(peer& from);  // false: it is gone
  bool take_requests(peer& from);
  bool send_some(peer& to);

  load::descriptor listener_;
  std::uint16_t port_ = 0;
  load::poller poller_;
  std::mutex mutex_;  // of peers_
  std::unordered_map<int, peer> peers_;
  std::string small_;
  std::string block_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace errata::reliability
