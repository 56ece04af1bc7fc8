// Rate limits: GCRA on a given time over a fixed-size shared table (ratelimit.md sections 1, 2, 4).
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/client_address.hpp"
#include "policies/message.hpp"

namespace errata {

struct limit_key_part {
  enum class kind : std::uint8_t { ip, header, route, method } what = kind::ip;
  std::string header;  // kind::header: the field's name
};

struct rate_rule {
  std::string name;                 // identity over reloads, and the policy name clients see
  std::vector<limit_key_part> key;  // a tuple
  std::int64_t interval_ns = 0;     // T: time a request costs (period / requests)
  std::uint32_t burst = 1;          // requests at once; >= 1
  std::uint64_t quota = 1;          // as configured, for RateLimit-Policy: q requests
  std::uint32_t window_s = 1;       //   in w seconds
  enum class mode : std::uint8_t { enforce, shadow, off } mode = mode::enforce;
  enum class missing : std::uint8_t { skip, ip, constant } when_missing = missing::skip;
};

// What a limit key is made of. Views live as long as the exchange.
struct limit_facts {
  ip_address client;
  std::string_view route;
  std::string_view method;
  const field_list* fields = nullptr;
};

// Memory is fixed at construction, nothing allocates afterwards. Thread rule: every member may be
// called from any thread; sets of slots are guarded by spinlocks.
class limit_table {
 public:
  // `slots` is rounded up to a power of two of 8-slot sets; `hash_key`: random per process.
  limit_table(std::size_t slots, std::array<std::uint64_t, 2> hash_key);
  ~limit_table();
  limit_table(const limit_table&) = delete;
  limit_table& operator=(const limit_table&) = delete;

  std::uint64_t live_evictions() const noexcept;

 private:
  friend class rate_limiter;
  struct state;
  std::unique_ptr<state> state_;
};

inline constexpr std::size_t max_rules_per_route = 8;

// The answer for one request: admitted, or which rule refused and for how long.
struct limit_decision {
  bool admitted = true;
  std::int64_t retry_after_ns = 0;  // of the refusing rule with the longest wait; 0 if admitted
  std::uint16_t violated = 0xFFFF;  // its index among the limiter's rules
  bool shadow_refused = false;      // a rule in shadow mode would have refused
  std::uint16_t shadow_violated = 0xFFFF;
  struct remaining {
    std::uint16_t rule;
    std::uint32_t requests;  // r: left now
    std::int64_t next_ns;    // t: until more is there
  };
  std::array<remaining, max_rules_per_route> state{};  // enforced rules that had a key
  std::uint8_t state_size = 0;

  // Whole seconds, rounded up, at least 1 (RFC 9110 section 10.2.3).
  std::uint32_t retry_after_seconds() const noexcept;
};

// The rules of one configuration over a table that outlives it, so that counters survive a reload:
// an entry is keyed by the rule's name and the key's values. Immutable; any thread.
class rate_limiter {
 public:
  rate_limiter(std::vector<rate_rule> rules, std::shared_ptr<limit_table> table);

  // Spends one request on each of `rules` (indexes), or on none if one refuses.
  // `now_ns`: monotonic. Allocates nothing.
  limit_decision spend(std::span<const std::uint16_t> rules, const limit_facts& facts,
                       std::int64_t now_ns) const noexcept;

  const std::vector<rate_rule>& rules() const noexcept { return rules_; }

  // Appends "RateLimit-Policy: ...\r\nRateLimit: ...\r\n" (draft-ietf-httpapi-ratelimit-headers)
  // for a decision; nothing when no enforced rule had a key.
  void append_fields(std::string& out, const limit_decision& decision) const;

 private:
  std::vector<rate_rule> rules_;
  std::shared_ptr<limit_table> table_;
};

}  // namespace errata
