#include "proxy/send_turns.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <utility>

using namespace errata;

BOOST_AUTO_TEST_SUITE(turns_to_send)

namespace {

struct sender final : waker {
  sender(std::string& log, char name) : into(log), called(name) {}
  void wake() override {
    into += called;
    if (then) then();
  }
  std::string& into;
  char called;
  std::function<void()> then;
};

struct bench {
  // Both wait, and have their turn.
  void meet() {
    BOOST_TEST(turns.must_wait(a));
    BOOST_TEST(turns.must_wait(b));
    run();
  }
  void run() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  send_turns turns{loop};
  std::string log;
  sender a{log, 'a'};
  sender b{log, 'b'};
  sender c{log, 'c'};
};

}  // namespace

BOOST_AUTO_TEST_CASE(come_when_the_loop_went_through_what_it_knew_of) {
  bench on;
  for (int times = 0; times < 3; ++times) {
    boost::asio::post(on.loop, [&] { on.log += on.turns.must_wait(on.a) ? '1' : '!'; });
    boost::asio::post(on.loop, [&] { on.log += on.turns.must_wait(on.b) ? '2' : '!'; });
    on.run();
  }
  BOOST_TEST(on.log == "12ab12ab12ab");
}

BOOST_AUTO_TEST_CASE(are_waited_for_ever_more_rarely_by_who_waits_alone) {
  bench on;
  unsigned at_once = 0;
  std::string gaps;
  for (int turns = 0; turns < 10;) {
    if (!on.turns.must_wait(on.a)) {
      ++at_once;
      continue;
    }
    on.run();
    gaps += std::to_string(std::exchange(at_once, 0U)) + ' ';
    ++turns;
  }
  BOOST_TEST(gaps == "0 1 2 4 8 16 32 64 64 64 ");
}

BOOST_AUTO_TEST_CASE(are_taken_at_each_send_again_once_two_met) {
  bench on;
  while (on.turns.must_wait(on.a)) on.run();
  while (!on.turns.must_wait(on.a)) {
  }
  BOOST_TEST(on.turns.must_wait(on.b), "with the first");
  on.run();
  on.log.clear();
  for (int times = 0; times < 3; ++times) on.meet();
  BOOST_TEST(on.log == "ababab");
}

BOOST_AUTO_TEST_CASE(come_without_the_loop_where_a_crowd_waits) {
  bench on;
  for (int i = 0; i < 64; ++i) BOOST_TEST(on.turns.must_wait(on.a));
  BOOST_TEST(on.log.empty());
  BOOST_TEST(on.turns.must_wait(on.b));
  BOOST_TEST(on.log == std::string(64, 'a'));
  on.run();
  BOOST_TEST(on.log == std::string(64, 'a') + 'b');
}

BOOST_AUTO_TEST_CASE(come_at_once_before_somebody_keeps_the_thread) {
  bench on;
  BOOST_TEST(on.turns.must_wait(on.a));
  on.turns.let_all_send();
  BOOST_TEST(on.log == "a");
  on.run();
  BOOST_TEST(on.log == "a", "once");
}

BOOST_AUTO_TEST_CASE(of_the_others_come_when_one_of_them_keeps_the_thread) {
  bench on;
  on.a.then = [&] {
    on.turns.let_all_send();
    on.log += '.';
  };
  BOOST_TEST(on.turns.must_wait(on.a));
  BOOST_TEST(on.turns.must_wait(on.b));
  BOOST_TEST(on.turns.must_wait(on.c));
  on.run();
  BOOST_TEST(on.log == "abc.");
}

BOOST_AUTO_TEST_CASE(may_be_asked_for_again_while_they_are_given) {
  bench on;
  on.a.then = [&] {
    on.a.then = nullptr;
    BOOST_TEST(on.turns.must_wait(on.a));
  };
  on.meet();
  BOOST_TEST(on.log == "aba", "the second behind the others");
  // The last of them does long work: who came meanwhile goes first.
  on.b.then = [&] {
    on.b.then = nullptr;
    BOOST_TEST(on.turns.must_wait(on.c));
    on.turns.let_all_send();
    on.log += '.';
  };
  while (!on.turns.must_wait(on.a)) {
  }
  BOOST_TEST(on.turns.must_wait(on.b));
  on.run();
  BOOST_TEST(on.log == "abaabc.");
}

BOOST_AUTO_TEST_CASE(are_not_given_to_who_is_gone) {
  bench on;
  BOOST_TEST(on.turns.must_wait(on.a));
  BOOST_TEST(on.turns.must_wait(on.b));
  on.turns.forget(on.a);
  on.run();
  BOOST_TEST(on.log == "b");
  on.a.then = [&] { on.turns.forget(on.b); };
  BOOST_TEST(!on.turns.must_wait(on.a), "b was alone");
  on.meet();
  BOOST_TEST(on.log == "ba");
}

BOOST_AUTO_TEST_SUITE_END()
