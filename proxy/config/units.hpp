// Durations ("250ms"), sizes ("64KiB") and rates ("100/s") as a configuration writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace errata {

// Whole number and unit: ms, s, m, h. Nothing when it is not that or does not fit.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

// Whole number and unit: B, KiB, MiB, GiB.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;

// In the largest unit that divides it.
std::string format_duration(std::chrono::milliseconds value);
std::string format_size(std::uint64_t bytes);

struct request_rate {
  std::uint64_t requests = 1;
  std::uint32_t period_s = 1;
};

// Requests, a slash, and a period: "100/s", "6000/m", "100/60s", "10/h". Both at least 1.
std::optional<request_rate> parse_rate(std::string_view text) noexcept;

}  // namespace errata
