// 1,000 clients that read a body of 10 MiB at 1 KiB a second: what errata holds for each.
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "tests/reliability/asking.hpp"
#include "tests/reliability/crowd.hpp"
#include "tests/reliability/figures.hpp"
#include "tests/reliability/measures.hpp"

namespace errata::reliability {
namespace {

constexpr std::size_t readers = 1000;
constexpr double most_kib_each = 64;
constexpr std::int64_t watched_us = 15'000'000;
constexpr double kibibyte = 1024;

std::string configuration(std::uint16_t origin) {
  return "  \"threads\": 2,\n  \"upstreams\": { \"origin\": { " + servers(origin) +
         R"(, "pool": { "max_connections": 4096 } } },
  "routes": [{ "upstream": "origin" }])";
}

void show(const char* what, double kib_each) {
  std::printf("  %-62s %8.2f KiB\n", what, kib_each);
}

}  // namespace

int measure_slow_readers(const bench_options& options, bench_origin& origin) {
  say("1,000 clients that read 10 MiB at 1 KiB a second, for 15 s");
  running_errata errata(options, "readers", configuration(origin.port()));
  ask_many(errata.port(), "/small", 200, connections::fresh, 1000);
  const double before = static_cast<double>(errata.process().resident_kib());
  const std::uint64_t kernel_before = tcp_kernel_bytes();
  double most = 0;
  double most_kernel = 0;
  crowd slow(errata.port());
  slow.add(held_kind::slow_reader, readers);
  for (const std::int64_t until = monotonic_us() + watched_us; monotonic_us() < until;) {
    most = std::max(most, static_cast<double>(errata.process().resident_kib()));
    const auto all = static_cast<double>(tcp_kernel_bytes() - kernel_before);
    const auto ours = static_cast<double>(slow.kernel_bytes() + origin.kernel_bytes());
    most_kernel = std::max(most_kernel, all - ours);
    ::poll(nullptr, 0, 250);
  }
  int missed = 0;
  constexpr auto each = static_cast<double>(readers);
  if (!report("resident memory of errata for each", (most - before) / each, "KiB", most_kib_each)) {
    ++missed;
  }
  if (!report("of them ended by errata meanwhile", static_cast<double>(slow.lost()), "", 0)) {
    ++missed;
  }
  show("in the kernel, for the sockets of errata, for each", most_kernel / kibibyte / each);
  show("read by each", static_cast<double>(slow.read_bytes()) / kibibyte / each);
  return missed;
}

}  // namespace errata::reliability
