// rate_limits.
#include <algorithm>
#include <array>

#include "policies/message.hpp"
#include "proxy/config/sections.hpp"
#include "proxy/config/units.hpp"

namespace errata {
namespace {

constexpr std::string_view rule_example = "{ \"key\": [\"ip\"], \"rate\": \"100/s\" }";
constexpr entry_rule rule_names{0, 256,
                                "{ \"per_ip\": { \"key\": [\"ip\"], \"rate\": \"100/s\" } }"};
constexpr entry_rule key_parts{1, 8, "[\"ip\"] or [\"header:Authorization\"]"};
constexpr std::uint64_t most_requests = 1'000'000'000;
constexpr std::uint32_t most_seconds = 24 * 60 * 60;
constexpr std::uint64_t most_burst = 1'000'000;
constexpr std::int64_t second_ns = 1'000'000'000;
// A burst must be refilled within this time: it keeps sums of nanoseconds far from 2^63.
constexpr std::int64_t most_refill_ns = 365LL * 24 * 60 * 60 * second_ns;

using mode = enum rate_rule::mode;
using missing = rate_rule::missing;
constexpr std::array modes = {choice_name<mode>{"enforce", mode::enforce},
                              choice_name<mode>{"shadow", mode::shadow},
                              choice_name<mode>{"off", mode::off}};
constexpr std::array when_missing = {choice_name<missing>{"skip", missing::skip},
                                     choice_name<missing>{"ip", missing::ip},
                                     choice_name<missing>{"constant", missing::constant}};

std::optional<limit_key_part> parse_key_part(std::string_view text) {
  using kind = limit_key_part::kind;
  constexpr std::string_view header = "header:";
  if (text == "ip") return limit_key_part{kind::ip, {}};
  if (text == "route") return limit_key_part{kind::route, {}};
  if (text == "method") return limit_key_part{kind::method, {}};
  if (!text.starts_with(header) || !is_token(text.substr(header.size()))) return {};
  return limit_key_part{kind::header, std::string(text.substr(header.size()))};
}

void read_key(object_reader& in, rate_rule& out) {
  in.require("key", key_parts.example);
  in.list("key", key_parts, [&](const located_value& value) {
    auto part = value.parsed("\"ip\", \"route\", \"method\" or \"header:NAME\"", parse_key_part);
    if (!part) return;
    const bool repeated = std::any_of(out.key.begin(), out.key.end(), [&](const auto& other) {
      return other.what == part->what && iequals(other.header, part->header);
    });
    if (repeated) value.problem("is in this key already: remove it");
    out.key.push_back(std::move(*part));
  });
}

void read_rate(object_reader& in, rate_rule& out) {
  constexpr std::string_view what =
      "a rate of 1 to 1000000000 requests in 1s to 24h, such as \"100/s\", \"6000/m\" or "
      "\"100/60s\"";
  in.require("rate", "\"100/s\"");
  const auto value = in.value("rate", "string");
  if (!value) return;
  const auto rate = value->parsed(what, [](std::string_view text) {
    const auto parsed = parse_rate(text);
    const bool fits =
        parsed && parsed->requests <= most_requests && parsed->period_s <= most_seconds;
    return fits ? parsed : std::nullopt;
  });
  if (!rate) return;
  out.quota = rate->requests;
  out.window_s = rate->period_s;
  // Rounded up: never a request more than was configured.
  const std::int64_t period_ns = std::int64_t{rate->period_s} * second_ns;
  const auto requests = static_cast<std::int64_t>(rate->requests);
  out.interval_ns = (period_ns + requests - 1) / requests;
  out.burst =
      static_cast<std::uint32_t>(std::clamp<std::uint64_t>(rate->requests / 10, 1, most_burst));
}

void read_burst(object_reader& in, rate_rule& out) {
  const auto value = in.value("burst", "integer");
  if (!value) return;
  const json_node& node = value->node();
  const std::int64_t most =
      out.interval_ns == 0 ? std::int64_t{most_burst}
                           : std::min<std::int64_t>(most_burst, most_refill_ns / out.interval_ns);
  if (node.what == json_node::kind::integer && node.integer >= 1 && node.integer <= most) {
    out.burst = static_cast<std::uint32_t>(node.integer);
    return;
  }
  value->wants("a whole number from 1 to " + std::to_string(most));
}

}  // namespace

void read_rate_limits(object_reader& root, configuration& out) {
  root.map("rate_limits", rule_names, [&](const std::string& name, const located_value& v) {
    rate_rule& rule = out.rate_rules.emplace_back();
    rule.name = name;
    v.object(rule_example, [&](object_reader& in) {
      read_key(in, rule);
      read_rate(in, rule);
      read_burst(in, rule);
      in.choice("mode", rule.mode, modes);
      in.choice("when_missing", rule.when_missing, when_missing);
    });
  });
}

}  // namespace errata
