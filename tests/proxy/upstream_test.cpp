#include "proxy/upstream.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace errata;

BOOST_AUTO_TEST_SUITE(upstream_pools)

namespace {

struct user final : waker {
  void wake() override { ++count; }
  int count = 0;
};

struct pool_bench {
  explicit pool_bench(std::size_t max_connections = 3) {
    settings.max_connections = max_connections;
    settings.idle = milliseconds(1000);
    addresses.push_back(std::make_unique<endpoint_address>(endpoint_config{"127.0.0.1", 8080}));
    group = std::make_unique<upstream_group>(host, settings, addresses);
    tried_endpoints tried = 0;
    pool = group->pick(tried, 0);
  }
  ~pool_bench() {
    group.reset();
    for (const int fd : far) ::close(fd);
    loop.restart();
    loop.poll();
  }
  pool_bench(const pool_bench&) = delete;

  // A connection whose far end is far.back().
  std::unique_ptr<upstream_connection> connect() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    far.push_back(ends[1]);
    return std::make_unique<upstream_connection>(*pool, loop, ends[0], who);
  }
  // As after a response of which every byte was read.
  void give_back(std::unique_ptr<upstream_connection> connection, std::int64_t now_ms = 0) {
    pool->give_back(std::move(connection), now_ms);
  }
  void far_sends(std::size_t which) const { BOOST_REQUIRE(::send(far[which], "x", 1, 0) == 1); }
  void far_ends(std::size_t which) const { BOOST_REQUIRE(::shutdown(far[which], SHUT_RDWR) == 0); }
  void poll() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  user who;
  std::vector<std::unique_ptr<endpoint_address>> addresses;
  upstream_config settings;
  worker_counters counters;
  upstream_host host{counters, [](connection&) {}};
  std::vector<int> far;
  std::unique_ptr<upstream_group> group;
  endpoint* pool = nullptr;
};

}  // namespace

BOOST_AUTO_TEST_CASE(counts_what_is_open_and_knows_when_it_is_full) {
  pool_bench b(2);
  BOOST_TEST(b.pool->name() == "127.0.0.1:8080");
  BOOST_TEST(!b.pool->is_full());
  auto first = b.connect();
  BOOST_TEST(!b.pool->is_full());
  auto second = b.connect();
  BOOST_TEST(b.pool->is_full());
  BOOST_TEST(b.host.open == 2u);
  b.give_back(std::move(first));
  BOOST_TEST(b.pool->is_full(), "an idle one is open");
  second.reset();
  BOOST_TEST(!b.pool->is_full());
  BOOST_TEST(b.host.open == 1u);
  b.group.reset();
  BOOST_TEST(b.host.open == 0u);
}

BOOST_AUTO_TEST_CASE(lends_the_one_that_was_used_last) {
  pool_bench b;
  BOOST_TEST((b.pool->take_idle(b.who, false) == nullptr));
  auto first = b.connect();
  auto second = b.connect();
  BOOST_TEST(!first->reused());
  BOOST_TEST(&first->owner() == b.pool);
  const auto* last = second.get();
  b.give_back(std::move(first));
  b.give_back(std::move(second));
  for (int times = 0; times < 2; ++times) {
    auto lent = b.pool->take_idle(b.who, false);
    BOOST_TEST(lent.get() == last);
    BOOST_TEST(lent->reused());
    b.give_back(std::move(lent));
  }
}

BOOST_AUTO_TEST_CASE(wakes_the_new_user_of_a_lent_connection) {
  pool_bench b;
  b.give_back(b.connect());
  user next;
  auto lent = b.pool->take_idle(next, false);
  BOOST_REQUIRE(lent != nullptr);
  lent->socket().want_read();
  b.far_sends(0);
  b.poll();
  BOOST_TEST(next.count == 1);
  BOOST_TEST(b.who.count == 0);
}

// Bytes that nobody asked for must never reach the next client (RFC 9112 section 6.3).
BOOST_AUTO_TEST_CASE(drops_an_idle_connection_that_speaks_or_ends) {
  for (const bool speaks : {false, true}) {
    pool_bench b;
    auto first = b.connect();
    auto second = b.connect();
    b.give_back(std::move(first));
    b.give_back(std::move(second));
    b.poll();
    BOOST_TEST(b.host.open == 2u, "nothing happened");
    if (speaks) {
      b.far_sends(0);
    } else {
      b.far_ends(0);
    }
    b.poll();
    BOOST_TEST(b.host.open == 1u);
    BOOST_TEST((b.pool->take_idle(b.who, false) != nullptr));
    BOOST_TEST((b.pool->take_idle(b.who, false) == nullptr));
    BOOST_TEST(b.who.count == 0);
  }
}

