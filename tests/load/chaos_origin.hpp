// An origin that misbehaves as the plan of each exchange says: one thread, keep-alive.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tests/load/channel.hpp"
#include "tests/load/chaos_plan.hpp"
#include "tests/load/http_stream.hpp"
#include "tests/load/origin_loop.hpp"

namespace errata::load {

// Construct and destroy from one thread; the counts may be read from any.
class chaos_origin {
 public:
  chaos_origin(std::uint64_t seed, temper own);

  std::uint16_t port() const { return loop_.port(); }
  std::uint64_t requests() const { return requests_; }
  // Requests whose parts did not belong together, that were not for this origin, no HTTP, or sent
  // over a connection that still owes an answer.
  std::uint64_t wrong_requests() const { return wrong_requests_; }
  // POSTs of which a head had come before.
  std::uint64_t repeated_posts() const { return repeated_posts_; }
  // Kept connections ended with a request upon them.
  std::uint64_t ended_kept() const { return ended_kept_; }
  // A line for each thing that was done about the exchange, with the time since `start`. Any
  // thread.
  std::string story_of(std::uint64_t number, std::chrono::steady_clock::time_point start) const;

 private:
  using clock = std::chrono::steady_clock;
  enum class finale : std::uint8_t { keep, close, reset, hold };
  struct deed {
    std::uint64_t number;
    std::string_view what;  // static
    clock::time_point when;
  };
  struct connection {
    channel peer;
    http_reader requests{http_reader::side::requests};
    std::uint64_t served = 0;
    std::uint64_t noted = 0;   // the POST in work, plus one
    std::uint64_t number = 0;  // of the last request
    std::string slowly;        // what is still to be said, a little each time
    finale then = finale::keep;
    clock::time_point ends_at = clock::time_point::max();
  };

  void note(std::uint64_t number, std::string_view what);
  void serve(connection& from, std::string_view bytes);
  void take_requests(connection& from);
  void note_head(connection& from, const http_message& head);
  void answer(connection& to, const http_message& request);
  void say(connection& to, const chaos_plan& plan, std::uint64_t number);
  void finish(connection& one);
  void go_on(connection& one);

  std::uint64_t seed_;
  temper temper_;
  std::unordered_set<std::uint64_t> posts_;  // whose head has come
  std::unordered_set<std::uint64_t> ended_;  // whose kept connection was ended; once each
  mutable std::mutex telling_;
  std::vector<deed> deeds_;  // with telling_
  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> wrong_requests_ = 0;
  std::atomic<std::uint64_t> repeated_posts_ = 0;
  std::atomic<std::uint64_t> ended_kept_ = 0;
  origin_loop<connection> loop_;  // last: its thread uses what stands above
};

}  // namespace errata::load
