// Stopping and changing while clients are there: nothing that was begun is cut, nothing new is
// begun, and a new configuration takes over between two requests.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(drain_reload)

using namespace errata;
using namespace errata::testing;

namespace {

void slow_on_demand(origin_connection& connection) {
  while (connection.read_request()) {
    if (connection.request().target == "/slow") connection.wait_for_release();
    connection.send(ok_with(connection.request().target));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(drain_closes_the_idle_and_finishes_what_is_under_way) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin);
  auto idle = server.connect();
  BOOST_TEST(idle.exchange(get("/")).status == 200u);
  auto fresh = server.connect();  // has not sent anything
  auto busy = server.connect();
  busy.send(get("/slow"));
  BOOST_REQUIRE(origin.wait_for_requests(2));

  received_response finished;
  std::string said_to_idle;
  std::thread clients([&] {
    idle.wait_for_end(&said_to_idle);
    fresh.wait_for_end();
    origin.release();
    finished = busy.read_response();
  });
  const auto lines = server.drain();
  clients.join();
  BOOST_TEST(said_to_idle == "");
  BOOST_TEST(finished.body.content == "/slow");
  BOOST_TEST(finished.head.value("Connection") == "close");
  BOOST_TEST((busy.wait_for_end() == ending::closed));
  BOOST_TEST(lines.size() == 2u);
  BOOST_TEST(!server.connect().connected());
  BOOST_TEST(server.proxy().counters().connections_open == 0u);
  BOOST_TEST(server.proxy().counters().exchanges_in_flight == 0u);
}

// Its next request may have been sent before the client could know.
BOOST_AUTO_TEST_CASE(drain_answers_the_next_request_of_an_idle_connection) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin, {.drain_idle = std::chrono::seconds(20)});
  auto idle = server.connect();
  BOOST_TEST(idle.exchange(get("/1")).status == 200u);
  auto fresh = server.connect();
  auto pipelining = server.connect();
  BOOST_TEST(pipelining.exchange(get("/2")).status == 200u);
  std::thread clients([&] {
    while (server.connect().connected()) std::this_thread::yield();
    for (auto* one : {&idle, &fresh}) {
      const auto reply = one->exchange(get("/late"));
      BOOST_TEST(reply.body.content == "/late");
      BOOST_TEST(reply.head.value("Connection") == "close");
      BOOST_TEST((one->wait_for_end() == ending::closed));
      one->stream().close();
    }
    // What follows a response that says so is not taken, and does not reset that response away.
    pipelining.send(get("/late") + get("/never") + get("/never"));
    const auto reply = pipelining.read_response();
    BOOST_TEST(reply.body.content == "/late");
    BOOST_TEST(reply.head.value("Connection") == "close");
    pipelining.send(get("/never"));
    BOOST_TEST((pipelining.wait_for_end() == ending::closed));
    pipelining.stream().close();
  });
  server.drain();
  clients.join();
  for (const auto& seen : origin.requests()) BOOST_TEST(seen.target != "/never");
}

BOOST_AUTO_TEST_CASE(drain_ends_idle_connections_in_time_without_a_reset) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin, {.drain_idle = std::chrono::milliseconds(200)});
  auto idle = server.connect();
  BOOST_TEST(idle.exchange(get("/1")).status == 200u);
  std::thread client([&] {
    std::string said;
    BOOST_TEST((idle.wait_for_end(&said) == ending::closed));
    // As if it had crossed the end.
    BOOST_TEST(idle.send(get("/crossing")));
    BOOST_TEST((idle.wait_for_end(&said) == ending::closed));
    BOOST_TEST(said == "");
    idle.stream().close();
  });
  server.drain();
  client.join();
  BOOST_TEST(origin.request_count() == 1u);
}

BOOST_AUTO_TEST_CASE(drain_finishes_a_body_that_is_being_streamed) {
  const auto body = patterned(4u << 20);
  scripted_origin origin([&](origin_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body.substr(0, body.size() / 2));
    connection.wait_for_release();
    connection.send(body.substr(body.size() / 2));
  });
  test_server server(origin);
  auto idle = server.connect();
  auto busy = server.connect();
  busy.send(get("/"));
  const auto head = busy.read_one_head();
  BOOST_TEST(head.status == 200u);
  std::string got;
  std::thread clients([&] {
    idle.wait_for_end();
    origin.release();
    busy.stream().read_exactly(body.size(), got);
  });
  server.drain();
  clients.join();
  BOOST_TEST((got == body));
}

BOOST_AUTO_TEST_CASE(drain_finishes_a_request_whose_body_is_still_coming) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin);
  auto idle = server.connect();
  auto busy = server.connect();
  busy.send("POST /up HTTP/1.1\r\nHost: test.example\r\nContent-Length: 10\r\n\r\nhello");
  BOOST_REQUIRE(origin.wait_for_requests(1));
  received_response finished;
  std::thread clients([&] {
    idle.wait_for_end();
    busy.send("again");
    finished = busy.read_response();
  });
  server.drain();
  clients.join();
  BOOST_TEST(finished.body.content == "/up");
  BOOST_TEST(origin.requests().front().body.content == "helloagain");
}

