#include "policies/rate_limit.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <thread>

using namespace errata;

BOOST_AUTO_TEST_SUITE(rate_limit)

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1000 * ms;
using part = limit_key_part;
using mode = decltype(rate_rule::mode);

const part by_ip{part::kind::ip, ""};
const part by_route{part::kind::route, ""};
const part by_method{part::kind::method, ""};
part by_header(std::string name) {
  return {part::kind::header, std::move(name)};
}

std::shared_ptr<limit_table> make_table(std::size_t slots = 1024) {
  return std::make_shared<limit_table>(slots, std::array<std::uint64_t, 2>{11, 22});
}

rate_rule rule(std::string name, std::vector<part> key, std::int64_t interval_ns,
               std::uint32_t burst) {
  rate_rule r;
  r.name = std::move(name);
  r.key = std::move(key);
  r.interval_ns = interval_ns;
  r.burst = burst;
  return r;
}

struct request {
  std::string ip = "192.0.2.1";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string route = "billing";
  std::string method = "GET";
};

limit_decision spend(const rate_limiter& limiter, const request& r, std::int64_t now,
                     std::vector<std::uint16_t> rules = {0}) {
  field_list fields;
  for (const auto& [name, value] : r.headers) fields.add(name, value);
  return limiter.spend(rules, {*ip_address::parse(r.ip), r.route, r.method, &fields}, now);
}

request from(std::string ip) {
  request r;
  r.ip = std::move(ip);
  return r;
}

std::string fields_of(const rate_limiter& limiter, const limit_decision& decision) {
  std::string out = "before";
  limiter.append_fields(out, decision);
  BOOST_REQUIRE(out.starts_with("before"));
  return out.substr(6);
}

}  // namespace

BOOST_AUTO_TEST_CASE(admits_up_to_the_burst_and_says_how_long_to_wait) {
  const rate_limiter limiter({rule("per_ip", {by_ip}, 100 * ms, 3)}, make_table());
  for (std::uint32_t left : {2U, 1U, 0U}) {
    const limit_decision d = spend(limiter, {}, s);
    BOOST_TEST(d.admitted);
    BOOST_TEST(d.retry_after_ns == 0);
    BOOST_TEST(d.violated == 0xFFFF);
    BOOST_REQUIRE(d.state_size == 1);
    BOOST_TEST(d.state[0].requests == left);
    BOOST_TEST(d.state[0].next_ns == 100 * ms);
  }
  const limit_decision d = spend(limiter, {}, s + 30 * ms);
  BOOST_TEST(!d.admitted);
  BOOST_TEST(d.retry_after_ns == 70 * ms);
  BOOST_TEST(d.violated == 0);
  BOOST_TEST(d.state[0].requests == 0U);
  BOOST_TEST(d.state[0].next_ns == 70 * ms);
  BOOST_TEST(spend(limiter, from("192.0.2.2"), s).admitted);
}

BOOST_AUTO_TEST_CASE(what_is_left_follows_the_time) {
  const rate_limiter limiter({rule("gate", {by_route}, s, 1), rule("wide", {by_ip}, 100 * ms, 10)},
                             make_table());
  struct row {
    std::int64_t after;
    std::uint32_t left;
    std::int64_t next_ns;
  };
  // The gate is shut, so that looking at the other rule costs nothing.
  constexpr row rows[] = {{0, 7, 100 * ms},       {99 * ms, 7, ms},  {100 * ms, 8, 100 * ms},
                          {250 * ms, 9, 50 * ms}, {299 * ms, 9, ms}, {300 * ms, 10, 0},
                          {900 * ms, 10, 0}};
  for (int i = 0; i < 2; ++i) spend(limiter, {}, s, {1});
  BOOST_TEST(spend(limiter, {}, s, {0, 1}).admitted);
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.after << " ns later") {
      const limit_decision d = spend(limiter, {}, s + r.after, {0, 1});
      BOOST_TEST(!d.admitted);
      BOOST_REQUIRE(d.state_size == 2);
      BOOST_TEST(d.state[1].rule == 1);
      BOOST_TEST(d.state[1].requests == r.left);
      BOOST_TEST(d.state[1].next_ns == r.next_ns);
    }
  }
}

