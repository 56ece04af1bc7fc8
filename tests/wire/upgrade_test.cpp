// Websockets: the tunnel, what may open it, and what may not be smuggled through its opening
// (RFC 9110 section 7.8).
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(upgrade)

using namespace errata;
using namespace errata::testing;

namespace {

std::string websocket(const std::string& fields = {}) {
  return get("/socket",
             "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Version: 13\r\n" +
                 fields);
}

const std::string switching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(carries_bytes_both_ways_until_one_side_closes) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.send(switching + "hello");
    std::string got;
    connection.stream().read_until("ping", got);
    connection.send("pong:" + got);
    connection.wait_for_end();
  });
  test_server server(origin);
  {
    auto client = server.connect();
    client.send(websocket());
    const auto reply = client.read_one_head();
    BOOST_TEST_CONTEXT(reply.describe()) {
      BOOST_REQUIRE(reply.status == 101u);
    }
    BOOST_TEST(same_name(reply.head.value("Upgrade"), "websocket"));
    BOOST_TEST(same_name(reply.head.value("Connection"), "upgrade"));
    BOOST_TEST(reply.head.value("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    BOOST_TEST(reply.head.count("X-Request-Id") == 1u);
    std::string got;
    BOOST_TEST(client.stream().read_exactly(5, got));
    BOOST_TEST(got == "hello");
    client.send(std::string("\x81\x02\0ping", 7));
    got.clear();
    BOOST_TEST(client.stream().read_exactly(12, got));
    BOOST_TEST((got == std::string("pong:\x81\x02\0ping", 12)));
  }
  BOOST_TEST(origin.wait_for_all_closed());
  const auto seen = origin.requests().front();
  BOOST_TEST(same_name(seen.head.value("Upgrade"), "websocket"));
  BOOST_TEST(same_name(seen.head.value("Connection"), "upgrade"));
  BOOST_TEST(seen.head.value("Sec-WebSocket-Key") == "dGhlIHNhbXBsZSBub25jZQ==");
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(logged(lines[0], "status") == "101");
}

BOOST_AUTO_TEST_CASE(carries_much_both_ways_at_once) {
  const auto there = patterned(3u << 20, 1);
  const auto back = patterned(3u << 20, 2);
  std::string arrived;
  scripted_origin origin([&](origin_connection& connection) {
    connection.read_request();
    connection.send(switching);
    std::thread sender([&] { connection.send(back); });
    connection.stream().read_exactly(there.size(), arrived);
    sender.join();
    connection.wait_for_end();
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(websocket());
  BOOST_REQUIRE(client.read_one_head().status == 101u);
  std::thread sender([&] { client.stream().send(there); });
  std::string got;
  BOOST_TEST(client.stream().read_exactly(back.size(), got));
  sender.join();
  BOOST_TEST((got == back));
  client.stream().close();
  BOOST_TEST(origin.wait_for_all_closed());
  BOOST_TEST((arrived == there));
}

BOOST_AUTO_TEST_CASE(the_service_closing_closes_the_client) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.send(switching + "bye");
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(websocket());
  BOOST_TEST(client.read_one_head().status == 101u);
  std::string rest;
  BOOST_TEST((client.wait_for_end(&rest) == ending::closed));
  BOOST_TEST(rest == "bye");
}

BOOST_AUTO_TEST_CASE(what_follows_the_opening_waits_for_the_answer_to_it) {
  // The service declines: what the client sent early must reach nobody as a request of its own
  // past the proxy's eyes.
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request())
      connection.send(connection.request().target == "/socket" ? ok_with("no") : ok_with("next"));
  });
  test_server server(origin, {.routes = R"([
      { "name": "internal", "match": { "path_prefix": "/internal" }, "respond": "route_not_found" },
      { "name": "all", "upstream": "legacy" }])"});
  auto client = server.connect();
  client.send(websocket() + get("/internal/smuggled") + get("/next"));
  const auto declined = client.read_response();
  BOOST_TEST(declined.status == 200u);
  BOOST_TEST(declined.body.content == "no");
  if (declined.head.value("Connection") != "close") {
    check_error(client.read_response(), 404, "route_not_found");
    BOOST_TEST(client.read_response().body.content == "next");
  }
  for (const auto& seen : origin.requests()) BOOST_TEST(seen.target != "/internal/smuggled");
}

BOOST_AUTO_TEST_CASE(a_refusal_of_it_is_an_error_like_any_other) {
  scripted_origin origin(
      answer("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n"
             "Content-Length: 9\r\n\r\n<p>no</p>"));
  test_server server(origin);
  check_error(server.fetch(websocket()), 400, "", error_author::upstream);
}

BOOST_AUTO_TEST_CASE(only_the_protocol_that_was_asked_for_may_be_switched_to) {
  const struct {
    const char* what;
    std::string request;
    std::string response;
  } cases[] = {
      {"unasked", get("/"), switching},
      {"h2c", get("/", "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
       "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"},
      {"another than asked for", websocket(),
       "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer(one.response));
      test_server server(origin);
      check_error(server.fetch(one.request), 502, "bad_gateway");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_body_never_goes_with_an_opening) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  const auto reply = server.fetch(post("/socket", "GET /smuggled HTTP/1.1\r\n\r\n",
                                       "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  if (reply.status != 200) check_error(reply, 400, "");
  for (const auto& seen : origin.requests()) {
    BOOST_TEST(seen.target == "/socket");
    BOOST_TEST(!seen.head.has("Upgrade"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
