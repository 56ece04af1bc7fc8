#include "policies/reason_phrase.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(reason_phrase)

BOOST_AUTO_TEST_CASE(names_what_has_a_name) {
  BOOST_TEST(errata::reason_phrase(404) == "Not Found");
  BOOST_TEST(errata::reason_phrase(422) == "Unprocessable Content");
  BOOST_TEST(errata::reason_phrase(503) == "Service Unavailable");
  BOOST_TEST(errata::reason_phrase(499) == "");
  BOOST_TEST(errata::reason_phrase(0) == "");
}

BOOST_AUTO_TEST_SUITE_END()
