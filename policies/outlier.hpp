// Takes an endpoint out of the rotation that fails time after time, and a whole upstream out of use
// that does. Times are milliseconds of any monotonic clock.
#pragma once

#include <cstdint>

namespace errata {

struct outlier_settings {
  unsigned consecutive_failures = 5;  // 0: never
  std::int64_t ejection_ms = 30'000;  // times the number of ejections in a row
  std::int64_t longest_ms = 300'000;
};

// Of one endpoint. Mutable: belongs to one worker thread.
class outlier_detector {
 public:
  void succeeded() noexcept;
  // True when this failure ejects it. `may_eject`: enough others are left.
  bool failed(const outlier_settings& settings, std::int64_t now_ms, bool may_eject) noexcept;
  bool is_ejected(std::int64_t now_ms) const noexcept { return now_ms < ejected_until_ms_; }

 private:
  unsigned failures_ = 0;  // in a row
  unsigned ejections_ = 0;
  std::int64_t ejected_until_ms_ = 0;
};

struct circuit_settings {
  unsigned consecutive_failures = 0;  // 0: never opens
  std::int64_t open_ms = 5'000;
};

// Of one upstream: after so many failures in a row it is not asked at all for a while; then one
// request tries it, and the others go on being refused until that one succeeded.
class circuit_breaker {
 public:
  // Whether a request may go through; one that may must be followed by succeeded(), failed() or
  // abandoned().
  bool admits(const circuit_settings& settings, std::int64_t now_ms) noexcept;
  void succeeded() noexcept;
  // True when this failure opens it.
  bool failed(const circuit_settings& settings, std::int64_t now_ms) noexcept;
  // Neither: the client went away.
  void abandoned() noexcept { trying_ = false; }

  bool is_open(std::int64_t now_ms) const noexcept { return now_ms < open_until_ms_; }
  // Whole seconds until it is tried again, at least 1: for Retry-After.
  unsigned retry_after_seconds(std::int64_t now_ms) const noexcept;

 private:
  unsigned failures_ = 0;
  bool opened_ = false;
  bool trying_ = false;
  std::int64_t open_until_ms_ = 0;
};

struct retry_budget_settings {
  unsigned percent = 20;        // of the requests under way
  unsigned min_concurrent = 3;  // that many are always allowed
};

// Whether one more retry keeps `retries` under way within the budget.
bool within_retry_budget(const retry_budget_settings& settings, std::uint64_t requests_in_flight,
                         std::uint64_t retries_in_flight) noexcept;

}  // namespace errata