BOOST_AUTO_TEST_CASE(drain_does_not_wait_longer_than_told) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin, {.top = R"("timeouts": { "drain": "300ms" })"});
  auto stuck = server.connect();
  stuck.send(get("/slow"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  const auto begin = std::chrono::steady_clock::now();
  const auto lines = server.drain();
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)));
  // An answer or an end, never silence.
  const auto reply = stuck.read_response();
  if (reply.status != 0) check_error(reply, 503, "service_unavailable");
  BOOST_TEST((stuck.wait_for_end() != ending::timed_out));
  BOOST_TEST(lines.size() == 1u);
}

BOOST_AUTO_TEST_CASE(drain_ends_tunnels_in_time) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.send(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    connection.wait_for_end();
  });
  test_server server(origin, {.top = R"("timeouts": { "drain": "300ms" })"});
  auto client = server.connect();
  client.send(get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  BOOST_REQUIRE(client.read_one_head().status == 101u);
  server.drain();
  BOOST_TEST((client.wait_for_end() != ending::timed_out));
}

BOOST_AUTO_TEST_CASE(stop_waits_for_nobody) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin);
  auto busy = server.connect();
  busy.send(get("/slow"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  server.stop();
  BOOST_TEST((busy.wait_for_end() != ending::timed_out));
  origin.release();
}

BOOST_AUTO_TEST_CASE(a_server_that_was_never_drained_can_be_destroyed_at_any_moment) {
  scripted_origin origin(slow_on_demand);
  raw_client left(0);
  {
    test_server server(origin, {.threads = 2});
    left = server.connect();
    left.send(get("/slow"));
    BOOST_REQUIRE(origin.wait_for_requests(1));
  }
  BOOST_TEST((left.wait_for_end() != ending::timed_out));
}

BOOST_AUTO_TEST_CASE(reload_swaps_routes_between_two_requests_of_a_connection) {
  scripted_origin origin(slow_on_demand);
  const settings before = {.routes = R"([
      { "name": "old", "match": { "path_prefix": "/old" }, "upstream": "legacy" }])"};
  const settings after = {.routes = R"([
      { "name": "new", "match": { "path_prefix": "/new" }, "upstream": "legacy" }])"};
  test_server server(origin, before);
  auto client = server.connect();
  BOOST_TEST(client.exchange(get("/old")).status == 200u);
  check_error(client.exchange(get("/new")), 404, "route_not_found");
  BOOST_TEST(server.reload(after));
  BOOST_TEST(client.exchange(get("/new")).status == 200u);
  check_error(client.exchange(get("/old")), 404, "route_not_found");
  check_error(server.fetch(get("/old")), 404, "route_not_found");
}

BOOST_AUTO_TEST_CASE(an_exchange_under_way_keeps_what_it_began_with) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.wait_for_release();
    connection.send(
        "HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n"
        "<p>no</p>");
  });
  test_server server(origin, {.route = R"("normalize": "off")"});
  auto busy = server.connect();
  busy.send(get("/"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  BOOST_TEST(server.reload({.routes = R"([
      { "name": "none", "respond": "route_not_found" }])"}));
  check_error(server.fetch(get("/")), 404, "route_not_found");
  origin.release();
  BOOST_TEST(busy.read_response().body.content == "<p>no</p>");
}

BOOST_AUTO_TEST_CASE(reload_moves_to_other_upstreams) {
  scripted_origin one(answer(ok_with("one")));
  scripted_origin two(answer(ok_with("two")));
  const auto to = [](const char* name) {
    return settings{.routes = R"([{ "name": "all", "upstream": ")" + std::string(name) + "\" }]",
                    .upstreams = R"("first": { "servers": ["http://127.0.0.1:$1"] },
                                    "second": { "servers": ["http://127.0.0.1:$2"] })"};
  };
  test_server server({one.port(), two.port()}, to("first"));
  auto client = server.connect();
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST(client.exchange(get("/")).body.content == "one");
    BOOST_TEST(server.reload(to("second")));
    BOOST_TEST(client.exchange(get("/")).body.content == "two");
    BOOST_TEST(server.reload(to("first")));
  }
}

BOOST_AUTO_TEST_CASE(reload_refuses_what_is_fixed_at_the_start) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin);
  BOOST_TEST(!server.reload(
      {.routes = R"([{ "name": "none", "respond": "route_not_found" }])", .threads = 2}));
  BOOST_TEST(server.fetch(get("/")).status == 200u);
}

BOOST_AUTO_TEST_CASE(reloads_under_load_lose_nothing) {
  scripted_origin origin(slow_on_demand);
  test_server server(origin, {.threads = 2});
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&, c] {
      auto client = server.connect();
      for (int i = 0; !done; ++i) {
        const auto target = "/" + std::to_string(c) + "-" + std::to_string(i);
        ++(client.exchange(get(target)).body.content == target ? right : wrong);
      }
    });
  }
  for (int i = 0; i < 50; ++i) BOOST_TEST(server.reload({.threads = 2}));
  done = true;
  for (auto& one : clients) one.join();
  BOOST_TEST(wrong.load() == 0);
  BOOST_TEST(right.load() > 0);
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_said_at_the_start) {
  const refusing_port taken;
  scripted_origin origin(slow_on_demand);
  const settings chosen = {.adjust = [&](configuration& c) { c.listeners[0].port = taken.port(); }};
  BOOST_CHECK_EXCEPTION(test_server(origin, chosen), std::runtime_error,
                        [&](const std::runtime_error& error) {
                          const std::string text = error.what();
                          return text.find(std::to_string(taken.port())) != std::string::npos;
                        });
}

BOOST_AUTO_TEST_SUITE_END()