// No event was delivered yet: as when it comes in one batch with the request's own.
BOOST_AUTO_TEST_CASE(lends_only_connections_that_are_alive_and_silent) {
  for (const bool speaks : {false, true}) {
    pool_bench b;
    auto first = b.connect();
    const auto* alive = first.get();
    auto second = b.connect();
    auto third = b.connect();
    b.give_back(std::move(first));
    b.give_back(std::move(second));
    b.give_back(std::move(third));
    for (const std::size_t dead : {1U, 2U}) {
      if (speaks) {
        b.far_sends(dead);
      } else {
        b.far_ends(dead);
      }
    }
    const auto lent = b.pool->take_idle(b.who, false);
    BOOST_TEST(lent.get() == alive);
    BOOST_TEST(b.host.open == 1u);
    BOOST_TEST((b.pool->take_idle(b.who, false) == nullptr));
  }
}

// As a request that comes by an event: what it finds in the pool while its batch is worked off.
struct borrower final : waker {
  explicit borrower(pool_bench& b) : bench(b) {}
  void wake() override { lent = bench.pool->take_idle(bench.who, true); }
  pool_bench& bench;
  std::unique_ptr<upstream_connection> lent;
};

// A connection used twice lies in the pool, and a request's event comes, with `behind` in its
// batch.
template <class Behind>
std::unique_ptr<upstream_connection> borrow_by_event(pool_bench& b, int uses, Behind behind) {
  b.give_back(b.connect());
  for (int i = 1; i < uses; ++i) b.give_back(b.pool->take_idle(b.who, true));
  borrower client(b);
  auto request = b.connect();
  request->socket().want_read();
  b.poll();  // a fresh descriptor has an event
  request->socket().notify(client);
  request->socket().want_read();
  b.far_sends(1);
  behind();
  b.poll();
  return std::move(client.lent);
}

BOOST_AUTO_TEST_CASE(lends_unasked_what_the_loop_saw_silent) {
#ifdef ERRATA_READINESS_OP
  constexpr bool loop_is_known = true;
#else
  constexpr bool loop_is_known = false;
#endif
  {
    pool_bench b;
    const auto lent = borrow_by_event(b, 3, [] {});
    BOOST_REQUIRE(lent != nullptr);
    BOOST_TEST(lent->is_doubted() == loop_is_known);
  }
  {
    pool_bench b;
    const auto lent = borrow_by_event(b, 1, [] {});
    BOOST_REQUIRE(lent != nullptr);
    BOOST_TEST(!lent->is_doubted(), "not before it was kept open once");
  }
}

// Its event is in the same batch, and not yet delivered.
BOOST_AUTO_TEST_CASE(lends_nothing_that_spoke_or_ended_in_the_batch_of_the_request) {
  for (const bool speaks : {false, true}) {
    pool_bench b;
    const auto lent = borrow_by_event(b, 3, [&] { speaks ? b.far_sends(0) : b.far_ends(0); });
    BOOST_TEST((lent == nullptr), "speaks: " << speaks);
  }
}

// Between the loop's look and the request there was none: the kernel is asked.
BOOST_AUTO_TEST_CASE(asks_about_what_came_back_in_the_same_batch) {
  pool_bench b;
  for (int i = 0; i < 3; ++i) {
    b.give_back(i == 0 ? b.connect() : b.pool->take_idle(b.who, true));
  }
  b.far_sends(0);
  BOOST_TEST((b.pool->take_idle(b.who, true) == nullptr));
}

BOOST_AUTO_TEST_CASE(closes_what_was_idle_for_too_long) {
  pool_bench b;
  auto first = b.connect();
  auto second = b.connect();
  b.give_back(std::move(first), 500);
  b.give_back(std::move(second), 501);
  const std::pair<std::int64_t, std::size_t> rows[] = {
      {500, 2}, {1499, 2}, {1500, 1}, {1500, 1}, {1501, 0}};
  for (const auto& [now, left] : rows) {
    b.pool->sweep(now);
    BOOST_TEST(b.host.open == left, "at " << now);
  }
}

// An end that came with the last bytes of a response raises no event of its own.
BOOST_AUTO_TEST_CASE(looks_once_at_idle_connections_when_it_sweeps) {
  pool_bench b;
  b.give_back(b.connect(), 0);
  b.give_back(b.connect(), 0);
  b.far_ends(0);
  b.pool->sweep(1);
  BOOST_TEST(b.host.open == 1u);
  b.far_ends(1);
  b.pool->sweep(2);
  BOOST_TEST(b.host.open == 1u, "looked at already: the event tells");
  b.poll();
  BOOST_TEST(b.host.open == 0u);
}

