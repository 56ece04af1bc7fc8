#include "policies/outlier.hpp"

#include <boost/test/unit_test.hpp>

using namespace errata;

BOOST_AUTO_TEST_SUITE(outlier)

BOOST_AUTO_TEST_CASE(ejects_after_failures_in_a_row) {
  const outlier_settings settings{.consecutive_failures = 3, .ejection_ms = 100, .longest_ms = 250};
  outlier_detector subject;
  BOOST_TEST(!subject.failed(settings, 0, true));
  BOOST_TEST(!subject.failed(settings, 1, true));
  subject.succeeded();
  BOOST_TEST(!subject.failed(settings, 2, true));
  BOOST_TEST(!subject.failed(settings, 3, true));
  BOOST_TEST(!subject.is_ejected(3));
  BOOST_TEST(subject.failed(settings, 4, true));
  BOOST_TEST(subject.is_ejected(103));
  BOOST_TEST(!subject.is_ejected(104));
}

BOOST_AUTO_TEST_CASE(stays_out_longer_each_time) {
  const outlier_settings settings{.consecutive_failures = 1, .ejection_ms = 100, .longest_ms = 250};
  outlier_detector subject;
  BOOST_TEST(subject.failed(settings, 0, true));
  BOOST_TEST(!subject.failed(settings, 50, true));  // late news of before
  BOOST_TEST(subject.failed(settings, 100, true));
  BOOST_TEST(subject.is_ejected(299));
  BOOST_TEST(subject.failed(settings, 300, true));
  BOOST_TEST(subject.is_ejected(549));
  BOOST_TEST(!subject.is_ejected(550));
  subject.succeeded();
  BOOST_TEST(subject.failed(settings, 600, true));
  BOOST_TEST(!subject.is_ejected(700));
}

BOOST_AUTO_TEST_CASE(never_ejects_the_last_ones) {
  const outlier_settings settings{.consecutive_failures = 1};
  outlier_detector subject;
  BOOST_TEST(!subject.failed(settings, 0, false));
  BOOST_TEST(!subject.is_ejected(0));
  BOOST_TEST(!subject.failed({.consecutive_failures = 0}, 0, true));
}

BOOST_AUTO_TEST_CASE(a_circuit_opens_tries_and_closes) {
  const circuit_settings settings{.consecutive_failures = 2, .open_ms = 1500};
  circuit_breaker subject;
  BOOST_TEST(subject.admits(settings, 0));
  BOOST_TEST(!subject.failed(settings, 0));
  BOOST_TEST(subject.admits(settings, 1));
  BOOST_TEST(subject.failed(settings, 1));
  BOOST_TEST(subject.is_open(2));
  BOOST_TEST(!subject.admits(settings, 2));
  BOOST_TEST(subject.retry_after_seconds(2) == 2U);
  BOOST_TEST(subject.retry_after_seconds(5000) == 1U);
  BOOST_TEST(!subject.failed(settings, 3));  // was under way
  BOOST_TEST(subject.admits(settings, 1501));
  BOOST_TEST(!subject.admits(settings, 1502));  // one at a time
  BOOST_TEST(subject.failed(settings, 1503));
  BOOST_TEST(!subject.admits(settings, 1504));
  BOOST_TEST(subject.admits(settings, 3003));
  subject.abandoned();
  BOOST_TEST(subject.admits(settings, 3004));
  subject.succeeded();
  BOOST_TEST(subject.admits(settings, 3005));
  BOOST_TEST(subject.admits(settings, 3006));
}

BOOST_AUTO_TEST_CASE(a_circuit_may_be_off) {
  circuit_breaker subject;
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(subject.admits({}, i));
    BOOST_TEST(!subject.failed({}, i));
  }
}

BOOST_AUTO_TEST_CASE(retries_have_a_budget) {
  const retry_budget_settings settings{.percent = 20, .min_concurrent = 3};
  BOOST_TEST(within_retry_budget(settings, 1, 0));
  BOOST_TEST(within_retry_budget(settings, 1, 2));
  BOOST_TEST(!within_retry_budget(settings, 1, 3));
  BOOST_TEST(within_retry_budget(settings, 100, 19));
  BOOST_TEST(!within_retry_budget(settings, 100, 20));
}

BOOST_AUTO_TEST_SUITE_END()
