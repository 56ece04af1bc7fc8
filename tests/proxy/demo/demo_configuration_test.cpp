#include "proxy/demo/demo_configuration.hpp"

#include <boost/test/unit_test.hpp>

using namespace errata;

BOOST_AUTO_TEST_SUITE(demo_configuration_suite)

BOOST_AUTO_TEST_CASE(reads_without_a_problem) {
  const auto made = demo_configuration({8080, 9001, 9}, "off");
  BOOST_REQUIRE(made.listeners.size() == 1u);
  BOOST_TEST(made.listeners[0].host == "127.0.0.1");
  BOOST_TEST(made.listeners[0].port == 8080);
  BOOST_REQUIRE(made.upstreams.size() == 3u);
  BOOST_TEST(made.routes.size() == made.matches.size());
  BOOST_TEST(made.rate_rules.size() == 1u);
  BOOST_TEST((made.access_log.to == access_log_config::sink::off));
  BOOST_TEST((demo_configuration({0, 1, 2}, "-").access_log.to ==
              access_log_config::sink::standard_output));
}

BOOST_AUTO_TEST_CASE(sends_every_path_somewhere) {
  const auto made = demo_configuration({0, 9001, 9}, "off");
  const route_table routes(made.matches);
  const struct {
    const char* path;
    const char* route;
  } table[] = {
      {"/java-trace", "legacy"}, {"/", "legacy"},          {"/hang", "hang"},
      {"/limited", "limited"},   {"/retired", "retired"},  {"/unreachable", "unreachable"},
      {"/strict/ok", "strict"},  {"/shadow/ok", "shadow"},
  };
  for (const auto& row : table) {
    const auto picked = routes.pick("127.0.0.1", row.path, "GET");
    BOOST_REQUIRE(picked);
    BOOST_TEST(made.routes[*picked].name == row.route);
  }
}

BOOST_AUTO_TEST_SUITE_END()
