#include "policies/limit_table.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

using namespace errata;

BOOST_AUTO_TEST_SUITE(limit_table_of_debts)

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t s = 1000 * ms;
constexpr std::array<std::uint64_t, 2> hash_key = {1, 2};

limit_charge charge(std::uint64_t key, std::int64_t interval_ns, std::int64_t burst) {
  limit_charge c;
  c.key = key;
  c.interval_ns = interval_ns;
  c.tolerance_ns = interval_ns * burst;
  return c;
}

limit_charge spend_one(limit_table& table, limit_charge c, std::int64_t now) {
  table.spend({&c, 1}, now);
  return c;
}

bool admits(limit_table& table, const limit_charge& c, std::int64_t now) {
  return !spend_one(table, c, now).refused;
}

// Arrivals that are now together, now apart: the gaps span from nothing to several intervals.
std::vector<std::int64_t> random_arrivals(std::mt19937_64& random, std::int64_t interval) {
  std::vector<std::int64_t> arrivals;
  std::int64_t now = static_cast<std::int64_t>(random() % 1000);
  for (int i = 0; i < 400; ++i) {
    const std::uint64_t kind = random() % 16;
    const auto reach = static_cast<std::uint64_t>(kind < 8    ? interval / 4 + 1
                                                  : kind < 15 ? interval * 2 + 1
                                                              : interval * 12 + 1);
    if (kind > 3) now += static_cast<std::int64_t>(random() % reach);
    arrivals.push_back(now);
  }
  return arrivals;
}

// Runs `work(thread's number, now)` in two threads over one clock that every call moves on by
// `step`; returns what it had reached.
template <class Work>
std::int64_t run_two_threads(std::int64_t step, int calls, Work work) {
  std::atomic<std::int64_t> clock{0};
  const auto run = [&](std::size_t number) {
    for (int i = 0; i < calls; ++i) work(number, clock.fetch_add(step, std::memory_order_relaxed));
  };
  std::thread other(run, 1U);
  run(0U);
  other.join();
  return clock.load();
}

}  // namespace

BOOST_AUTO_TEST_CASE(rounds_up_to_a_power_of_two_of_sets) {
  struct row {
    std::size_t wanted, slots;
  };
  constexpr row rows[] = {{0, 8},   {1, 8},   {8, 8},     {9, 16},     {16, 16},
                          {17, 32}, {24, 32}, {100, 128}, {8192, 8192}};
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.wanted) {
      BOOST_TEST(limit_table(r.wanted, hash_key).slots() == r.slots);
    }
  }
}

BOOST_AUTO_TEST_CASE(admits_a_burst_and_then_one_an_interval) {
  limit_table table(64, hash_key);
  const limit_charge c = charge(7, 100 * ms, 3);
  for (int i = 0; i < 3; ++i) BOOST_TEST(admits(table, c, 5 * s));
  BOOST_TEST(!admits(table, c, 5 * s));
  BOOST_TEST(!admits(table, c, 5 * s + 100 * ms - 1));
  BOOST_TEST(admits(table, c, 5 * s + 100 * ms));
  BOOST_TEST(!admits(table, c, 5 * s + 200 * ms - 1));
  BOOST_TEST(admits(table, c, 5 * s + 200 * ms));
  // Idle for long: no more than the burst again.
  for (int i = 0; i < 3; ++i) BOOST_TEST(admits(table, c, 900 * s));
  BOOST_TEST(!admits(table, c, 900 * s));
}

BOOST_AUTO_TEST_CASE(reports_debt_and_wait) {
  limit_table table(64, hash_key);
  const limit_charge c = charge(7, 100 * ms, 2);
  limit_charge answer = spend_one(table, c, s);
  BOOST_TEST(answer.debt_ns == 100 * ms);
  BOOST_TEST(answer.wait_ns == 0);
  answer = spend_one(table, c, s + 30 * ms);
  BOOST_TEST(answer.debt_ns == 170 * ms);
  answer = spend_one(table, c, s + 40 * ms);
  BOOST_TEST(answer.refused);
  BOOST_TEST(answer.debt_ns == 160 * ms);
  BOOST_TEST(answer.wait_ns == 60 * ms);
}

