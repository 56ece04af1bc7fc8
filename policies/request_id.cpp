#include "policies/request_id.hpp"

#include <algorithm>

namespace errata {
namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_id_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         std::string_view("._~+/=-").find(c) != std::string_view::npos;
}

// Upper case is not allowed in traceparent (trace-context section 3.2.2).
bool is_lower_hex(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_all_zero(std::string_view text) noexcept {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

bool is_acceptable_request_id(std::string_view id) noexcept {
  return id.size() >= 8 && id.size() <= 128 && std::all_of(id.begin(), id.end(), is_id_character);
}

// Both digits of each byte.
constexpr auto hex_pairs = [] {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {digits[i >> 4U], digits[i & 0x0FU]};
  return pairs;
}();

minted_id mint_request_id(std::uint64_t unix_ms,
                          std::span<const std::uint8_t, 10> entropy) noexcept {
  std::array<std::uint8_t, 16> bytes{};
  for (unsigned i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(unix_ms >> (40U - 8U * i));
  }
  std::copy(entropy.begin(), entropy.end(), bytes.begin() + 6);
  bytes[6] = static_cast<std::uint8_t>(0x70U | (bytes[6] & 0x0FU));  // version 7
  bytes[8] = static_cast<std::uint8_t>(0x80U | (bytes[8] & 0x3FU));  // variant 0b10

  minted_id id;
  auto at = id.begin();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    at = std::copy_n(hex_pairs[bytes[i]].begin(), 2, at);
  }
  return id;
}

bool is_valid_traceparent(std::string_view value) noexcept {
  constexpr std::size_t version_00_size = 55;  // 00-<32>-<16>-<2>
  if (value.size() < version_00_size) return false;
  const auto version = value.substr(0, 2);
  const auto trace_id = value.substr(3, 32);
  const auto parent_id = value.substr(36, 16);
  const auto flags = value.substr(53, 2);
  if (value[2] != '-' || value[35] != '-' || value[52] != '-') return false;
  if (!is_lower_hex(version) || !is_lower_hex(trace_id) || !is_lower_hex(parent_id) ||
      !is_lower_hex(flags)) {
    return false;
  }
  if (version == "ff" || is_all_zero(trace_id) || is_all_zero(parent_id)) return false;
  if (value.size() == version_00_size) return true;
  // A later version may go on, after a dash (section 4.3 of the same).
  return version != "00" && value[version_00_size] == '-';
}

}  // namespace errata
