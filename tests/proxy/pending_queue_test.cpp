#include "proxy/pending_queue.hpp"

#include <boost/test/unit_test.hpp>

using namespace errata;

BOOST_AUTO_TEST_SUITE(queue_for_a_connection)

namespace {

struct bench {
  // Nobody's name is ever looked at: who waits is only handed to `wake`.
  connection& nobody() { return *reinterpret_cast<connection*>(this); }

  int woken = 0;
  const pending_queue::wake_later wake = [this](connection&) { ++woken; };
  pending_queue queue{wake, 2};
  pending_queue::place a{queue, nobody()};
  pending_queue::place b{queue, nobody()};
  pending_queue::place c{queue, nobody()};
};

}  // namespace

BOOST_AUTO_TEST_CASE(is_served_in_its_order_and_takes_no_more_than_it_may) {
  bench on;
  BOOST_TEST(!on.queue.has_waiting());
  BOOST_TEST(on.a.join());
  BOOST_TEST(on.b.join());
  BOOST_TEST(!on.c.join());
  on.queue.call_next();
  BOOST_TEST(on.a.is_called());
  BOOST_TEST(!on.b.is_called());
  BOOST_TEST(on.woken == 1);
}

BOOST_AUTO_TEST_CASE(lets_nobody_overtake_who_is_called_and_did_not_come_yet) {
  bench on;
  BOOST_TEST(on.a.join());
  on.queue.call_next();
  BOOST_TEST(on.queue.has_waiting());
  on.a.come();
  BOOST_TEST(!on.queue.has_waiting());
}

BOOST_AUTO_TEST_CASE(calls_who_waited_only_because_another_was_awaited) {
  bench on;
  BOOST_TEST(on.a.join());
  on.queue.call_next();
  BOOST_TEST(on.b.join());
  on.a.come();
  on.a.use();
  BOOST_TEST(on.b.is_called());
  // There was none: it waits on, in front, until one comes free.
  on.b.come();
  BOOST_TEST(on.b.join());
  BOOST_TEST(!on.b.is_called());
  BOOST_TEST(on.woken == 2);
}

BOOST_AUTO_TEST_CASE(passes_on_the_turn_of_who_leaves) {
  bench on;
  {
    pending_queue::place gone(on.queue, on.nobody());
    BOOST_TEST(gone.join());
    BOOST_TEST(on.b.join());
    on.queue.call_next();
  }
  BOOST_TEST(on.b.is_called());
  on.b.leave();
  BOOST_TEST(!on.queue.has_waiting());
}

BOOST_AUTO_TEST_SUITE_END()
