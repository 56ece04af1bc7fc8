// Bounds of the whole process: connections of one client, memory, bodies that trickle; and what
// errata's own errors say to pages and to those who ask whose fault it was.
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>

#include "tests/support/comes_true.hpp"
#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(overload)

using namespace errata::testing;

namespace {

std::string get(const std::string& target, const std::string& fields = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_client_has_so_many_connections_and_no_more) {
  scripted_origin origin(answer(ok_with("here")));
  test_server server(origin, {.top = R"("limits": {"connections_per_ip": 2})"});
  auto first = server.connect();
  auto second = server.connect();
  BOOST_TEST(first.exchange(get("/")).status == 200u);
  BOOST_TEST(second.exchange(get("/")).status == 200u);
  auto third = server.connect();
  const auto refused = third.exchange(get("/"));
  check_error(refused, 503, "service_unavailable");
  BOOST_TEST(refused.head.has("Retry-After"));
  // Another client does not suffer for it.
  auto other = server.connect("127.0.0.2");
  BOOST_TEST(other.exchange(get("/")).status == 200u);
  BOOST_TEST(server.proxy().counters().connections_refused == 1u);
  first.stream().close();
  BOOST_TEST(comes_true([&] { return server.connect().exchange(get("/")).status == 200; }));
}

BOOST_AUTO_TEST_CASE(trusted_proxies_have_no_limit_of_their_own) {
  scripted_origin origin(answer(ok_with("here")));
  test_server server(
      origin,
      {.top = R"("limits": {"connections_per_ip": 1}, "trusted_proxies": ["127.0.0.0/8"])"});
  auto first = server.connect();
  auto second = server.connect();
  BOOST_TEST(first.exchange(get("/")).status == 200u);
  BOOST_TEST(second.exchange(get("/")).status == 200u);
}

BOOST_AUTO_TEST_CASE(near_the_memory_limit_new_requests_are_refused) {
  scripted_origin origin(answer(ok_with("here")));
  test_server server(origin, {.top = R"("limits": {"memory": "1MiB"})"});
  BOOST_TEST(comes_true([&] { return server.fetch(get("/")).status == 503; }));
  const auto refused = server.fetch(get("/"));
  check_error(refused, 503, "service_unavailable");
  BOOST_TEST(refused.head.has("Retry-After"));
}

BOOST_AUTO_TEST_CASE(a_body_that_trickles_ends_in_a_408) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_head();
    connection.wait_for_end();
  });
  test_server server(origin,
                     {.top = R"("limits": {"body_rate": "1MiB"}, "timeouts": {"body": "300ms"})"});
  auto client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\n");
  BOOST_REQUIRE(origin.wait_for_requests(1));
  // Bytes keep coming, each well within timeouts.body of the last.
  while (!client.readable() && client.send("x")) std::this_thread::yield();
  const auto reply = client.read_response();
  check_error(reply, 408, "request_timeout");
}

BOOST_AUTO_TEST_CASE(pages_of_the_origins_named_may_read_our_errors) {
  scripted_origin origin(answer(ok_with("here")));
  test_server server(
      origin, {.routes = R"([{"match": {"path_prefix": "/a"}, "upstream": "legacy"}])",
               .top = R"("cors": {"origins": ["https://app.example"], "credentials": true})"});
  const auto named = server.fetch(get("/b", "Origin: https://app.example\r\n"));
  check_error(named, 404, "route_not_found");
  BOOST_TEST(named.head.value("Access-Control-Allow-Origin") == "https://app.example");
  BOOST_TEST(named.head.value("Access-Control-Allow-Credentials") == "true");
  BOOST_TEST(named.head.value("Access-Control-Expose-Headers").find("X-Request-Id") == 0u);
  BOOST_TEST(named.head.value("Vary") == "Origin");
  const auto other = server.fetch(get("/b", "Origin: https://evil.example\r\n"));
  check_error(other, 404, "route_not_found");
  BOOST_TEST(!other.head.has("Access-Control-Allow-Origin"));
  BOOST_TEST(other.head.value("Vary") == "Origin");
}

BOOST_AUTO_TEST_CASE(errors_say_whose_fault_they_are_where_that_is_wanted) {
  refusing_port nobody;
  const std::string on = R"("errors": {"proxy_status": true})";
  test_server down({nobody.port()}, {.top = on});
  const auto refused = down.fetch(get("/"));
  check_error(refused, 503, "service_unavailable");
  BOOST_TEST(refused.head.value("Proxy-Status") ==
             "errata; error=connection_refused; delivery=not_sent");

  scripted_origin closing([](origin_connection& connection) { connection.read_request(); });
  test_server cut(closing, {.top = on});
  const auto lost = cut.fetch("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
  check_error(lost, 502, "bad_gateway");
  BOOST_TEST(lost.head.value("Proxy-Status") ==
             "errata; error=connection_terminated; delivery=sent");

  scripted_origin failing(answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"));
  test_server sick(failing, {.top = on});
  const auto rewritten = sick.fetch(get("/"));
  check_error(rewritten, 500, "internal_error", error_author::upstream);
  BOOST_TEST(rewritten.head.value("Proxy-Status") == "errata; received-status=500");
  test_server quiet(failing);
  BOOST_TEST(!quiet.fetch(get("/")).head.has("Proxy-Status"));
}

BOOST_AUTO_TEST_SUITE_END()
