#include "proxy/config/units.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace errata {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array duration_units = {unit{"ms", 1}, unit{"s", 1000}, unit{"m", 60 * 1000},
                                       unit{"h", 60 * 60 * 1000}};
constexpr std::array size_units = {unit{"B", 1}, unit{"KiB", 1024}, unit{"MiB", 1024 * 1024},
                                   unit{"GiB", 1024 * 1024 * 1024}};
constexpr std::array period_units = {unit{"s", 1}, unit{"m", 60}, unit{"h", 60 * 60}};

// The digits at the front of `text`, which are taken off it. Nothing without any, or beyond 2^63-1.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
  std::uint64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || number > std::numeric_limits<std::int64_t>::max()) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<std::uint64_t> scale(std::uint64_t number, std::string_view name,
                                   std::span<const unit> units) noexcept {
  for (const unit& u : units) {
    if (u.name != name) continue;
    if (number > std::numeric_limits<std::int64_t>::max() / u.factor) return {};
    return number * u.factor;
  }
  return {};
}

std::string format(std::uint64_t value, std::span<const unit> units) {
  const unit* best = &units.front();
  for (const unit& u : units) {
    if (value >= u.factor && value % u.factor == 0) best = &u;
  }
  return std::to_string(value / best->factor) + std::string(best->name);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
  const auto number = take_number(text);
  if (!number) return {};
  const auto value = scale(*number, text, duration_units);
  if (!value) return {};
  return std::chrono::milliseconds(static_cast<std::int64_t>(*value));
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
  const auto number = take_number(text);
  return number ? scale(*number, text, size_units) : std::nullopt;
}

std::string format_duration(std::chrono::milliseconds value) {
  return format(static_cast<std::uint64_t>(value.count()), duration_units);
}

std::string format_size(std::uint64_t bytes) {
  return format(bytes, size_units);
}

std::optional<request_rate> parse_rate(std::string_view text) noexcept {
  const auto requests = take_number(text);
  if (!requests || *requests == 0 || !text.starts_with('/')) return {};
  text.remove_prefix(1);
  std::uint64_t count = 1;
  if (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    const auto number = take_number(text);
    if (!number) return {};
    count = *number;
  }
  const auto period = scale(count, text, period_units);
  if (!period || *period == 0 || *period > std::numeric_limits<std::uint32_t>::max()) return {};
  return request_rate{*requests, static_cast<std::uint32_t>(*period)};
}

}  // namespace errata