BOOST_AUTO_TEST_CASE(retry_after_is_exact) {
  const rate_limiter limiter({rule("slow", {by_ip}, 7 * s + 3, 2), rule("fast", {by_ip}, 11, 4)},
                             make_table());
  const auto refused_at = [&](std::int64_t now) {
    return spend(limiter, {}, now, {0, 1}).retry_after_ns;
  };
  for (int i = 0; i < 2; ++i) BOOST_TEST(refused_at(s) == 0);
  const std::int64_t wait = refused_at(s);
  BOOST_TEST(wait == 7 * s + 3);
  BOOST_TEST(refused_at(s + wait - 1) == 1);
  BOOST_TEST(refused_at(s + wait) == 0);
}

BOOST_AUTO_TEST_CASE(rounds_retry_after_up) {
  struct row {
    std::int64_t ns;
    std::uint32_t seconds;
  };
  constexpr row rows[] = {
      {0, 1},
      {1, 1},
      {s - 1, 1},
      {s, 1},
      {s + 1, 2},
      {59 * s, 59},
      {-1, 1},
      {59 * s + 1, 60},
      {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::uint32_t>::max()}};
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.ns) {
      limit_decision d;
      d.retry_after_ns = r.ns;
      BOOST_TEST(d.retry_after_seconds() == r.seconds);
    }
  }
}

