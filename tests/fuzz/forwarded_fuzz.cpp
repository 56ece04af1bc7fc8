// Whatever a client says of the hops before it (X-Forwarded-*, Forwarded, X-Real-IP, Via): who the
// client is comes from hops that trusted ones wrote, nothing further to the left can change it, and
// what goes upstream ends with what errata saw itself.
//
// The bytes: one of flags, then lines; the first letter of a line says which field it is a value
// of.
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/client_address.hpp"
#include "policies/headers.hpp"
#include "tests/fuzz/fuzz_support.hpp"

namespace {

using namespace errata;
using fuzz::require;

constexpr std::string_view told = "X-Forwarded-For";
constexpr std::string_view pseudonym = "errata";
constexpr std::string_view authority = "api.example";

std::string_view name_for(char letter) {
  switch (letter) {
    case 'f':
      return told;
    case 'F':
      return "Forwarded";
    case 'h':
      return "X-Forwarded-Host";
    case 'p':
      return "X-Forwarded-Proto";
    case 'r':
      return "X-Real-IP";
    case 'v':
      return "Via";
    case 'u':
      return "X_Forwarded_For";
    case 'o':
      return "X-Forwarded-Prefix";
    case 'c':
      return "Connection";
    default:
      return {};
  }
}

// Each hop of `values`, from left to right, as an address without brackets and port; those that are
// none are left out.
std::vector<ip_address> hops_of(std::span<const std::string_view> values) {
  std::vector<ip_address> out;
  for (std::string_view value : values) {
    for_each_member(value, [&](std::string_view hop) {
      const std::size_t colons = static_cast<std::size_t>(std::count(hop.begin(), hop.end(), ':'));
      if (hop.starts_with('[')) {
        hop = hop.substr(1, hop.find(']') - 1);
      } else if (colons == 1) {
        hop = hop.substr(0, hop.find(':'));
      }
      if (const auto address = ip_address::parse(hop)) out.push_back(*address);
    });
  }
  return out;
}

void check_address(const ip_address& address) {
  const auto again = ip_address::parse(address.to_string());
  require(again && *again == address, "an address that is not read as it is written");
}

void check_client(const ip_address& peer, const std::vector<std::string_view>& values,
                  std::span<const ip_network> trusted) {
  ip_address client;
  std::size_t size = 0;
  for (const std::string_view value : values) size += value.size();
  fuzz::bounded_cost(size, "find_client", [&] { client = find_client(peer, values, trusted); });
  check_address(client);
  if (!any_contains(trusted, peer)) {
    require(client == peer, "a stranger is believed");
    return;
  }
  const std::vector<ip_address> hops = hops_of(values);
  require(client == peer || std::find(hops.begin(), hops.end(), client) != hops.end(),
          "a client that nobody told of");

  // The same as one list.
  std::string joined;
  for (const std::string_view value : values) joined.append(value).append(", ");
  const std::string_view whole = joined;
  require(find_client(peer, {&whole, 1}, trusted) == client, "not the same as one list");
  // Whoever is not trusted can say what he wants: it stands to the left of himself.
  if (any_contains(trusted, client)) return;
  for (const std::string_view said : {"198.51.100.1, 10.0.0.1", "no address", "10.0.0.2"}) {
    std::vector<std::string_view> more{said};
    more.insert(more.end(), values.begin(), values.end());
    require(find_client(peer, more, trusted) == client, "a client that chooses its address");
  }
}

struct line {
  std::string_view name, value;
};

// The lines of `text`; each must be a field.
std::vector<line> lines_of(std::string_view text) {
  std::vector<line> out;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    require(end != std::string_view::npos, "a line that does not end");
    const auto whole = text.substr(0, end);
    const auto colon = whole.find(": ");
    require(colon != std::string_view::npos, "a line that is no field");
    out.push_back({whole.substr(0, colon), whole.substr(colon + 2)});
    require(is_token(out.back().name), "a name that is none");
    require(out.back().value.empty() || is_field_value(out.back().value), "a value that is none");
    text.remove_prefix(end + 2);
  }
  return out;
}

std::string_view only(const std::vector<line>& lines, std::string_view name) {
  std::optional<std::string_view> found;
  for (const line& one : lines) {
    if (!iequals(one.name, name)) continue;
    require(!found, "a field that is there twice:", name);
    found = one.value;
  }
  require(found.has_value(), "a field that is missing:", name);
  return *found;
}

// What is told to the upstream.
void check_forwarded(const request_head& head, const forwarding_facts& facts) {
  std::string out;
  bool whole = false;
  std::size_t size = 0;
  for (const field& f : head.fields) size += f.name.size() + f.value.size();
  fuzz::bounded_cost(size, "append_request_fields", [&] {
    out.clear();
    whole = append_request_fields(out, head, facts);
  });
  if (!whole) return;
  const auto lines = lines_of(out);
  const std::string own = facts.peer.find(':') == std::string_view::npos
                              ? "for=" + std::string(facts.peer)
                              : "for=\"[" + std::string(facts.peer) + "]\"";
  const std::string own_forwarded = own + ";host=\"" + std::string(authority) + "\";proto=http";
  const auto chain = only(lines, told);
  const auto forwarded = only(lines, "Forwarded");
  require(chain.ends_with(facts.peer), "X-Forwarded-For does not end with the peer");
  require(forwarded.ends_with(own_forwarded), "Forwarded does not end with the peer");
  require(only(lines, "Via").ends_with("1.1 " + std::string(pseudonym)), "Via without errata");
  require(only(lines, "Host") == authority, "another Host");
  for (const line& one : lines) {
    require(!imitates_known_field(one.name), "a field that imitates another:", one.name);
  }
  if (facts.peer_is_trusted) return;
  require(chain == facts.peer, "a stranger's X-Forwarded-For");
  require(forwarded == own_forwarded, "a stranger's Forwarded");
  require(only(lines, "X-Forwarded-Proto") == "http", "a stranger's X-Forwarded-Proto");
  require(only(lines, "X-Forwarded-Host") == authority, "a stranger's X-Forwarded-Host");
  for (const line& one : lines) {
    require(!iequals(one.name, "X-Real-IP"), "a stranger's X-Real-IP");
    require(!iequals(one.name, "X-Forwarded-Prefix"), "a stranger's X-Forwarded-Prefix");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text = fuzz::text_of(data + 1, size - 1);
  static const std::array<ip_network, 3> trusted = {*ip_network::parse("10.0.0.0/8"),
                                                    *ip_network::parse("fd00::/8"),
                                                    *ip_network::parse("192.0.2.7")};
  request_head head;
  head.method = "GET";
  head.target = "/";
  std::vector<std::string_view> values;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    const std::string_view name = name_for(whole.empty() ? '\0' : whole.front());
    const std::string_view value = whole.empty() ? whole : trim(whole.substr(1));
    // As the parser lets them through.
    if (name.empty() || (!value.empty() && !is_field_value(value))) continue;
    head.fields.add(name, value);
    if (name == told) values.push_back(value);
  }
  const std::string peer_text = data[0] % 2 == 0 ? "10.1.2.3" : "2001:db8::7";
  const std::string peers[] = {peer_text, "192.0.2.7", "fd00::1", "203.0.113.9"};
  for (const std::string& one : peers) check_client(*ip_address::parse(one), values, trusted);

  forwarding_facts facts;
  facts.peer = peer_text;
  facts.peer_is_trusted = data[0] % 4 >= 2;
  facts.authority = authority;
  facts.pseudonym = pseudonym;
  facts.request_id_field = "X-Request-Id";
  facts.request_id = "0123456789";
  check_forwarded(head, facts);
  return 0;
}
