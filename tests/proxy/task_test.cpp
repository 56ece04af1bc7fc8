#include "proxy/task.hpp"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace errata;

BOOST_AUTO_TEST_SUITE(task_and_sleeper)

namespace {

// GCC turns symmetric transfer into a tail call only when it optimises, and clang keeps it under
// every option but this one.
#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
constexpr int deep = 2'000;
#else
constexpr int deep = 200'000;
#endif

struct counted {
  explicit counted(int& into) : alive(into) { ++alive; }
  counted(const counted&) = delete;
  ~counted() { --alive; }
  int& alive;
};

task<int> answer(std::vector<std::string>& log) {
  log.emplace_back("inside");
  co_return 42;
}

task<void> fail(const char* why) {
  throw std::runtime_error(why);
  co_return;
}

task<int> fail_with_value(int depth) {
  if (depth == 0) throw std::out_of_range("deep");
  co_return co_await fail_with_value(depth - 1) + 1;
}

task<int> count_down(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await count_down(depth - 1);
}

task<int> one() {
  co_return 1;
}

task<std::unique_ptr<int>> move_only(int value) {
  co_return std::make_unique<int>(value);
}

task<std::string> long_text() {
  co_return std::string(1000, 'x');
}

struct not_default_constructible {
  explicit not_default_constructible(int v) : value(v) {}
  int value;
};

task<not_default_constructible> made(int value) {
  co_return not_default_constructible(value);
}

task<void> nap(sleeper& where, std::vector<std::string>& log, std::string name) {
  log.push_back(name + " sleeps");
  co_await where;
  log.push_back(name + " wakes");
}

template <class Body>
root_task run(Body body, bool& finished) {
  co_await body();
  finished = true;
}

// Runs a coroutine lambda that does not suspend to its end.
template <class Body>
void run_now(Body body) {
  bool finished = false;
  run(body, finished);
  BOOST_TEST(finished);
}

}  // namespace

BOOST_AUTO_TEST_CASE(starts_when_it_is_awaited) {
  run_now([]() -> task<void> {
    std::vector<std::string> log;
    auto lazy = answer(log);
    log.emplace_back("before");
    BOOST_TEST(log.size() == 1u);
    BOOST_TEST(co_await lazy == 42);
    BOOST_TEST((log == std::vector<std::string>{"before", "inside"}));
  });
}

BOOST_AUTO_TEST_CASE(frees_a_frame_that_was_never_awaited) {
  int alive = 0;
  bool ran = false;
  {
    const auto body = [](std::unique_ptr<counted>, bool& flag) -> task<void> {
      flag = true;
      co_return;
    };
    auto dropped = body(std::make_unique<counted>(alive), ran);
    BOOST_TEST(alive == 1);
    const auto moved = std::move(dropped);
    BOOST_TEST(alive == 1);
  }
  BOOST_TEST(alive == 0);
  BOOST_TEST(!ran);
}

BOOST_AUTO_TEST_CASE(frees_a_frame_after_its_value_was_taken) {
  int alive = 0;
  run_now([&]() -> task<void> {
    const auto body = [&]() -> task<int> {
      const counted local(alive);
      BOOST_TEST(alive == 1);
      co_return 7;
    };
    const int value = co_await body();
    BOOST_TEST(value == 7);
    BOOST_TEST(alive == 0);
  });
}

BOOST_AUTO_TEST_CASE(hands_out_values_that_can_only_be_moved) {
  run_now([]() -> task<void> {
    const auto pointer = co_await move_only(5);
    BOOST_REQUIRE(pointer != nullptr);
    BOOST_TEST(*pointer == 5);
    const auto text = co_await long_text();
    BOOST_TEST(text == std::string(1000, 'x'));
    const auto value = co_await made(9);
    BOOST_TEST(value.value == 9);
  });
}

