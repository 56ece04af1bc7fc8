// 5,000 idle and 2,000 slow connections, while fresh clients are timed: against an errata of the
// same configuration without them, in turns.
#include <poll.h>

#include <string>
#include <vector>

#include "tests/reliability/asking.hpp"
#include "tests/reliability/crowd.hpp"
#include "tests/reliability/figures.hpp"
#include "tests/reliability/measures.hpp"

namespace errata::reliability {
namespace {

constexpr std::size_t idle_connections = 5000;
constexpr std::size_t slow_heads = 1000;
constexpr std::size_t slow_bodies = 1000;
constexpr int pairs = 6000;
constexpr double most_times_slower = 2;

// What is slow must live for as long as is measured: by default it would be gone after 10 s.
std::string patient_configuration(std::uint16_t origin) {
  return R"(  "threads": 2,
  "upstreams": { "origin": { )" +
         servers(origin) + R"(,
    "timeouts": { "first_byte": "10m" }, "pool": { "max_connections": 4096 } } },
  "routes": [{ "upstream": "origin" }],
  "limits": { "body_rate": "0B" },
  "timeouts": { "header": "10m", "body": "10m", "keep_alive": "10m", "request": "10m" })";
}

struct timed {
  std::vector<double> alone;
  std::vector<double> beside;
};

// In turns, and which comes first changes: whatever else the machine does falls on both.
timed time_fresh_clients(std::uint16_t quiet, std::uint16_t crowded) {
  timed out;
  for (int i = 0; i < pairs; ++i) {
    for (const bool first : {true, false}) {
      const bool is_quiet = first == (i % 2 == 0);
      const double us = fresh_request_us(is_quiet ? quiet : crowded, "/small", 200);
      (is_quiet ? out.alone : out.beside).push_back(us);
    }
    ::poll(nullptr, 0, 1);
  }
  return out;
}

std::string shown(const std::vector<double>& times) {
  return std::to_string(static_cast<int>(percentile(times, 50))) + " us in the middle, " +
         std::to_string(static_cast<int>(percentile(times, 99))) + " us at p99";
}

}  // namespace

int measure_held_connections(const bench_options& options, bench_origin& origin) {
  say("5,000 idle and 2,000 slow connections (1,000 heads, 1,000 bodies, a byte a second each)");
  const std::string configuration = patient_configuration(origin.port());
  running_errata quiet(options, "quiet", configuration);
  running_errata crowded(options, "crowded", configuration);
  for (int i = 0; i < 500; ++i) {
    fresh_request_us(quiet.port(), "/small", 200);
    fresh_request_us(crowded.port(), "/small", 200);
  }
  const std::size_t resident_before = crowded.process().resident_kib();
  crowd held(crowded.port());
  held.add(held_kind::idle, idle_connections);
  held.add(held_kind::slow_head, slow_heads);
  held.add(held_kind::slow_body, slow_bodies);
  const std::uint64_t cpu_before = crowded.cpu_ns();
  const std::uint64_t quiet_before = quiet.cpu_ns();
  const std::int64_t begin = monotonic_us();
  const timed times = time_fresh_clients(quiet.port(), crowded.port());
  const auto elapsed_ns = static_cast<double>(monotonic_us() - begin) * 1000;
  const auto extra_ns = static_cast<double>(crowded.cpu_ns() - cpu_before) -
                        static_cast<double>(quiet.cpu_ns() - quiet_before);
  say("  a fresh client without them: " + shown(times.alone));
  say("  a fresh client beside them:  " + shown(times.beside));
  int missed = 0;
  const double ratio = percentile(times.beside, 99) / percentile(times.alone, 99);
  if (!report("p99 beside them, of the p99 without", ratio, "x", most_times_slower)) ++missed;
  if (!report("of them ended by errata meanwhile", static_cast<double>(held.lost()), "", 0)) {
    ++missed;
  }
  const auto grown = static_cast<double>(crowded.process().resident_kib() - resident_before);
  std::printf("  %-62s %8.2f KiB\n", "resident memory for each of them",
              grown / static_cast<double>(held.size()));
  std::printf("  %-62s %8.2f %%\n", "of a CPU that they cost", 100 * extra_ns / elapsed_ns);
  return missed;
}

}  // namespace errata::reliability