// The promise: in any time t at most burst + t / interval.
BOOST_AUTO_TEST_CASE(no_window_has_more_than_the_bound) {
  std::mt19937_64 random(20240501);
  std::size_t violations = 0;
  for (int trace = 0; trace < 150; ++trace) {
    limit_table table(8, hash_key);
    const auto interval = static_cast<std::int64_t>(1 + random() % 1000);
    const auto burst = static_cast<std::int64_t>(1 + random() % 9);
    std::vector<std::int64_t> admitted;
    for (const std::int64_t now : random_arrivals(random, interval)) {
      if (admits(table, charge(1, interval, burst), now)) admitted.push_back(now);
    }
    for (std::size_t i = 0; i < admitted.size(); ++i) {
      for (std::size_t j = i; j < admitted.size(); ++j) {
        const auto count = static_cast<std::int64_t>(j - i + 1);
        if (count > burst + (admitted[j] - admitted[i]) / interval) ++violations;
      }
    }
  }
  BOOST_TEST(violations == 0U);
}

// The same decisions as the token bucket that it replaces, kept here in exact arithmetic.
BOOST_AUTO_TEST_CASE(decides_like_a_token_bucket) {
  std::mt19937_64 random(7);
  std::size_t differences = 0;
  for (int trace = 0; trace < 150; ++trace) {
    limit_table table(8, hash_key);
    const auto interval = static_cast<std::int64_t>(1 + random() % 1000);
    const auto burst = static_cast<std::int64_t>(1 + random() % 9);
    std::int64_t level = burst * interval;  // in nanoseconds: a token is `interval`
    std::int64_t before = 0;
    for (const std::int64_t now : random_arrivals(random, interval)) {
      level = std::min(burst * interval, level + now - before);
      before = now;
      const bool expected = level >= interval;
      if (expected) level -= interval;
      const limit_charge answer = spend_one(table, charge(1, interval, burst), now);
      if (answer.refused == expected || answer.debt_ns != burst * interval - level) ++differences;
    }
  }
  BOOST_TEST(differences == 0U);
}

BOOST_AUTO_TEST_CASE(raising_the_burst_never_refuses_more) {
  std::mt19937_64 random(99);
  std::size_t violations = 0;
  for (int trace = 0; trace < 60; ++trace) {
    const auto interval = static_cast<std::int64_t>(1 + random() % 1000);
    const auto arrivals = random_arrivals(random, interval);
    std::vector<int> fewer(arrivals.size(), 0);  // admitted up to here, with the burst one lower
    for (std::int64_t burst = 1; burst <= 8; ++burst) {
      limit_table table(8, hash_key);
      int admitted = 0;
      for (std::size_t i = 0; i < arrivals.size(); ++i) {
        if (admits(table, charge(1, interval, burst), arrivals[i])) ++admitted;
        if (admitted < fewer[i]) ++violations;
        fewer[i] = admitted;
      }
    }
  }
  BOOST_TEST(violations == 0U);
}

BOOST_AUTO_TEST_CASE(the_wait_is_exact) {
  std::mt19937_64 random(3);
  std::size_t wrong = 0;
  std::size_t checked = 0;
  for (int trace = 0; trace < 60; ++trace) {
    limit_table table(8, hash_key);
    const limit_charge c = charge(1, static_cast<std::int64_t>(2 + random() % 1000),
                                  static_cast<std::int64_t>(1 + random() % 9));
    for (std::int64_t now : random_arrivals(random, c.interval_ns)) {
      // A trace of its own from here: time only goes forward in one table.
      limit_table fork(8, hash_key);
      const limit_charge answer = spend_one(table, c, now);
      if (!answer.refused) continue;
      ++checked;
      for (std::int64_t owed = answer.debt_ns; owed > 0; owed -= c.interval_ns) {
        limit_charge debt = c;
        debt.interval_ns = std::min(owed, c.interval_ns);
        spend_one(fork, debt, now);
      }
      if (admits(fork, c, now + answer.wait_ns - 1)) ++wrong;
      if (!admits(fork, c, now + answer.wait_ns)) ++wrong;
    }
  }
  BOOST_TEST(wrong == 0U);
  BOOST_TEST(checked > 1000U);
}

