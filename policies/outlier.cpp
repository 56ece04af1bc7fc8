#include "policies/outlier.hpp"

#include <algorithm>

namespace errata {

void outlier_detector::succeeded() noexcept {
  failures_ = 0;
  ejections_ = 0;
}

bool outlier_detector::failed(const outlier_settings& settings, std::int64_t now_ms,
                              bool may_eject) noexcept {
  if (settings.consecutive_failures == 0 || is_ejected(now_ms)) return false;
  if (++failures_ < settings.consecutive_failures || !may_eject) return false;
  failures_ = 0;
  ++ejections_;
  ejected_until_ms_ =
      now_ms + std::min(settings.ejection_ms * std::int64_t{ejections_}, settings.longest_ms);
  return true;
}

bool circuit_breaker::admits(const circuit_settings& settings, std::int64_t now_ms) noexcept {
  if (settings.consecutive_failures == 0 || !opened_) return true;
  if (is_open(now_ms) || trying_) return false;
  trying_ = true;
  return true;
}

void circuit_breaker::succeeded() noexcept {
  failures_ = 0;
  opened_ = trying_ = false;
  open_until_ms_ = 0;
}

bool circuit_breaker::failed(const circuit_settings& settings, std::int64_t now_ms) noexcept {
  if (settings.consecutive_failures == 0) return false;
  // What was under way when it opened says nothing new.
  if (opened_ && !trying_) return false;
  ++failures_;
  if (!trying_ && failures_ < settings.consecutive_failures) return false;
  trying_ = false;
  opened_ = true;
  open_until_ms_ = now_ms + settings.open_ms;
  return true;
}

unsigned circuit_breaker::retry_after_seconds(std::int64_t now_ms) const noexcept {
  const std::int64_t left = std::max<std::int64_t>(open_until_ms_ - now_ms, 0);
  return static_cast<unsigned>(std::max<std::int64_t>((left + 999) / 1000, 1));
}

bool within_retry_budget(const retry_budget_settings& settings, std::uint64_t requests_in_flight,
                         std::uint64_t retries_in_flight) noexcept {
  const std::uint64_t share = requests_in_flight * settings.percent / 100;
  return retries_in_flight < std::max<std::uint64_t>(share, settings.min_concurrent);
}

}  // namespace errata