BOOST_AUTO_TEST_CASE(throws_out_of_the_await_what_was_thrown_inside) {
  run_now([]() -> task<void> {
    std::string caught;
    try {
      co_await fail("why");
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    BOOST_TEST(caught == "why");
    caught.clear();
    try {
      co_await fail_with_value(50);
    } catch (const std::out_of_range& error) {
      caught = error.what();
    }
    BOOST_TEST(caught == "deep");
    // The same coroutine goes on afterwards.
    const int value = co_await one();
    BOOST_TEST(value == 1);
  });
}

BOOST_AUTO_TEST_CASE(throws_what_comes_after_a_sleep_too) {
  sleeper where;
  bool finished = false;
  std::string caught;
  run(
      [&]() -> task<void> {
        const auto body = [&]() -> task<int> {
          co_await where;
          throw std::runtime_error("late");
        };
        try {
          co_await body();
        } catch (const std::runtime_error& error) {
          caught = error.what();
        }
      },
      finished);
  BOOST_TEST(!finished);
  where.wake();
  BOOST_TEST(finished);
  BOOST_TEST(caught == "late");
}

// A chain of awaits that never suspends must not use the stack: neither down nor up.
BOOST_AUTO_TEST_CASE(goes_deep_without_using_the_stack) {
  run_now([]() -> task<void> {
    const int depth = co_await count_down(deep);
    BOOST_TEST(depth == deep);
  });
}

BOOST_AUTO_TEST_CASE(loops_long_without_using_the_stack) {
  run_now([]() -> task<void> {
    int sum = 0;
    for (int i = 0; i < deep; ++i) sum += co_await one();
    BOOST_TEST(sum == deep);
  });
}

BOOST_AUTO_TEST_CASE(sleeps_until_it_is_woken) {
  sleeper where;
  std::vector<std::string> log;
  bool finished = false;
  BOOST_TEST(!where.asleep());
  run([&]() -> task<void> { co_await nap(where, log, "a"); }, finished);
  BOOST_TEST((log == std::vector<std::string>{"a sleeps"}));
  BOOST_TEST(where.asleep());
  BOOST_TEST(!finished);
  where.wake();
  BOOST_TEST((log == std::vector<std::string>{"a sleeps", "a wakes"}));
  BOOST_TEST(!where.asleep());
  BOOST_TEST(finished);
}

BOOST_AUTO_TEST_CASE(ignores_a_wake_while_awake) {
  sleeper where;
  bool finished = false;
  int wakes = 0;
  where.wake();
  run(
      [&]() -> task<void> {
        for (int i = 0; i < 3; ++i) {
          where.wake();  // not remembered
          co_await where;
          ++wakes;
        }
      },
      finished);
  BOOST_TEST(wakes == 0);
  for (int i = 1; i <= 3; ++i) {
    BOOST_TEST(where.asleep());
    where.wake();
    BOOST_TEST(wakes == i);
  }
  BOOST_TEST(finished);
  BOOST_TEST(!where.asleep());
  where.wake();
  BOOST_TEST(wakes == 3);
}

BOOST_AUTO_TEST_CASE(wakes_through_the_waker_of_a_deep_task) {
  sleeper where;
  waker& who = where;
  bool finished = false;
  int value = 0;
  const auto leaf = [&]() -> task<int> {
    co_await where;
    co_return 3;
  };
  const auto middle = [&]() -> task<int> {
    const int first = co_await leaf();
    const int second = co_await leaf();
    co_return first* second;
  };
  run([&]() -> task<void> { value = co_await middle(); }, finished);
  who.wake();
  BOOST_TEST(!finished);
  who.wake();
  BOOST_TEST(finished);
  BOOST_TEST(value == 9);
}

// A connection that ends frees the sleeper that woke it.
BOOST_AUTO_TEST_CASE(may_be_freed_by_what_it_wakes) {
  auto where = std::make_unique<sleeper>();
  bool finished = false;
  run(
      [&]() -> task<void> {
        co_await *where;
        where.reset();
      },
      finished);
  where->wake();
  BOOST_TEST(finished);
  BOOST_TEST(where == nullptr);
}

BOOST_AUTO_TEST_CASE(root_frees_itself_at_its_end) {
  int alive = 0;
  sleeper where;
  const auto body = [](sleeper& at, std::unique_ptr<counted>) -> root_task { co_await at; };
  body(where, std::make_unique<counted>(alive));
  BOOST_TEST(alive == 1);
  where.wake();
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_SUITE_END()
