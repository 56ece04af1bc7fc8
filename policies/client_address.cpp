#include "policies/client_address.hpp"

#include <algorithm>
#include <charconv>
#include <ranges>

#include "policies/message.hpp"

namespace errata {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

// A decimal number without sign or leading zero (some systems read one as octal).
std::optional<unsigned> parse_decimal(std::string_view text, unsigned highest) noexcept {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end || value > highest) return std::nullopt;
  if (text.front() == '0' && text.size() > 1) return std::nullopt;
  return value;
}

std::optional<std::array<std::uint8_t, 4>> parse_v4(std::string_view text) noexcept {
  std::array<std::uint8_t, 4> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const auto dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == octets.size() - 1)) return std::nullopt;
    const auto octet = parse_decimal(text.substr(0, dot), 255);
    if (!octet) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(*octet);
    if (dot != std::string_view::npos) text.remove_prefix(dot + 1);
  }
  return octets;
}

// The sixteen-bit groups on one side of "::", or of a whole address.
struct groups {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t size = 0;  // in bytes
};

bool add_group(groups& to, std::string_view text) noexcept {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc{} || rest != end || text.size() > 4 || to.size > 14) return false;
  to.bytes[to.size++] = static_cast<std::uint8_t>(value >> 8U);
  to.bytes[to.size++] = static_cast<std::uint8_t>(value & 0xFFU);
  return true;
}

// Groups separated by single colons; the last one may be a dotted quad (RFC 4291 section 2.2).
std::optional<groups> parse_groups(std::string_view text) noexcept {
  groups result;
  if (text.empty()) return result;
  while (true) {
    const auto colon = text.find(':');
    const auto group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      const auto quad = parse_v4(group);
      if (!quad || result.size > 12) return std::nullopt;
      for (const std::uint8_t octet : *quad) result.bytes[result.size++] = octet;
      return result;
    }
    if (!add_group(result, group)) return std::nullopt;
    if (colon == std::string_view::npos) return result;
    text.remove_prefix(colon + 1);
  }
}

std::optional<ip_address> parse_v6(std::string_view text) noexcept {
  const auto gap = text.find("::");
  const auto head = parse_groups(text.substr(0, gap));
  if (!head) return std::nullopt;
  ip_address address{head->bytes};
  if (gap == std::string_view::npos) {
    return head->size == 16 ? std::optional(address) : std::nullopt;
  }
  if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
  const auto tail = parse_groups(text.substr(gap + 2));
  if (!tail || head->size + tail->size > 14) return std::nullopt;  // "::" stands for one at least
  std::copy_n(tail->bytes.begin(), tail->size, address.bytes.end() - static_cast<int>(tail->size));
  return address;
}

std::string v4_text(const std::array<std::uint8_t, 16>& bytes) {
  std::array<char, 15> text;
  char* end = text.data();
  for (std::size_t i = 12; i < bytes.size(); ++i) {
    if (i > 12) *end++ = '.';
    end = std::to_chars(end, text.data() + text.size(), bytes[i]).ptr;
  }
  return {text.data(), end};
}

struct zero_run {
  std::size_t begin = 8;
  std::size_t size = 0;
};

// The first of the longest runs of two or more zero groups (RFC 5952 section 4.2).
zero_run longest_zero_run(const std::array<unsigned, 8>& words) noexcept {
  zero_run best;
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i;
    while (end < words.size() && words[end] == 0) ++end;
    if (end - i >= 2 && end - i > best.size) best = {i, end - i};
    i = end + 1;
  }
  return best;
}

// An element of X-Forwarded-For.
std::optional<ip_address> parse_hop(std::string_view hop) noexcept {
  std::string_view port;
  bool has_port = false;
  if (hop.starts_with('[')) {
    const auto close = hop.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const auto rest = hop.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
    hop = hop.substr(1, close - 1);
    if (hop.find(':') == std::string_view::npos) return std::nullopt;
  } else if (std::count(hop.begin(), hop.end(), ':') == 1) {
    // More than one colon without brackets is an IPv6 address: a port could not be told apart.
    const auto colon = hop.find(':');
    port = hop.substr(colon + 1);
    has_port = true;
    hop = hop.substr(0, colon);
  }
  if (has_port && !parse_decimal(port, 65535)) return std::nullopt;
  return ip_address::parse(hop);
}

}  // namespace

std::optional<ip_address> ip_address::parse(std::string_view text) noexcept {
  if (text.find(':') != std::string_view::npos) return parse_v6(text);
  const auto octets = parse_v4(text);
  return octets ? std::optional(v4(*octets)) : std::nullopt;
}

ip_address ip_address::v4(std::array<std::uint8_t, 4> octets) noexcept {
  ip_address address;
  std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
  std::copy(octets.begin(), octets.end(), address.bytes.begin() + mapped_prefix.size());
  return address;
}

bool ip_address::is_v4() const noexcept {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

std::string ip_address::to_string() const {
  if (is_v4()) return v4_text(bytes);
  std::array<unsigned, 8> words{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = static_cast<unsigned>(bytes[2 * i] << 8U | bytes[2 * i + 1]);
  }
  const zero_run gap = longest_zero_run(words);
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i == gap.begin) {
      text += "::";
      i += gap.size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), words[i], 16).ptr;
    text.append(digits.data(), end);
  }
  return text;
}

std::optional<ip_network> ip_network::parse(std::string_view text) noexcept {
  const auto slash = text.find('/');
  const auto base = ip_address::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  ip_network network{*base, 128};
  if (slash != std::string_view::npos) {
    const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
    const unsigned longest = dotted ? 32 : 128;
    const auto bits = parse_decimal(text.substr(slash + 1), longest);
    if (!bits) return std::nullopt;
    network.prefix_bits = 128 - longest + *bits;
  }
  for (unsigned bit = network.prefix_bits; bit < 128; ++bit) {
    if ((base->bytes[bit / 8] & 0x80U >> bit % 8) != 0) return std::nullopt;
  }
  return network;
}

bool ip_network::contains(const ip_address& address) const noexcept {
  const unsigned bits = std::min(prefix_bits, 128U);
  const unsigned whole = bits / 8;
  if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin())) {
    return false;
  }
  if (bits % 8 == 0) return true;
  const unsigned differing = static_cast<unsigned>(base.bytes[whole] ^ address.bytes[whole]);
  return differing >> (8 - bits % 8) == 0;
}

bool any_contains(std::span<const ip_network> networks, const ip_address& address) noexcept {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const ip_network& network) { return network.contains(address); });
}

ip_address find_client(const ip_address& peer, std::span<const std::string_view> forwarded_for,
                       std::span<const ip_network> trusted) noexcept {
  // Each hop was written by the one to its right: only a trusted one is believed.
  ip_address client = peer;
  if (!any_contains(trusted, client)) return client;
  for (const std::string_view value : forwarded_for | std::views::reverse) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto comma = rest.rfind(',');
      const bool last = comma == std::string_view::npos;
      const auto hop = trim(last ? rest : rest.substr(comma + 1));
      rest = last ? std::string_view{} : rest.substr(0, comma);
      if (hop.empty()) continue;  // RFC 9110 section 5.6.1.2
      const auto address = parse_hop(hop);
      if (!address) return client;
      client = *address;
      if (!any_contains(trusted, client)) return client;
    }
  }
  return client;
}

}  // namespace errata
