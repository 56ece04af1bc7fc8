// Many keep-alive client connections in one thread, some of them pipelining, each answer judged.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "tests/load/channel.hpp"
#include "tests/load/exchanges.hpp"

namespace errata::load {

struct load_counts {
  std::uint64_t answered = 0;
  std::uint64_t untaken = 0;      // pipelined behind a response that said `Connection: close`
  std::uint64_t announced = 0;    // connections that ended with such a response
  std::uint64_t wrong = 0;        // answers, and connections that broke where they must not
  std::uint64_t aborted = 0;      // responses that the client hung up on, as it meant to
  std::uint64_t connections = 0;  // opened
  std::vector<std::string> first_wrong;
};

class load_client {
 public:
  // `only`: the one kind to ask for, nullptr for the mix. `thinking`: so many of the connections
  // pause up to 50 ms between two requests.
  load_client(std::uint16_t port, std::size_t connections, const exchange_kind* only,
              std::size_t thinking = 0);

  // Keeps every connection busy for `length`, then takes the answers that are still due and closes
  // all. `tick` runs about ten times a second with the time since the start; it may call the two
  // below.
  void run(std::chrono::milliseconds length,
           const std::function<void(std::chrono::milliseconds)>& tick);

  // Asks for nothing more: run() ends with the answers that are due.
  void finish() { asking_ = false; }
  // The server is about to end: no connection is opened from now on, and run() ends when none is
  // left. Every request that was sent must be answered all the same, but for those pipelined behind
  // a response that said `Connection: close`: a server takes no notice of them, and says so (RFC
  // 9112 section 9.6).
  void expect_end() { ending_ = true; }

  const load_counts& counts() const { return counts_; }

 private:
  using clock = std::chrono::steady_clock;
  struct asked {
    const exchange_kind* kind;
    std::string tag;
    clock::time_point since;
  };
  struct connection {
    channel peer;
    http_reader responses{http_reader::side::responses};
    std::deque<asked> due;
    std::size_t depth = 1;     // requests under way at once
    std::uint64_t served = 0;  // since it was opened
    bool hang_up = false;      // at the first bytes of the next response
    bool waits_to_send = false;
    bool close_announced = false;
    bool thinks = false;
    clock::time_point asks_at;  // where it thinks
  };

  void open(connection& on, std::uint64_t key);
  void top_up(connection& on, std::uint64_t key);
  void serve(connection& on, std::uint64_t key, bool readable);
  bool take_responses(connection& on);
  void peer_closed(connection& on, std::uint64_t key);
  void report(const asked& request, const std::string& problem, const http_message& response);
  void report_lost(clock::time_point now);
  bool anything_due() const;
  bool anything_open() const;
  void ask_where_thought();

  std::uint16_t port_;
  const exchange_kind* only_;
  poller poller_;
  std::vector<connection> connections_;
  std::string buffer_;
  std::uint64_t turn_ = 0;
  bool asking_ = true;
  bool ending_ = false;
  load_counts counts_;
};

}  // namespace errata::load
