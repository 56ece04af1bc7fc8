// What a rate limit counts by: a tuple of parts of the request, as one keyed hash.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/client_address.hpp"
#include "policies/message.hpp"
#include "policies/siphash.hpp"

namespace errata {

// One element of a key. `ip`: an IPv4 address, or the /64 of an IPv6 one. `header`: the field's
// first value, absent when empty; of Authorization the scheme counts in any case (RFC 9110 section
// 11.1). `method`: one that RFC 9110 and RFC 5789 do not know counts as all others of that sort, so
// that a client cannot make keys up.
struct limit_key_part {
  enum class kind : std::uint8_t { ip, header, route, method } what = kind::ip;
  std::string header;  // kind::header: the field's name
};

// A part of the key that the request lacks: the rule does not apply; the client's address stands in
// for the part; all requests that lack it share a key.
enum class missing_part : std::uint8_t { skip, ip, constant };

// What a limit key is made of. Views live as long as the exchange.
struct limit_facts {
  ip_address client;
  std::string_view route;
  std::string_view method;
  const field_list* fields = nullptr;
};

// One rule's way from a request to a key. Immutable; any thread.
class limit_key {
 public:
  // `rule_name` is part of every key, so that rules never share one.
  limit_key(std::string_view rule_name, std::vector<limit_key_part> parts,
            missing_part when_missing, const std::array<std::uint64_t, 2>& hash_key);

  // Nothing when the request lacks a part and the rule is to be skipped then. Allocates nothing.
  std::optional<std::uint64_t> hash(const limit_facts& facts) const noexcept;

 private:
  siphasher seed_;  // the rule's name is in it already
  std::vector<limit_key_part> parts_;
  std::vector<field_id> ids_;  // of the headers, part by part
  missing_part when_missing_;
};

}  // namespace errata
