#include "policies/normalize/plain_speech.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {

BOOST_AUTO_TEST_SUITE(plain_speech)

BOOST_AUTO_TEST_CASE(notices_are_for_clients) {
  for (const char* text : {"We are down for scheduled maintenance. Back at 10:00.",
                           "Please try again in 5 minutes.", "The shop is closed until Monday."}) {
    BOOST_TEST(is_for_clients(text), text);
  }
}

BOOST_AUTO_TEST_CASE(news_from_the_inside_are_not) {
  for (const char* text : {"no healthy upstream", "connection refused, try again", "unavailable",
                           "Database maintenance: try again", "pool exhausted, retry later", "",
                           "maintenance", "Cannot reach the cache shortly"}) {
    BOOST_TEST(!is_for_clients(text), text);
  }
  BOOST_TEST(!is_for_clients("try again " + std::string(1000, 'x')));
}

BOOST_AUTO_TEST_CASE(codes_of_a_5xx_name_no_internals) {
  for (const char* code : {"maintenance_mode", "slow_down", "shop_closed"}) {
    BOOST_TEST(is_harmless_code(code), code);
  }
  for (const char* code : {"db_down", "null_pointer", "connection_refused", "boom", "redis_timeout",
                           "query_failed", ""}) {
    BOOST_TEST(!is_harmless_code(code), code);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
