// Rate limits: which rules a request falls under, whether it passes, and what the client is told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "policies/limit_key.hpp"
#include "policies/limit_table.hpp"

namespace errata {

struct rate_rule {
  std::string name;                 // identity over reloads, and the policy name clients see
  std::vector<limit_key_part> key;  // a tuple
  std::int64_t interval_ns = 0;     // T: time a request costs (period / requests, rounded up)
  std::uint32_t burst = 1;          // requests at once; >= 1
  std::uint64_t quota = 1;          // as configured, for RateLimit-Policy: q requests
  std::uint32_t window_s = 1;       //   in w seconds
  enum class mode : std::uint8_t { enforce, shadow, off } mode = mode::enforce;
  using missing = missing_part;
  missing when_missing = missing::skip;
};

inline constexpr std::size_t max_rules_per_route = limit_table::max_charges;

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

  // Spends one request on each of `rules` (indexes), or on none if one refuses. A rule in shadow
  // mode is judged and spent by itself. At most max_rules_per_route of those that apply count.
  // `now_ns`: monotonic. Allocates nothing.
  limit_decision spend(std::span<const std::uint16_t> rules, const limit_facts& facts,
                       std::int64_t now_ns) const noexcept;

  const std::vector<rate_rule>& rules() const noexcept { return rules_; }

  // Appends "RateLimit-Policy: ...\r\nRateLimit: ...\r\n" (draft-ietf-httpapi-ratelimit-headers)
  // for a decision; nothing when no enforced rule had a key. `t` is left out where all is there.
  void append_fields(std::string& out, const limit_decision& decision) const;

 private:
  // What a rule comes to for every request alike.
  struct prepared_rule {
    limit_key key;
    std::int64_t interval_ns;   // within what the table takes
    std::int64_t tolerance_ns;  // a multiple of interval_ns
    std::string quoted_name;    // as a structured field's String (RFC 9651 section 3.3.3)
    std::string policy;         // its item of RateLimit-Policy
    std::string alone;          // both lines up to its number, where no other rule applies
  };

  static prepared_rule prepare(const rate_rule& rule, const std::array<std::uint64_t, 2>& hash_key);
  static void append_state(std::string& out, const limit_decision::remaining& entry);
  void report(limit_decision& decision, std::uint16_t index,
              const limit_charge& charge) const noexcept;

  std::vector<rate_rule> rules_;
  std::vector<prepared_rule> prepared_;  // the same order
  std::shared_ptr<limit_table> table_;
};

}  // namespace errata
