// Clients that abort at random and judge every answer by the plan of its exchange: many keep-alive
// connections in one thread, some of them pipelining.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "tests/load/channel.hpp"
#include "tests/load/chaos_plan.hpp"
#include "tests/load/http_stream.hpp"

namespace errata::load {

struct chaos_counts {
  std::uint64_t right = 0;        // whole answers of the origin's, or made of them
  std::uint64_t own_errors = 0;   // of errata's own, where they may be
  std::uint64_t lost_posts = 0;   // of those: POSTs that met the end of a kept connection
  std::uint64_t broken = 0;       // visibly broken off, where they may be
  std::uint64_t aborted = 0;      // by the client
  std::uint64_t asked_again = 0;  // pipelined behind an answer that ended the connection
  std::uint64_t given_up = 0;     // POSTs pipelined behind one that broke off
  std::uint64_t connections = 0;
  std::uint64_t wrong = 0;
  struct problem {
    std::uint64_t number;
    std::string text;
  };
  std::vector<problem> first_wrong;
  // The client itself stood still: on a starved machine deadlines pass that nobody meant.
  struct pause {
    std::chrono::steady_clock::duration at;  // since the start
    std::chrono::steady_clock::duration lasted;
  };
  std::vector<pause> pauses;
};

class chaos_client {
 public:
  chaos_client(std::uint16_t port, std::uint64_t seed, std::size_t connections);

  // Asks the exchanges 0 to `total` - 1 and returns when each has its end.
  void run(std::uint64_t total);

  const chaos_counts& counts() const { return counts_; }
  std::chrono::steady_clock::time_point started() const { return started_; }

 private:
  using clock = std::chrono::steady_clock;
  struct asked {
    std::uint64_t number;
    chaos_plan plan;
    clock::time_point since;
    std::uint64_t nth = 0;  // of its connection, from 1
    std::size_t ahead = 0;  // how many were not answered yet when it was asked
    std::size_t sent = 0;   // bytes of it, where the client cuts it
    unsigned seen_due = 0;  // how often it was found without an answer, a second apart
  };
  struct connection {
    channel peer;
    http_reader responses{http_reader::side::responses};
    std::deque<asked> due;
    asked last;  // that was answered
    std::size_t depth = 1;
    std::uint64_t asked_so_far = 0;
    bool waits_to_send = false;
    bool leaves_when_sent = false;
    bool hangs_up = false;  // at the next bytes
  };
  enum class next_step : std::uint8_t { go_on, announced, broke };

  bool has_more() const { return !again_.empty() || next_ < total_; }
  void open(connection& on, std::uint64_t key);
  void ask(connection& on, std::uint64_t key);
  void serve(connection& on, std::uint64_t key, bool readable);
  next_step take_responses(connection& on);
  void judge(const asked& request, arrival came, const http_message& response);
  void leave(connection& on, std::uint64_t key);
  void ended(connection& on, std::uint64_t key, next_step why);
  // `came`: the bytes where there is no response.
  void report(const asked& request, const std::string& problem, const http_message& response,
              std::string_view came = {});
  void report_stuck();
  void note_pause(clock::time_point& turned);

  clock::time_point started_ = clock::now();
  std::uint16_t port_;
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
  std::uint64_t total_ = 0;
  std::deque<std::uint64_t> again_;
  poller poller_;
  std::vector<connection> connections_;
  std::string buffer_;
  chaos_counts counts_;
};

}  // namespace errata::load
