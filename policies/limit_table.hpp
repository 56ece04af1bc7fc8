// Where rate limits keep their state: one 64-bit time a key in a fixed-size set-associative table,
// and GCRA (the generic cell rate algorithm) over several keys at once.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace errata {

// One request's claim on one key, and what became of it. All times in nanoseconds.
struct limit_charge {
  std::uint64_t key = 0;          // keyed hash of the rule's name and the key's values
  std::int64_t interval_ns = 1;   // T: what a request costs; 1 to limit_table::max_ns
  std::int64_t tolerance_ns = 1;  // burst * T; at least T, at most limit_table::max_ns
  bool binding = true;            // false: neither refuses the others nor is held back by them

  bool refused = false;      // this key alone has no room
  std::int64_t wait_ns = 0;  // until it has; 0 when not refused
  std::int64_t debt_ns = 0;  // what the key owes afterwards: its stored time less `now`, >= 0
};

// Memory is fixed at construction, nothing allocates afterwards. Thread rule: every member may be
// called from any thread; each set of 8 slots is guarded by a spinlock of its own.
//
// A key's state is its theoretical arrival time (TAT). A TAT in the past equals no entry, so that
// entries expire by themselves. A new key takes the slot of its set with the smallest TAT: an
// expired one if there is any, else the one that owes least, which is thereby forgiven.
class limit_table {
 public:
  static constexpr std::size_t set_size = 8;
  static constexpr std::size_t max_charges = set_size;  // so that one request's keys always fit
  // No sum of a time, a tolerance and an interval within these overflows.
  static constexpr std::int64_t max_ns = std::int64_t{1} << 60U;      // 36 years
  static constexpr std::int64_t max_now_ns = std::int64_t{1} << 62U;  // later times count as this

  // `slots` is rounded up to a power of two of 8-slot sets; `hash_key`: random per process.
  limit_table(std::size_t slots, std::array<std::uint64_t, 2> hash_key);
  ~limit_table();
  limit_table(const limit_table&) = delete;
  limit_table& operator=(const limit_table&) = delete;

  // Spends one request on the key of each charge, in one step for all other threads: on every
  // binding one or on none of them, on each of the rest by itself. Fills in the charges' answers.
  // At most max_charges with different keys. Whether no binding charge was refused.
  // `now_ns`: monotonic; readings of different threads may be late by up to a second.
  bool spend(std::span<limit_charge> charges, std::int64_t now_ns) noexcept;

  // How many entries were dropped while they still owed something.
  std::uint64_t live_evictions() const noexcept;

  std::size_t slots() const noexcept { return (mask_ + 1) * set_size; }
  const std::array<std::uint64_t, 2>& hash_key() const noexcept { return hash_key_; }

 private:
  struct slot;
  struct slot_set;
  struct claim;
  class set_locks;

  static bool judge(limit_charge& charge, claim& entry, std::int64_t now_ns) noexcept;
  void store(std::span<claim> claims, claim& entry, std::uint64_t key,
             std::int64_t now_ns) noexcept;

  std::array<std::uint64_t, 2> hash_key_;
  std::size_t mask_;  // number of sets less one
  std::unique_ptr<slot_set[]> sets_;
  std::unique_ptr<std::atomic_flag[]> locks_;  // apart, so that a set is exactly two cache lines
  std::atomic<std::uint64_t> live_evictions_{0};
};

}  // namespace errata
