// A client that resets its connection has left: whatever its exchange waits for, the exchange ends
// and the connection to the service with it, long before any deadline. See
// docs/decisions/0004-a-half-close-is-no-abort.md.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/support/comes_true.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(client_aborts)

using namespace errata;
using namespace errata::testing;

namespace {

const std::string upload_head =
    "POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 10\r\n\r\nhello";
const std::string inspects = R"("errors": { "success_errors": [
    { "route": "all", "when": { "pointer": "/success", "equals": false }, "status": 422 }] })";

}  // namespace

BOOST_AUTO_TEST_CASE(a_reset_ends_the_exchange_wherever_it_waits) {
  const struct {
    const char* what;
    std::string request;
    std::string response;  // of which no more comes
    std::string top = {};
  } cases[] = {
      {"for a response", get("/"), ""},
      {"inside the head", get("/"), "HTTP/1.1 200 OK\r\nContent-"},
      {"for a body by length", get("/"), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"},
      {"for a chunk", get("/"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf"},
      {"for the end of the stream", get("/"), "HTTP/1.1 200 OK\r\n\r\nhalf"},
      {"for an error's body", get("/"),
       "HTTP/1.1 404 X\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>"},
      {"for a success that is looked into", get("/"),
       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n"
       "{\"success\":",
       inspects},
      {"for its own body", upload_head, ""},
      {"for both bodies", upload_head, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      std::atomic<bool> sent{false};
      std::atomic<bool> freed{false};
      scripted_origin origin([&](origin_connection& connection) {
        while (connection.read_head()) {
          if (connection.request().target == "/other") {
            connection.send(ok_with("other"));
            continue;
          }
          connection.send(one.response);
          sent = true;
          connection.wait_for_end();
          freed = true;
          return;
        }
      });
      test_server server(origin, {.top = one.top});
      auto client = server.connect();
      client.send(one.request);
      BOOST_REQUIRE(comes_true([&] { return sent.load(); }));
      // By then the server has read what the service sent.
      for (int i = 0; i < 3; ++i) BOOST_TEST(server.fetch(get("/other")).status == 200u);
      client.stream().reset();
      BOOST_TEST(comes_true([&] { return server.proxy().counters().exchanges_in_flight == 0; }));
      BOOST_TEST(comes_true([&] { return freed.load(); }));
      const auto lines = server.drain();
      BOOST_REQUIRE(lines.size() == 4u);
      BOOST_TEST(logged(lines.back(), "failure.origin") == "downstream");
      BOOST_TEST(server.proxy().counters().internal_errors == 0u);
    }
  }
}

// The request can never be whole, so that a response that has begun has lost its sense.
BOOST_AUTO_TEST_CASE(a_request_body_that_ends_early_ends_a_response_that_began_before_it) {
  scripted_origin origin([&](origin_connection& connection) {
    connection.read_head();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
    connection.wait_for_end();
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(upload_head);
  BOOST_TEST(client.read_one_head().status == 200u);
  std::string got;
  client.stream().read_exactly(9, got);
  client.stream().finish_sending();
  std::string leftover;
  BOOST_TEST((client.wait_for_end(&leftover) != ending::timed_out));
  BOOST_TEST(leftover.find("0\r\n\r\n") == std::string::npos);
  BOOST_TEST(origin.wait_for_all_closed());
}

BOOST_AUTO_TEST_SUITE_END()