BOOST_AUTO_TEST_CASE(charges_all_or_none) {
  limit_table table(64, hash_key);
  const limit_charge wide = charge(1, 10 * ms, 100);
  const limit_charge narrow = charge(2, s, 1);
  std::array both = {wide, narrow};
  BOOST_TEST(table.spend(both, s));
  for (int i = 0; i < 5; ++i) {
    both = {wide, narrow};
    BOOST_TEST(!table.spend(both, s));
    BOOST_TEST(!both[0].refused);
    BOOST_TEST(both[1].refused);
    BOOST_TEST(both[0].debt_ns == 10 * ms);
    BOOST_TEST(both[1].debt_ns == s);
  }
  BOOST_TEST(spend_one(table, wide, s).debt_ns == 20 * ms);
}

BOOST_AUTO_TEST_CASE(a_charge_that_does_not_bind_stands_alone) {
  limit_table table(64, hash_key);
  limit_charge shadow = charge(1, s, 2);
  shadow.binding = false;
  const limit_charge narrow = charge(2, s, 1);
  std::array both = {shadow, narrow};
  BOOST_TEST(table.spend(both, s));
  both = {shadow, narrow};
  BOOST_TEST(!table.spend(both, s));
  BOOST_TEST(both[0].debt_ns == 2 * s);  // spent, though the other refused
  std::array alone = {shadow};
  BOOST_TEST(table.spend(alone, s));  // admitted, though this one refuses
  BOOST_TEST(alone[0].refused);
  BOOST_TEST(alone[0].debt_ns == 2 * s);
  BOOST_TEST(alone[0].wait_ns == s);
}

BOOST_AUTO_TEST_CASE(spending_on_nothing_admits) {
  limit_table table(8, hash_key);
  BOOST_TEST(table.spend({}, s));
}

// Eight new keys of one request in the one set there is: none may push another out.
BOOST_AUTO_TEST_CASE(keys_of_one_request_keep_out_of_each_others_slots) {
  limit_table table(8, hash_key);
  std::array<limit_charge, 8> charges;
  for (std::int64_t round = 1; round <= 3; ++round) {
    for (std::size_t i = 0; i < charges.size(); ++i) {
      charges[i] = charge(100 + i, static_cast<std::int64_t>(8 - i) * ms, 10);
    }
    BOOST_TEST(table.spend(charges, s));
    for (std::size_t i = 0; i < charges.size(); ++i) {
      BOOST_TEST(charges[i].debt_ns == round * static_cast<std::int64_t>(8 - i) * ms);
    }
  }
  BOOST_TEST(table.live_evictions() == 0U);
}

BOOST_AUTO_TEST_CASE(expired_entries_make_room_first) {
  limit_table table(8, hash_key);
  for (std::uint64_t key = 1; key <= 7; ++key) admits(table, charge(key, 10 * s, 2), s);
  admits(table, charge(8, ms, 2), s);
  admits(table, charge(9, s, 2), s + ms);
  BOOST_TEST(table.live_evictions() == 0U);
  for (std::uint64_t key = 1; key <= 7; ++key) {
    BOOST_TEST(spend_one(table, charge(key, 10 * s, 2), s + ms).debt_ns == 20 * s - ms);
  }
}

BOOST_AUTO_TEST_CASE(the_smallest_debt_is_forgiven) {
  limit_table table(8, hash_key);
  for (std::uint64_t key = 1; key <= 8; ++key) {
    admits(table, charge(key, static_cast<std::int64_t>(key) * s, 1), s);
  }
  admits(table, charge(9, 9 * s, 1), s);
  BOOST_TEST(table.live_evictions() == 1U);
  for (std::uint64_t key = 2; key <= 9; ++key) {
    BOOST_TEST(!admits(table, charge(key, static_cast<std::int64_t>(key) * s, 1), s));
  }
  BOOST_TEST(table.live_evictions() == 1U);
  BOOST_TEST(admits(table, charge(1, s, 1), s));  // it, and only it, was forgotten
}