namespace {

struct group_bench {
  explicit group_bench(std::size_t servers, upstream_config chosen = {}) : settings(chosen) {
    for (std::size_t i = 1; i <= servers; ++i) {
      addresses.push_back(std::make_unique<endpoint_address>(
          endpoint_config{"127.0.0.1", static_cast<std::uint16_t>(i)}));
    }
    group = std::make_unique<upstream_group>(host, settings, addresses);
  }
  endpoint& next(std::int64_t now_ms = 0) const {
    tried_endpoints tried = 0;
    return *group->pick(tried, now_ms);
  }
  std::string order(int count, std::int64_t now_ms = 0) const {
    std::string out;
    for (int i = 0; i < count; ++i) out.push_back(next(now_ms).name().back());
    return out;
  }

  upstream_config settings;
  std::vector<std::unique_ptr<endpoint_address>> addresses;
  worker_counters counters;
  upstream_host host{counters, [](connection&) {}};
  std::unique_ptr<upstream_group> group;
};

}  // namespace

BOOST_AUTO_TEST_CASE(uses_endpoints_in_turn) {
  const group_bench three(3);
  BOOST_TEST(&three.group->settings() == &three.settings);
  BOOST_TEST(three.order(7) == "1231231");
  three.group->sweep(0);
  const group_bench alone(1);
  BOOST_TEST(&alone.next() == &alone.next());
}

BOOST_AUTO_TEST_CASE(tries_each_endpoint_once) {
  for (const std::size_t servers : {1U, 3U}) {
    const group_bench b(servers);
    tried_endpoints tried = 0;
    for (std::size_t i = 0; i < servers; ++i) BOOST_TEST((b.group->pick(tried, 0) != nullptr));
    BOOST_TEST((b.group->pick(tried, 0) == nullptr));
  }
}

BOOST_AUTO_TEST_CASE(leaves_out_what_fails_and_what_is_checked_to_be_ill) {
  upstream_config settings;
  settings.outlier = {.consecutive_failures = 2, .ejection_ms = 1000};
  const group_bench b(3, settings);
  endpoint& first = b.next();
  first.failed(0);
  first.failed(1);
  BOOST_TEST(b.counters.endpoints_ejected.value() == 1u);
  BOOST_TEST(b.order(4, 2).find(first.name().back()) == std::string::npos);
  BOOST_TEST(b.order(3, 1001).find(first.name().back()) != std::string::npos);
  b.addresses[1]->set_healthy(false);
  BOOST_TEST(b.order(6, 1001).find('2') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(keeps_at_least_half_of_the_endpoints) {
  upstream_config settings;
  settings.outlier = {.consecutive_failures = 1, .ejection_ms = 1000};
  const group_bench b(2, settings);
  b.next().failed(0);
  b.next(1).failed(1);
  BOOST_TEST(b.counters.endpoints_ejected.value() == 1u);
  const group_bench alone(1, settings);
  alone.next().failed(0);
  BOOST_TEST(alone.counters.endpoints_ejected.value() == 0u);
}

BOOST_AUTO_TEST_CASE(does_not_ask_what_fails_time_after_time) {
  upstream_config settings;
  settings.circuit = {.consecutive_failures = 2, .open_ms = 3000};
  const group_bench b(1, settings);
  using outcome = upstream_group::outcome;
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(b.group->begin_request(0));
    b.group->end_request(outcome::failed, false, 0);
  }
  BOOST_TEST(!b.group->begin_request(1));
  BOOST_TEST(b.group->retry_after_seconds(1) == 3u);
  BOOST_TEST(b.counters.circuits_opened.value() == 1u);
  BOOST_TEST(b.counters.circuit_refusals.value() == 1u);
  BOOST_TEST(b.group->begin_request(3000));
  b.group->end_request(outcome::succeeded, false, 3000);
  BOOST_TEST(b.group->begin_request(3001));
}

BOOST_AUTO_TEST_CASE(retries_within_the_budget_only) {
  upstream_config settings;
  settings.retries = {.percent = 0, .min_concurrent = 1};
  const group_bench b(1, settings);
  using outcome = upstream_group::outcome;
  BOOST_TEST(b.group->begin_request(0));
  BOOST_TEST(b.group->begin_request(0));
  BOOST_TEST(b.group->begin_retry());
  BOOST_TEST(!b.group->begin_retry());
  b.group->end_request(outcome::succeeded, true, 0);
  BOOST_TEST(b.group->begin_retry());
}

BOOST_AUTO_TEST_SUITE_END()
