// Several servers, some of them ill: the queue for a connection, balance, ejection, health checks
// and the circuit.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/support/comes_true.hpp"
#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(resilience)

using namespace errata::testing;

namespace {

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

// Answers when the test says so.
origin_behaviour answer_when_released() {
  return [](origin_connection& connection) {
    while (connection.read_request()) {
      connection.wait_for_release();
      connection.send(ok_with("late"));
    }
  };
}

const std::string unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ndown";

}  // namespace

BOOST_AUTO_TEST_CASE(requests_wait_for_a_connection_in_the_order_they_came) {
  scripted_origin origin(answer_when_released());
  test_server server(origin,
                     {.upstream = R"("pool": {"max_connections": 1, "pending_timeout": "20s"})"});
  auto first = server.connect();
  auto second = server.connect();
  auto third = server.connect();
  first.send(get("/1"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  second.send(get("/2"));
  BOOST_REQUIRE(comes_true([&] { return server.proxy().counters().upstream_queued == 1; }));
  third.send(get("/3"));
  BOOST_REQUIRE(comes_true([&] { return server.proxy().counters().upstream_queued == 2; }));
  BOOST_TEST(origin.request_count() == 1u);
  origin.release();
  for (auto* client : {&first, &second, &third}) {
    const auto reply = client->read_response();
    check_well_formed(reply);
    BOOST_TEST(reply.status == 200u);
  }
  const auto seen = origin.requests();
  BOOST_TEST_REQUIRE(seen.size() == 3u);
  BOOST_TEST(seen[1].target == "/2");
  BOOST_TEST(seen[2].target == "/3");
  BOOST_TEST(origin.connection_count() == 1u);
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_or_finds_the_queue_full_is_told) {
  scripted_origin origin(answer_when_released());
  test_server server(
      origin,
      {.upstream =
           R"("pool": {"max_connections": 1, "max_pending": 1, "pending_timeout": "300ms"})"});
  auto first = server.connect();
  auto second = server.connect();
  first.send(get("/1"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  second.send(get("/2"));
  BOOST_REQUIRE(comes_true([&] { return server.proxy().counters().upstream_queued == 1; }));
  check_error(server.fetch(get("/3")), 503, "service_unavailable");
  check_error(second.read_response(), 503, "service_unavailable");
  BOOST_TEST(server.proxy().counters().upstream_saturated == 2u);
  origin.release();
  BOOST_TEST(first.read_response().status == 200u);
  BOOST_TEST(server.fetch(get("/4")).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_the_queue_holds_nobody_up) {
  scripted_origin origin(answer_when_released());
  test_server server(origin,
                     {.upstream = R"("pool": {"max_connections": 1, "pending_timeout": "20s"})"});
  auto first = server.connect();
  auto leaver = server.connect();
  auto last = server.connect();
  first.send(get("/1"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  leaver.send(get("/2"));
  BOOST_REQUIRE(comes_true([&] { return server.proxy().counters().upstream_queued == 1; }));
  last.send(get("/3"));
  BOOST_REQUIRE(comes_true([&] { return server.proxy().counters().upstream_queued == 2; }));
  leaver.stream().reset();
  BOOST_REQUIRE(comes_true([&] { return server.proxy().counters().exchanges_in_flight == 2; }));
  origin.release();
  BOOST_TEST(first.read_response().status == 200u);
  BOOST_TEST(last.read_response().status == 200u);
  BOOST_TEST(origin.request_count() == 2u);
}

BOOST_AUTO_TEST_CASE(a_waiting_request_goes_on_when_the_connection_before_it_dies) {
  scripted_origin origin(by_connection({[](origin_connection& connection) {
                                          connection.read_request();
                                          connection.wait_for_release();
                                          connection.reset();
                                        },
                                        answer(ok_with("fresh"))}));
  test_server server(origin,
                     {.upstream = R"("pool": {"max_connections": 1, "pending_timeout": "20s"})"});
  auto first = server.connect();
  auto second = server.connect();
  first.send(get("/1"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  second.send(get("/2"));
  BOOST_REQUIRE(comes_true([&] { return server.proxy().counters().upstream_queued == 1; }));
  origin.release();
  check_error(first.read_response(), 502, "bad_gateway");
  BOOST_TEST(second.read_response().status == 200u);
}

BOOST_AUTO_TEST_CASE(a_server_that_fails_time_after_time_is_left_out) {
  scripted_origin ill(answer(unavailable));
  scripted_origin well(answer(ok_with("well")));
  test_server server({ill.port(), well.port()},
                     {.upstream = R"("outlier": {"consecutive_failures": 2, "ejection": "1m"})"});
  int failed = 0;
  for (int i = 0; i < 12; ++i) failed += server.fetch(get("/")).status == 503 ? 1 : 0;
  BOOST_TEST(failed == 2);
  BOOST_TEST(ill.request_count() == 2u);
  BOOST_TEST(well.request_count() == 10u);
  BOOST_TEST(server.proxy().counters().endpoints_ejected == 1u);
}

BOOST_AUTO_TEST_CASE(weights_share_the_requests_out) {
  scripted_origin heavy(answer(ok_with("a")));
  scripted_origin light(answer(ok_with("b")));
  const std::string servers = R"([{"url": "http://127.0.0.1:)" + std::to_string(heavy.port()) +
                              R"(", "weight": 3}, "http://127.0.0.1:)" +
                              std::to_string(light.port()) + "\"]";
  test_server server(heavy, {.routes = R"([{"upstream": "pair"}])",
                             .upstreams = R"("pair": {"servers": )" + servers + "}"});
  for (int i = 0; i < 8; ++i) BOOST_TEST(server.fetch(get("/")).status == 200u);
  BOOST_TEST(heavy.request_count() == 6u);
  BOOST_TEST(light.request_count() == 2u);
}

BOOST_AUTO_TEST_CASE(least_requests_avoids_the_busy_server) {
  scripted_origin busy(answer_when_released());
  scripted_origin idle(answer(ok_with("idle")));
  test_server server({busy.port(), idle.port()}, {.upstream = R"("balance": "least_requests")"});
  auto first = server.connect();
  first.send(get("/1"));
  BOOST_REQUIRE(busy.wait_for_requests(1));
  for (int i = 0; i < 5; ++i) BOOST_TEST(server.fetch(get("/")).body.content == "idle");
  BOOST_TEST(busy.request_count() == 1u);
  busy.release();
  BOOST_TEST(first.read_response().status == 200u);
}

BOOST_AUTO_TEST_CASE(an_open_circuit_refuses_at_once_and_closes_again) {
  scripted_origin origin(answer_in_turn({unavailable, unavailable, ok_with("back")}));
  test_server server(origin,
                     {.upstream = R"("circuit": {"consecutive_failures": 2, "open": "100ms"})"});
  for (int i = 0; i < 2; ++i) {
    check_error(server.fetch(get("/")), 503, "service_unavailable", error_author::upstream);
  }
  const auto refused = server.fetch(get("/"));
  check_error(refused, 503, "service_unavailable");
  BOOST_TEST(refused.head.value("Retry-After") == "1");
  BOOST_TEST(origin.request_count() == 2u);
  BOOST_TEST(server.proxy().counters().circuit_refusals == 1u);
  BOOST_TEST(comes_true([&] { return server.fetch(get("/")).status == 200; }));
  BOOST_TEST(server.fetch(get("/")).status == 200u);
  BOOST_TEST(server.proxy().counters().circuits_opened == 1u);
}

BOOST_AUTO_TEST_CASE(health_checks_take_a_server_out_and_bring_it_back) {
  std::atomic<bool> recovered{false};
  scripted_origin ill([&recovered](origin_connection& connection) {
    while (connection.read_request()) {
      connection.send(recovered ? ok_with("recovered")
                                : "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    }
  });
  scripted_origin well(answer(ok_with("well")));
  test_server server({ill.port(), well.port()},
                     {.upstream = R"("health": {"path": "/up?", "interval": "100ms", )"
                                  R"("healthy": 1, "unhealthy": 1})"});
  // The first check goes out at once.
  BOOST_REQUIRE(ill.wait_for_requests(1));
  const auto check = ill.requests().front();
  BOOST_TEST(check.method == "GET");
  BOOST_TEST(check.target == "/up?");
  BOOST_TEST(check.head.value("Connection") == "close");
  BOOST_TEST(check.head.value("Host") == "127.0.0.1:" + std::to_string(ill.port()));
  BOOST_REQUIRE(comes_true([&] {
    bool all_well = true;
    for (int i = 0; i < 4; ++i) all_well &= server.fetch(get("/")).status == 200;
    return all_well;
  }));
  recovered = true;
  BOOST_TEST(comes_true([&] { return server.fetch(get("/")).body.content == "recovered"; }));
}

BOOST_AUTO_TEST_CASE(when_all_are_ill_they_are_asked_all_the_same) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      const bool check = connection.request().target == "/up";
      connection.send(check ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : ok_with("here"));
    }
  });
  test_server server(origin, {.upstream = R"("health": {"path": "/up", "interval": "100ms", )"
                                          R"("unhealthy": 1})"});
  BOOST_REQUIRE(origin.wait_for_requests(2));
  BOOST_TEST(server.fetch(get("/")).body.content == "here");
}

BOOST_AUTO_TEST_SUITE_END()