BOOST_AUTO_TEST_CASE(a_debt_beyond_the_tolerance_is_lowered_to_it) {
  limit_table table(8, hash_key);
  for (int i = 0; i < 100; ++i) admits(table, charge(1, s, 100), 10 * s);
  // Now the burst is 5: a hundred seconds of debt become five.
  limit_charge answer = spend_one(table, charge(1, s, 5), 10 * s);
  BOOST_TEST(answer.refused);
  BOOST_TEST(answer.debt_ns == 5 * s);
  BOOST_TEST(answer.wait_ns == s);
  BOOST_TEST(!admits(table, charge(1, s, 5), 11 * s - 1));
  BOOST_TEST(admits(table, charge(1, s, 5), 11 * s));
}

// A thread that read its clock before another one, and spends after it.
BOOST_AUTO_TEST_CASE(a_late_reading_of_the_clock_forgives_nothing) {
  limit_table table(8, hash_key);
  const limit_charge c = charge(1, 100 * ms, 5);
  for (int i = 0; i < 5; ++i) BOOST_TEST(admits(table, c, 10 * s));
  for (const std::int64_t late : {std::int64_t{1}, ms, 500 * ms, s}) {
    BOOST_TEST(!admits(table, c, 10 * s - late));
  }
  BOOST_TEST(!admits(table, c, 10 * s + 100 * ms - 1));
  BOOST_TEST(admits(table, c, 10 * s + 100 * ms));
}

BOOST_AUTO_TEST_CASE(times_at_the_edges_do_not_wrap) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  limit_charge longest;
  longest.interval_ns = limit_table::max_ns;
  longest.tolerance_ns = limit_table::max_ns;
  for (const std::int64_t now : {lowest, std::int64_t{-1}, std::int64_t{0}, highest}) {
    BOOST_TEST_CONTEXT(now) {
      limit_table table(8, hash_key);
      longest.key = 5;
      BOOST_TEST(admits(table, longest, now));
      const limit_charge answer = spend_one(table, longest, now);
      BOOST_TEST(answer.refused);
      BOOST_TEST(answer.wait_ns == limit_table::max_ns);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_key_zero_is_a_key) {
  limit_table table(8, hash_key);
  BOOST_TEST(admits(table, charge(0, s, 1), s));
  BOOST_TEST(!admits(table, charge(0, s, 1), s));
  BOOST_TEST(admits(table, charge(8, s, 1), s));
}

BOOST_AUTO_TEST_CASE(two_threads_share_one_bound) {
  limit_table table(8, hash_key);
  const limit_charge c = charge(1, 1000, 20);
  std::array<std::int64_t, 2> admitted{};
  const std::int64_t end = run_two_threads(10, 40'000, [&](std::size_t number, std::int64_t now) {
    if (admits(table, c, now)) ++admitted[number];
  });
  const std::int64_t total = admitted[0] + admitted[1];
  BOOST_TEST(total <= 20 + end / 1000);
  BOOST_TEST(total >= (20 + end / 1000) * 99 / 100);
}

BOOST_AUTO_TEST_CASE(threads_with_crossing_sets_neither_block_nor_overspend) {
  limit_table table(1024, hash_key);
  std::array<std::int64_t, 2> admitted{};
  const std::int64_t end = run_two_threads(10, 30'000, [&](std::size_t number, std::int64_t now) {
    std::array there = {charge(3, 1000, 5), charge(90, 2000, 5), charge(3 + 1024, 4000, 5)};
    std::array back = {there[2], there[1], there[0]};
    if (number == 0 ? table.spend(there, now) : table.spend(back, now)) ++admitted[number];
  });
  BOOST_TEST(admitted[0] + admitted[1] <= 5 + end / 4000);
  BOOST_TEST(admitted[0] + admitted[1] >= end / 4000 * 95 / 100);
}

BOOST_AUTO_TEST_CASE(threads_that_evict_each_other_count_it) {
  limit_table table(8, hash_key);
  std::array<std::uint64_t, 2> next = {0, std::uint64_t{1} << 40U};
  run_two_threads(1, 20'000, [&](std::size_t number, std::int64_t now) {
    admits(table, charge(++next[number] * 8, s, 1), now);
  });
  BOOST_TEST(table.live_evictions() == 2U * 20'000U - 8U);
}

BOOST_AUTO_TEST_SUITE_END()