BOOST_AUTO_TEST_CASE(reports_the_rule_with_the_longest_wait) {
  const std::vector<rate_rule> rules = {rule("short", {by_ip}, s, 1),
                                        rule("long", {by_ip}, 5 * s, 1),
                                        rule("open", {by_ip}, ms, 100)};
  for (const auto& order : {std::vector<std::uint16_t>{0, 1, 2}, {2, 1, 0}, {1, 0, 2}}) {
    const rate_limiter limiter(rules, make_table());
    BOOST_TEST(spend(limiter, {}, s, order).admitted);
    const limit_decision d = spend(limiter, {}, s, order);
    BOOST_TEST(!d.admitted);
    BOOST_TEST(d.violated == 1);
    BOOST_TEST(d.retry_after_ns == 5 * s);
    BOOST_TEST(d.state_size == 3);
    // When the short one opens again, the long one alone refuses.
    BOOST_TEST(spend(limiter, {}, 2 * s, order).violated == 1);
    BOOST_TEST(spend(limiter, {}, 6 * s, order).admitted);
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_costs_nothing_anywhere) {
  const rate_limiter limiter({rule("wide", {by_ip}, s, 10), rule("narrow", {by_route}, s, 1)},
                             make_table());
  BOOST_TEST(spend(limiter, {}, s, {0, 1}).state[0].requests == 9U);
  for (int i = 0; i < 20; ++i) {
    const limit_decision d = spend(limiter, {}, s, {0, 1});
    BOOST_TEST(!d.admitted);
    BOOST_TEST(d.violated == 1);
    BOOST_TEST(d.state[0].requests == 9U);
  }
  BOOST_TEST(spend(limiter, {}, s, {0}).state[0].requests == 8U);
}

BOOST_AUTO_TEST_CASE(no_rules_admit) {
  const rate_limiter limiter({rule("per_ip", {by_ip}, s, 1)}, make_table());
  const limit_decision d = spend(limiter, {}, s, {});
  BOOST_TEST(d.admitted);
  BOOST_TEST(d.state_size == 0);
  BOOST_TEST(fields_of(limiter, d) == "");
  BOOST_TEST(spend(limiter, {}, s, {7, 0xFFFF}).state_size == 0);  // there is no such rule
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_listed_twice_counts_once) {
  const rate_limiter limiter({rule("per_ip", {by_ip}, s, 2)}, make_table());
  const limit_decision d = spend(limiter, {}, s, {0, 0, 0});
  BOOST_TEST(d.admitted);
  BOOST_TEST(d.state_size == 1);
  BOOST_TEST(d.state[0].requests == 1U);
}

BOOST_AUTO_TEST_CASE(takes_as_many_rules_as_a_route_may_have) {
  std::vector<rate_rule> rules;
  std::vector<std::uint16_t> all;
  for (std::uint16_t i = 0; i < max_rules_per_route; ++i) {
    rules.push_back(rule("rule" + std::to_string(i), {by_ip}, (i + 1) * s, 2));
    all.push_back(i);
  }
  const rate_limiter limiter(rules, make_table(8));
  for (std::uint32_t left : {1U, 0U}) {
    const limit_decision d = spend(limiter, {}, s, all);
    BOOST_TEST(d.admitted);
    BOOST_REQUIRE(d.state_size == max_rules_per_route);
    for (const auto& state : d.state) BOOST_TEST(state.requests == left);
  }
  BOOST_TEST(spend(limiter, {}, s, all).violated == max_rules_per_route - 1);
}

BOOST_AUTO_TEST_CASE(a_skipped_rule_leaves_no_trace) {
  const rate_limiter limiter({rule("per_key", {by_header("X-Key")}, s, 1)}, make_table());
  const limit_decision d = spend(limiter, {}, s);
  BOOST_TEST(d.admitted);
  BOOST_TEST(d.state_size == 0);
  // Nor does a request whose fields are not given at all.
  const std::array<std::uint16_t, 1> rules = {0};
  BOOST_TEST(limiter.spend(rules, {{}, "", "", nullptr}, s).state_size == 0);
}

BOOST_AUTO_TEST_CASE(rules_do_not_share_keys) {
  const rate_limiter limiter({rule("a", {by_ip}, s, 1), rule("b", {by_ip}, s, 1)}, make_table());
  BOOST_TEST(spend(limiter, {}, s, {0}).admitted);
  BOOST_TEST(spend(limiter, {}, s, {1}).admitted);
  BOOST_TEST(!spend(limiter, {}, s, {0}).admitted);
  BOOST_TEST(!spend(limiter, {}, s, {1}).admitted);
}

BOOST_AUTO_TEST_CASE(a_shadow_rule_flags_and_never_refuses) {
  rate_rule shadow = rule("shadow", {by_ip}, s, 2);
  shadow.mode = mode::shadow;
  const rate_limiter limiter({shadow, rule("real", {by_ip}, ms, 100)}, make_table());
  for (int i = 0; i < 5; ++i) {
    const limit_decision d = spend(limiter, {}, s, {0, 1});
    BOOST_TEST(d.admitted);
    BOOST_TEST(d.violated == 0xFFFF);
    BOOST_TEST(d.retry_after_ns == 0);
    BOOST_TEST(d.shadow_refused == (i >= 2));
    BOOST_TEST(d.shadow_violated == (i >= 2 ? 0 : 0xFFFF));
    BOOST_REQUIRE(d.state_size == 1);
    BOOST_TEST(d.state[0].rule == 1);
    BOOST_TEST(fields_of(limiter, d).find("shadow") == std::string::npos);
  }
  // It holds its own rate: a second later it would admit again.
  BOOST_TEST(!spend(limiter, {}, 2 * s, {0}).shadow_refused);
}

BOOST_AUTO_TEST_CASE(a_shadow_rule_counts_what_others_refuse) {
  rate_rule shadow = rule("shadow", {by_ip}, s, 2);
  shadow.mode = mode::shadow;
  const rate_limiter limiter({shadow, rule("real", {by_ip}, s, 1)}, make_table());
  BOOST_TEST(spend(limiter, {}, s, {0, 1}).admitted);
  limit_decision d = spend(limiter, {}, s, {0, 1});
  BOOST_TEST(!d.admitted);
  BOOST_TEST(d.violated == 1);
  BOOST_TEST(!d.shadow_refused);
  d = spend(limiter, {}, s, {0, 1});
  BOOST_TEST(!d.admitted);
  BOOST_TEST(d.shadow_refused);
  BOOST_TEST(d.shadow_violated == 0);
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_off_does_nothing) {
  rate_rule off = rule("off", {by_ip}, s, 1);
  off.mode = mode::off;
  const rate_limiter limiter({off}, make_table());
  for (int i = 0; i < 3; ++i) {
    const limit_decision d = spend(limiter, {}, s);
    BOOST_TEST(d.admitted);
    BOOST_TEST(!d.shadow_refused);
    BOOST_TEST(d.state_size == 0);
  }
}

BOOST_AUTO_TEST_CASE(counters_survive_a_reload) {
  const auto table = make_table();
  const rate_limiter before({rule("other", {by_route}, s, 1), rule("per_ip", {by_ip}, s, 5)},
                            table);
  for (int i = 0; i < 5; ++i) BOOST_TEST(spend(before, {}, s, {1}).admitted);
  BOOST_TEST(!spend(before, {}, s, {1}).admitted);

  // The same rule at another place, then with other numbers: a hot key stays hot.
  const rate_limiter same({rule("per_ip", {by_ip}, s, 5)}, table);
  BOOST_TEST(!spend(same, {}, s).admitted);
  const rate_limiter renamed({rule("per_address", {by_ip}, s, 5)}, table);
  BOOST_TEST(spend(renamed, {}, s).admitted);
  const rate_limiter wider({rule("per_ip", {by_ip}, s, 7)}, table);
  const limit_decision d = spend(wider, {}, s);
  BOOST_TEST(d.admitted);
  BOOST_TEST(d.state[0].requests == 1U);
}

BOOST_AUTO_TEST_CASE(a_faster_rate_applies_at_once) {
  const auto table = make_table();
  const rate_limiter slow({rule("per_ip", {by_ip}, 10 * s, 3)}, table);
  for (int i = 0; i < 3; ++i) spend(slow, {}, s);
  const rate_limiter fast({rule("per_ip", {by_ip}, 100 * ms, 3)}, table);
  limit_decision d = spend(fast, {}, s);
  BOOST_TEST(!d.admitted);
  BOOST_TEST(d.retry_after_ns == 100 * ms);  // not thirty seconds of old debt
  BOOST_TEST(!spend(fast, {}, s + 100 * ms - 1).admitted);
  BOOST_TEST(spend(fast, {}, s + 100 * ms).admitted);
}

BOOST_AUTO_TEST_CASE(a_lowered_burst_locks_nobody_out) {
  const auto table = make_table();
  const rate_limiter wide({rule("per_ip", {by_ip}, s, 1000)}, table);
  for (int i = 0; i < 1000; ++i) spend(wide, {}, s);
  const rate_limiter narrow({rule("per_ip", {by_ip}, s, 2)}, table);
  const limit_decision d = spend(narrow, {}, s);
  BOOST_TEST(!d.admitted);
  BOOST_TEST(d.retry_after_ns == s);
  BOOST_TEST(spend(narrow, {}, 2 * s).admitted);
  BOOST_TEST(!spend(narrow, {}, 2 * s).admitted);
}

// One client at 1000 requests/s on a limit of 10/s, while 10 000 keys a second come once each and
// owe for 100 ms: about a thousand of them live at a time, over a table of 512.
BOOST_AUTO_TEST_CASE(a_flood_of_keys_does_not_free_a_hot_one) {
  const auto table = make_table(512);
  const rate_limiter limiter({rule("per_ip", {by_ip}, 100 * ms, 10)}, table);
  const std::array<std::uint16_t, 1> rules = {0};
  ip_address unique = ip_address::v4({10, 0, 0, 0});
  std::uint32_t number = 0;
  int hot = 0;
  int flood = 0;
  for (std::int64_t now = s; now < 31 * s; now += ms) {
    for (int i = 0; i < 10; ++i) {
      ++number;
      unique.bytes[13] = static_cast<std::uint8_t>(number >> 16U);
      unique.bytes[14] = static_cast<std::uint8_t>(number >> 8U);
      unique.bytes[15] = static_cast<std::uint8_t>(number);
      flood += limiter.spend(rules, {unique, "", "GET", nullptr}, now).admitted ? 1 : 0;
    }
    const ip_address client = ip_address::v4({192, 0, 2, 1});
    hot += limiter.spend(rules, {client, "", "GET", nullptr}, now).admitted ? 1 : 0;
  }
  BOOST_TEST_MESSAGE("hot key: " << hot
                                 << " of 30000, live evictions: " << table->live_evictions());
  constexpr int exact = 10 + 30 * 10;
  BOOST_TEST(hot >= exact * 99 / 100);
  BOOST_TEST(hot <= exact * 101 / 100);
  BOOST_TEST(flood == 300'000);  // nobody is refused for another's sake
  BOOST_TEST(table->live_evictions() > 100'000U);
}

BOOST_AUTO_TEST_CASE(two_threads_and_a_reload_share_one_bound) {
  const auto table = make_table();
  const std::vector<rate_rule> rules = {rule("per_ip", {by_ip}, 1000, 20),
                                        rule("per_route", {by_route}, 3000, 20)};
  const rate_limiter first(rules, table);
  const rate_limiter second({rules[1], rules[0]}, table);
  std::atomic<std::int64_t> clock{0};
  const auto run = [&clock](const rate_limiter& limiter, std::int64_t& admitted) {
    const std::array<std::uint16_t, 2> both = {0, 1};
    const ip_address client = ip_address::v4({192, 0, 2, 1});
    for (int i = 0; i < 20'000; ++i) {
      const std::int64_t now = clock.fetch_add(50, std::memory_order_relaxed);
      if (limiter.spend(both, {client, "billing", "GET", nullptr}, now).admitted) ++admitted;
    }
  };
  std::int64_t here = 0;
  std::int64_t there = 0;
  std::thread other(run, std::cref(second), std::ref(there));
  run(first, here);
  other.join();
  const std::int64_t bound = 20 + clock.load() / 3000;
  BOOST_TEST(here + there <= bound);
  BOOST_TEST(here + there >= bound * 95 / 100);
}

BOOST_AUTO_TEST_CASE(writes_one_list_of_all_enforced_rules) {
  rate_rule burst = rule("burst", {by_ip}, 600 * ms, 20);
  burst.quota = 100;
  burst.window_s = 60;
  rate_rule daily = rule("daily", {by_ip}, 86'400 * ms, 50);
  daily.quota = 1000;
  daily.window_s = 86'400;
  rate_rule shadow = rule("quiet", {by_ip}, s, 1);
  shadow.mode = mode::shadow;
  const rate_limiter limiter({burst, daily, shadow}, make_table());
  BOOST_TEST(fields_of(limiter, spend(limiter, {}, s)) ==
             "RateLimit-Policy: \"burst\";q=100;w=60\r\n"
             "RateLimit: \"burst\";r=19;t=1\r\n");
  BOOST_TEST(fields_of(limiter, spend(limiter, {}, s, {1, 2, 0})) ==
             "RateLimit-Policy: \"daily\";q=1000;w=86400, \"burst\";q=100;w=60\r\n"
             "RateLimit: \"daily\";r=49;t=87, \"burst\";r=18;t=1\r\n");
  BOOST_TEST(fields_of(limiter, spend(limiter, {}, s, {2})) == "");
}

BOOST_AUTO_TEST_CASE(a_refusal_shows_nothing_left_and_when) {
  rate_rule one = rule("one", {by_ip}, 5 * s + 1, 1);
  one.quota = 12;
  one.window_s = 60;
  const rate_limiter limiter({one, rule("idle", {by_route}, s, 3)}, make_table());
  spend(limiter, {}, s);
  const limit_decision d = spend(limiter, {}, s, {0, 1});
  BOOST_TEST(!d.admitted);
  BOOST_TEST(d.retry_after_seconds() == 6U);
  // The other rule is whole: there is no time after which more of it would be there.
  BOOST_TEST(fields_of(limiter, d) ==
             "RateLimit-Policy: \"one\";q=12;w=60, \"idle\";q=1;w=1\r\n"
             "RateLimit: \"one\";r=0;t=6, \"idle\";r=3\r\n");
}

BOOST_AUTO_TEST_CASE(a_name_cannot_break_the_field) {
  struct row {
    std::string name, quoted;
  };
  const row rows[] = {
      {"plain-name_1", "\"plain-name_1\""},
      {"with space", "\"with space\""},
      {"quote\"back\\slash", "\"quote\\\"back\\\\slash\""},
      {"line\r\nbreak", "\"line__break\""},
      {"\x7F\xC3\xA9", "\"___\""},
      {"", "\"\""},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.quoted) {
      const rate_limiter limiter({rule(r.name, {by_ip}, s, 2)}, make_table());
      BOOST_TEST(fields_of(limiter, spend(limiter, {}, s)) ==
                 "RateLimit-Policy: " + r.quoted + ";q=1;w=1\r\nRateLimit: " + r.quoted +
                     ";r=1;t=1\r\n");
    }
  }
}

BOOST_AUTO_TEST_CASE(extreme_numbers_do_not_wrap) {
  constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
  constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  struct row {
    std::int64_t interval_ns;
    std::uint32_t burst;
    std::uint32_t left;
  };
  constexpr row rows[] = {
      {longest, 1, 0},
      {longest, most, 0},
      {1, most, most - 1},
      {0, 0, 0},
      {-5, 3, 2},
      {s, most, 1'152'921'503},
      {limit_table::max_ns / 2, 9, 1},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.interval_ns << " ns, burst " << r.burst) {
      rate_rule extreme = rule("x", {by_ip}, r.interval_ns, r.burst);
      extreme.quota = std::numeric_limits<std::uint64_t>::max();
      const rate_limiter limiter({extreme}, make_table());
      const limit_decision d = spend(limiter, {}, longest);
      BOOST_TEST(d.admitted);
      BOOST_TEST(d.state[0].requests == r.left);
      BOOST_TEST(fields_of(limiter, d).find("q=999999999999999;") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
