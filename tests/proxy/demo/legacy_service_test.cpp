#include "proxy/demo/legacy_service.hpp"

#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include "proxy/demo/legacy_answers.hpp"
#include "proxy/demo/plain_client.hpp"

using namespace errata;
using boost::asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds long_enough{5000};

// Everything that the service sends for `request` until it closes the connection.
std::string talk(std::uint16_t port, const std::string& request) {
  boost::asio::io_context context;
  tcp::socket socket(context);
  socket.connect({boost::asio::ip::address_v4::loopback(), port});
  boost::asio::write(socket, boost::asio::buffer(request));
  std::string got;
  boost::system::error_code ended;
  boost::asio::read(socket, boost::asio::dynamic_buffer(got), ended);
  return got;
}

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

struct running_service {
  legacy_service service{0};
  std::uint16_t port() const { return service.port(); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(legacy_service_suite, running_service)

BOOST_AUTO_TEST_CASE(writes_every_answer_as_it_is_listed) {
  for (const auto& one : legacy_answers()) {
    if (one.path == "/hang") continue;
    BOOST_TEST_CONTEXT(one.path) {
      std::string expected;
      for (const auto& step : one.steps) expected += step.bytes;
      fetched whole;
      read_response(expected, true, whole);
      const auto got = fetch(port(), one.path + "?n=1", long_enough);
      BOOST_TEST(got.status == whole.status);
      BOOST_TEST(got.body == whole.body);
      if (one.path != "/reset") BOOST_TEST(got.failure == whole.failure);
    }
  }
}

BOOST_AUTO_TEST_CASE(resets_where_it_says_so) {
  BOOST_TEST(fetch(port(), "/reset", long_enough).failure == "Connection reset by peer");
}

BOOST_AUTO_TEST_CASE(says_nothing_on_hang) {
  const auto got = fetch(port(), "/hang", std::chrono::milliseconds(50));
  BOOST_TEST(got.failure == "no answer within 50 ms");
}

BOOST_AUTO_TEST_CASE(serves_an_index_and_an_html_404) {
  BOOST_TEST(fetch(port(), "/", long_enough).body.find("/java-trace") != std::string::npos);
  const auto missing = fetch(port(), "/nowhere", long_enough);
  BOOST_TEST(missing.status == 404u);
  BOOST_TEST(missing.value("content-type") == "text/html");
}

BOOST_AUTO_TEST_CASE(keeps_a_connection_open_for_the_next_request) {
  const auto got = talk(port(),
                        "GET /null-400 HTTP/1.1\r\nHost: a\r\n\r\n"
                        "GET /null-400 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  BOOST_TEST(occurrences(got, "HTTP/1.1 400 Bad Request") == 2u);
}

BOOST_AUTO_TEST_CASE(answers_head_without_a_body) {
  const auto got = talk(port(), "HEAD /text-403 HTTP/1.0\r\n\r\n");
  BOOST_TEST(got.find("Content-Length: 36\r\n") != std::string::npos);
  BOOST_TEST(got.substr(got.size() - 4) == "\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(skips_a_request_body) {
  const auto got = talk(port(),
                        "POST /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n"
                        "GET /garbage HTTP/1."
                        "GET /null-400 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  BOOST_TEST(occurrences(got, "HTTP/1.1 ") == 2u);
}

BOOST_AUTO_TEST_CASE(continues_when_asked) {
  const auto got = talk(port(),
                        "POST /ok HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                        "Content-Length: 2\r\nConnection: close\r\n\r\nhi");
  BOOST_TEST(got.substr(0, 25) == "HTTP/1.1 100 Continue\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(closes_on_what_is_no_request) {
  BOOST_TEST(talk(port(), "hello\r\n\r\n") == "");
  BOOST_TEST(talk(port(), "GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n") == "");
}

BOOST_AUTO_TEST_CASE(refuses_a_port_in_use) {
  BOOST_CHECK_THROW(legacy_service{port()}, std::runtime_error);
}

BOOST_AUTO_TEST_CASE(ends_with_connections_open) {
  boost::asio::io_context context;
  tcp::socket idle(context);
  tcp::socket waiting(context);
  {
    legacy_service other(0);
    idle.connect({boost::asio::ip::address_v4::loopback(), other.port()});
    waiting.connect({boost::asio::ip::address_v4::loopback(), other.port()});
    const std::string request = "GET /hang HTTP/1.1\r\nHost: a\r\n\r\n";
    boost::asio::write(waiting, boost::asio::buffer(request));
  }
  char byte;
  boost::system::error_code error;
  waiting.read_some(boost::asio::buffer(&byte, 1), error);
  BOOST_TEST(error.failed());
}

BOOST_AUTO_TEST_SUITE_END()
