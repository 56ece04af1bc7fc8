#include "policies/balance.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace errata;

namespace {

std::string picks(balancer& subject, std::vector<endpoint_standing> standings, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    const std::size_t picked = subject.pick(standings);
    out += picked == balancer::npos ? '-' : static_cast<char>('a' + picked);
  }
  return out;
}

constexpr endpoint_standing sick{.healthy = false};
constexpr endpoint_standing tried{.tried = true};

}  // namespace

BOOST_AUTO_TEST_SUITE(balance)

BOOST_AUTO_TEST_CASE(takes_turns) {
  balancer subject(balance_method::round_robin, {1, 1, 1});
  BOOST_TEST(picks(subject, {{}, {}, {}}, 7) == "abcabca");
}

BOOST_AUTO_TEST_CASE(takes_turns_by_weight_without_runs) {
  balancer subject(balance_method::round_robin, {5, 1, 1});
  BOOST_TEST(picks(subject, {{}, {}, {}}, 14) == "aabacaaaabacaa");
}

BOOST_AUTO_TEST_CASE(passes_over_the_sick_and_the_tried) {
  balancer subject(balance_method::round_robin, {1, 1, 1});
  BOOST_TEST(picks(subject, {{}, sick, {}}, 4) == "acac");
  BOOST_TEST(picks(subject, {tried, {}, tried}, 2) == "bb");
  BOOST_TEST(picks(subject, {tried, tried, tried}, 1) == "-");
}

BOOST_AUTO_TEST_CASE(asks_the_sick_when_nobody_else_is_left) {
  balancer subject(balance_method::round_robin, {1, 1});
  BOOST_TEST(picks(subject, {tried, sick}, 1) == "b");
  BOOST_TEST(picks(subject, {sick, sick}, 2).find('-') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(ignores_health_when_most_are_sick) {
  balancer subject(balance_method::round_robin, {1, 1, 1});
  const std::string most_sick = picks(subject, {{}, sick, sick}, 9);
  BOOST_TEST(most_sick.find('b') != std::string::npos);
  BOOST_TEST(most_sick.find('c') != std::string::npos);
  balancer pair(balance_method::round_robin, {1, 1});
  BOOST_TEST(picks(pair, {{}, sick}, 4) == "aaaa");
}

BOOST_AUTO_TEST_CASE(prefers_who_has_the_fewest_requests_for_its_weight) {
  balancer subject(balance_method::least_requests, {1, 1, 2});
  BOOST_TEST(picks(subject, {{.in_flight = 3}, {.in_flight = 1}, {.in_flight = 5}}, 2) == "bb");
  BOOST_TEST(picks(subject, {{.in_flight = 3}, {.in_flight = 3}, {.in_flight = 5}}, 2) == "cc");
  balancer even(balance_method::least_requests, {1, 1});
  BOOST_TEST(picks(even, {{}, {}}, 4) == "abab");
}

BOOST_AUTO_TEST_SUITE_END()
