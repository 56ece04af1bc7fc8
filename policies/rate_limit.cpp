#include "policies/rate_limit.hpp"

#include <algorithm>
#include <boost/container/static_vector.hpp>
#include <charconv>
#include <limits>

namespace errata {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::uint64_t max_sf_integer = 999'999'999'999'999;  // RFC 9651 section 3.3.1

void append_number(std::string& out, std::uint64_t number) {
  if (number < 10) {  // as in most answers to who is over a limit
    out += static_cast<char>('0' + number);
    return;
  }
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

std::uint64_t seconds_up(std::int64_t ns) noexcept {
  if (ns <= 0) return 0;
  return static_cast<std::uint64_t>(ns / ns_per_second + (ns % ns_per_second != 0 ? 1 : 0));
}

// A String has visible ASCII and spaces only: a name can never end the field's line.
std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c >= ' ' && c <= '~' ? c : '_';
  }
  return out += '"';
}

}  // namespace

std::uint32_t limit_decision::retry_after_seconds() const noexcept {
  const std::uint64_t seconds = std::max<std::uint64_t>(seconds_up(retry_after_ns), 1);
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(seconds, std::numeric_limits<std::uint32_t>::max()));
}

rate_limiter::rate_limiter(std::vector<rate_rule> rules, std::shared_ptr<limit_table> table)
    : rules_(std::move(rules)), table_(std::move(table)) {
  prepared_.reserve(rules_.size());
  for (const rate_rule& rule : rules_) {
    prepared_.push_back(prepare(rule, table_->hash_key()));
  }
}

rate_limiter::prepared_rule rate_limiter::prepare(const rate_rule& rule,
                                                  const std::array<std::uint64_t, 2>& hash_key) {
  // A burst that the table's times cannot hold is lowered, never wrapped: 36 years of requests.
  const auto interval = std::clamp<std::int64_t>(rule.interval_ns, 1, limit_table::max_ns);
  const auto burst = std::clamp<std::int64_t>(rule.burst, 1, limit_table::max_ns / interval);

  std::string name = quoted(rule.name);
  std::string policy = name + ";q=";
  append_number(policy, std::min(rule.quota, max_sf_integer));
  policy += ";w=";
  append_number(policy, rule.window_s);
  std::string alone = "RateLimit-Policy: " + policy + "\r\nRateLimit: " + name + ";r=";
  return {.key = limit_key(rule.name, rule.key, rule.when_missing, hash_key),
          .interval_ns = interval,
          .tolerance_ns = burst * interval,
          .quoted_name = std::move(name),
          .policy = std::move(policy),
          .alone = std::move(alone)};
}

limit_decision rate_limiter::spend(std::span<const std::uint16_t> rules, const limit_facts& facts,
                                   std::int64_t now_ns) const noexcept {
  boost::container::static_vector<limit_charge, max_rules_per_route> charges;
  boost::container::static_vector<std::uint16_t, max_rules_per_route> owners;
  for (const std::uint16_t index : rules) {
    if (charges.size() == charges.capacity()) break;
    if (index >= rules_.size() || rules_[index].mode == rate_rule::mode::off) continue;
    const auto key = prepared_[index].key.hash(facts);
    if (!key) continue;
    // A rule that is listed twice is one rule.
    const bool repeated = std::any_of(charges.begin(), charges.end(),
                                      [&](const limit_charge& c) { return c.key == *key; });
    if (repeated) continue;
    owners.push_back(index);
    limit_charge& charge = charges.emplace_back();
    charge.key = *key;
    charge.interval_ns = prepared_[index].interval_ns;
    charge.tolerance_ns = prepared_[index].tolerance_ns;
    charge.binding = rules_[index].mode == rate_rule::mode::enforce;
  }

  limit_decision decision;
  decision.admitted = table_->spend(charges, now_ns);
  for (std::size_t i = 0; i < charges.size(); ++i) report(decision, owners[i], charges[i]);
  return decision;
}

void rate_limiter::report(limit_decision& decision, std::uint16_t index,
                          const limit_charge& charge) const noexcept {
  if (!charge.binding) {
    if (charge.refused && !decision.shadow_refused) {
      decision.shadow_refused = true;
      decision.shadow_violated = index;
    }
    return;
  }
  if (charge.refused && charge.wait_ns > decision.retry_after_ns) {
    decision.retry_after_ns = charge.wait_ns;
    decision.violated = index;
  }
  const std::int64_t room = charge.tolerance_ns - charge.debt_ns;
  const std::int64_t left = std::max<std::int64_t>(room, 0) / charge.interval_ns;
  limit_decision::remaining& entry = decision.state[decision.state_size++];
  entry.rule = index;
  entry.requests = static_cast<std::uint32_t>(left);  // at most the burst
  entry.next_ns = charge.debt_ns == 0 ? 0 : (left + 1) * charge.interval_ns - room;
}

// How many are left, and when there will be one more.
void rate_limiter::append_state(std::string& out, const limit_decision::remaining& entry) {
  append_number(out, entry.requests);
  if (entry.next_ns > 0) {
    out.append(";t=");
    append_number(out, seconds_up(entry.next_ns));
  }
}

void rate_limiter::append_fields(std::string& out, const limit_decision& decision) const {
  if (decision.state_size == 0) return;
  if (decision.state_size == 1) {
    const auto& only = decision.state.front();
    out.append(prepared_[only.rule].alone);
    append_state(out, only);
    out.append("\r\n");
    return;
  }
  const std::span states(decision.state.data(), decision.state_size);
  std::string_view separator = "RateLimit-Policy: ";
  for (const auto& entry : states) {
    out.append(separator).append(prepared_[entry.rule].policy);
    separator = ", ";
  }
  separator = "\r\nRateLimit: ";
  for (const auto& entry : states) {
    out.append(separator).append(prepared_[entry.rule].quoted_name).append(";r=");
    append_state(out, entry);
    separator = ", ";
  }
  out.append("\r\n");
}

}  // namespace errata
