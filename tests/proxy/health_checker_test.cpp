#include "proxy/health_checker.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(health_checks)

BOOST_AUTO_TEST_CASE(the_verdict_changes_after_checks_in_a_row) {
  health_config settings;
  settings.healthy = 2;
  settings.unhealthy = 3;
  health_tally tally(settings, true);
  std::string verdicts;
  for (const char check : std::string("bbgbbbbgbggbg")) {
    const bool changed = tally.report(check == 'g');
    verdicts += changed ? (tally.is_healthy() ? 'W' : 'I') : '.';
  }
  BOOST_TEST(verdicts == ".....I....W..");
}

BOOST_AUTO_TEST_SUITE_END()
