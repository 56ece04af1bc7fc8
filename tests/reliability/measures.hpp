// The three measurements of scripts/reliability.sh.
#pragma once

#include <cstdint>
#include <string>

#include "tests/load/child_process.hpp"
#include "tests/reliability/bench_origin.hpp"

namespace errata::reliability {

struct bench_options {
  std::string errata;
  std::string folder;    // takes configurations, logs and profiles
  std::string profiled;  // the same executable as callgrind can read it; empty: counts nothing
};

enum class run_under : std::uint8_t { nothing, callgrind };

// An errata with a configuration of its own that is up and listening.
class running_errata {
 public:
  // `configuration`: the members of the top level besides listeners and access_log. Throws
  // std::runtime_error when it does not start.
  running_errata(const bench_options& options, const std::string& name,
                 const std::string& configuration, run_under what = run_under::nothing);

  std::uint16_t port() const { return port_; }
  load::child_process& process() { return process_; }
  std::uint64_t cpu_ns() const { return static_cast<std::uint64_t>(process_.cpu_time().count()); }

 private:
  load::child_process process_;
  std::uint16_t port_ = 0;
};

// "http://127.0.0.1:PORT" in the form of a list of servers.
std::string servers(std::uint16_t port);

// One line of the table; false when the bar is missed.
bool report(const std::string& what, double value, const std::string& unit, double bar);
void say(const std::string& line);

// Each prints its lines and returns how many bars were missed.
int measure_held_connections(const bench_options& options, bench_origin& origin);
int measure_slow_readers(const bench_options& options, bench_origin& origin);
int measure_refusals(const bench_options& options, bench_origin& origin);

}  // namespace errata::reliability
