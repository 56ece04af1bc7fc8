// IP addresses and networks as policies need them, and which hop is the client.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace errata {

// IPv4 is held as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), so that both forms compare equal.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{};

  static std::optional<ip_address> parse(std::string_view text) noexcept;
  static ip_address v4(std::array<std::uint8_t, 4> octets) noexcept;
  bool is_v4() const noexcept;
  // Dotted quad, or RFC 5952 form.
  std::string to_string() const;
  friend bool operator==(const ip_address&, const ip_address&) = default;
};

struct ip_network {
  ip_address base;             // host bits are zero
  unsigned prefix_bits = 128;  // of the mapped form: an IPv4 /8 is 104

  // "10.0.0.0/8", "fd00::/8", or a bare address; host bits must be zero.
  static std::optional<ip_network> parse(std::string_view text) noexcept;
  bool contains(const ip_address& address) const noexcept;
};

bool any_contains(std::span<const ip_network> networks, const ip_address& address) noexcept;

// The client: `peer` unless it is trusted; else the rightmost hop of X-Forwarded-For that is not
// trusted, walking from the right; the leftmost valid one when all are trusted. A hop that does not
// parse ends the walk at the hop before it. `forwarded_for` holds the field's values in order.
// Hops may carry a port or brackets ("[2001:db8::1]:443", "192.0.2.1:80").
ip_address find_client(const ip_address& peer, std::span<const std::string_view> forwarded_for,
                       std::span<const ip_network> trusted) noexcept;

}  // namespace errata
