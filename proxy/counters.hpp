// Counters of one worker: written by its thread, read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "policies/normalize/leak_kinds.hpp"

namespace errata {

class counter {
 public:
  // One writer, so that no locked instruction is needed.
  void add(std::uint64_t n = 1) noexcept { set(value() + n); }
  void subtract(std::uint64_t n = 1) noexcept { set(value() - n); }
  void set(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Internals taken out of messages, by kind.
struct leak_counters {
  std::array<counter, leak_kind_count> of;
  void add(const leak_counts& more) noexcept {
    for (std::size_t i = 0; i < leak_kind_count; ++i) {
      if (more.of[i] != 0) of[i].add(more.of[i]);
    }
  }
};

struct worker_counters {
  counter connections_accepted;
  counter connections_open;
  counter connections_refused;
  counter accept_pauses;  // for want of descriptors or memory
  counter requests_shed;
  counter exchanges;
  counter exchanges_in_flight;
  counter errors_rewritten;
  counter errors_authored;
  counter errors_shadowed;
  leak_counters scrubbed;
  counter heads_repaired;
  counter rate_limited;
  counter shadow_rate_limited;
  counter upstream_connections_open;
  counter upstream_retries;
  counter upstream_queued;     // requests that had to wait for a connection
  counter upstream_saturated;  // and got none
  counter endpoints_ejected;
  counter circuits_opened;
  counter circuit_refusals;
  counter log_lines_dropped;
  counter internal_errors;
};

}  // namespace errata
