#include <boost/test/unit_test.hpp>

#include "proxy/config/reader.hpp"

namespace {

using namespace errata;

rate_rule read_rule(const std::string& members) {
  const auto got = read_config_text(
      R"({"listeners": [{"address": "127.0.0.1:1"}], "routes": [{"respond": "not_found"}],
          "rate_limits": {"r": {)" +
          members + "}}}",
      "c", nullptr);
  for (const config_problem& p : got.problems) BOOST_ERROR(p.to_string() << " in " << members);
  return got.value.rate_rules.at(0);
}

BOOST_AUTO_TEST_SUITE(config_rate_limits)

BOOST_AUTO_TEST_CASE(makes_an_interval_of_a_rate) {
  struct row {
    std::string_view rate;
    std::int64_t interval_ns;
    std::uint64_t quota;
    unsigned window_s;
    unsigned burst;
  };
  const row rows[] = {
      {"100/s", 10'000'000, 100, 1, 10},
      {"6000/m", 10'000'000, 6000, 60, 600},
      {"100/60s", 600'000'000, 100, 60, 10},
      {"1/s", 1'000'000'000, 1, 1, 1},
      {"9/s", 111'111'112, 9, 1, 1},  // rounded up: never more than nine
      {"3/s", 333'333'334, 3, 1, 1},
      {"1/24h", 86'400'000'000'000, 1, 86'400, 1},
      {"1000000000/s", 1, 1'000'000'000, 1, 1'000'000},
  };
  for (const row& r : rows) {
    const rate_rule rule = read_rule(R"("key": ["ip"], "rate": ")" + std::string(r.rate) + '"');
    BOOST_TEST_CONTEXT(r.rate) {
      BOOST_TEST(rule.interval_ns == r.interval_ns);
      BOOST_TEST(rule.quota == r.quota);
      BOOST_TEST(rule.window_s == r.window_s);
      BOOST_TEST(rule.burst == r.burst);
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_keys_and_modes) {
  using kind = limit_key_part::kind;
  const rate_rule rule = read_rule(
      R"("key": ["ip", "header:X-Key", "route", "method", "header:Host"], "rate": "5/s",
         "burst": 1000000, "mode": "off", "when_missing": "constant")");
  BOOST_TEST(rule.name == "r");
  BOOST_REQUIRE_EQUAL(rule.key.size(), 5U);
  BOOST_TEST((rule.key[0].what == kind::ip));
  BOOST_TEST((rule.key[1].what == kind::header));
  BOOST_TEST(rule.key[1].header == "X-Key");
  BOOST_TEST((rule.key[2].what == kind::route));
  BOOST_TEST((rule.key[3].what == kind::method));
  BOOST_TEST(rule.burst == 1'000'000U);
  BOOST_TEST((rule.mode == rate_rule::mode::off));
  BOOST_TEST((rule.when_missing == rate_rule::missing::constant));
  const rate_rule plain = read_rule(R"("key": ["ip"], "rate": "5/s")");
  BOOST_TEST((plain.mode == rate_rule::mode::enforce));
  BOOST_TEST((plain.when_missing == rate_rule::missing::skip));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
