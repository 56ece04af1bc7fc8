// Bodies of known length that are too large for the buffers, which may be moved inside the kernel:
// exact to the byte, and broken off as visibly as small ones.
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/large_exchanges.hpp"

BOOST_AUTO_TEST_SUITE(large_bodies)

using namespace errata;
using namespace errata::testing;

namespace {

std::string ok_head(std::size_t length) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string post_head(std::size_t length) {
  return "POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n";
}

// Answers with what came, the head in a segment of its own.
void echo(origin_connection& connection) {
  while (connection.read_request()) {
    const std::string& body = connection.request().body.content;
    connection.send(ok_head(body.size()));
    connection.send(body);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(are_exact_at_every_bound) {
  scripted_origin origin(echo);
  test_server server(origin);
  auto client = server.connect();
  std::vector<std::size_t> sizes;
  for (const std::size_t bound : {32 * kib, 44 * kib, 64 * kib, 68 * kib, 76 * kib, 100 * kib,
                                  128 * kib, 172 * kib, 256 * kib, 1024 * kib}) {
    for (const std::size_t size : {bound - 1, bound, bound + 1}) sizes.push_back(size);
  }
  sizes.push_back(8191 * kib + 3);
  std::vector<std::size_t> heads;
  for (const std::size_t size : sizes) {
    BOOST_TEST_CONTEXT(size << " bytes") {
      const auto body = patterned(size);
      const auto reply = exchange_large(client, post("/", body));
      BOOST_REQUIRE(reply.status == 200u);
      BOOST_TEST(reply.complete());
      BOOST_TEST((reply.body.content == body));
      heads.push_back(reply.head.raw.size());
    }
  }
  BOOST_TEST(origin.connection_count() == 1u);
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    BOOST_TEST(logged(lines[i], "bytes_in") == std::to_string(sizes[i]));
    BOOST_TEST(logged(lines[i], "bytes_out") == std::to_string(heads[i] + sizes[i]));
    BOOST_TEST(logged(lines[i], "failure") == "");
  }
}

BOOST_AUTO_TEST_CASE(end_before_a_pipelined_request) {
  scripted_origin origin(echo);
  test_server server(origin);
  auto client = server.connect();
  const auto body = patterned(700 * kib + 1);
  const auto second = patterned(90 * kib, 7);
  std::thread sender(
      [&] { client.stream().send(post("/1", body) + get("/2") + post("/3", second) + get("/4")); });
  BOOST_TEST((client.read_response().body.content == body));
  BOOST_TEST(client.read_response().complete());
  BOOST_TEST((client.read_response().body.content == second));
  BOOST_TEST(client.read_response().complete());
  sender.join();
  const auto seen = origin.requests();
  BOOST_REQUIRE(seen.size() == 4u);
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(seen[i].target == "/" + std::to_string(i + 1));
}

BOOST_AUTO_TEST_CASE(take_nothing_of_what_follows_them) {
  const auto body = patterned(600 * kib);
  scripted_origin origin(by_connection(
      {answer(ok_head(body.size()) + body + ok_with("smuggled")), answer(ok_with("honest"))}));
  test_server server(origin);
  auto client = server.connect();
  BOOST_TEST((client.exchange(get("/")).body.content == body));
  BOOST_TEST(client.exchange(get("/next")).body.content == "honest");
}

BOOST_AUTO_TEST_CASE(are_streamed_as_they_come) {
  const auto body = patterned(300 * kib);
  scripted_origin origin([&](origin_connection& connection) {
    if (!connection.read_head()) return;
    connection.send(ok_head(body.size()) + body.substr(0, 100 * kib + 1));
    connection.wait_for_release();
    connection.send(body.substr(100 * kib + 1));
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(get("/"));
  BOOST_TEST(client.read_one_head().status == 200u);
  std::string first;
  BOOST_REQUIRE(client.stream().read_exactly(100 * kib + 1, first));
  origin.release();
  std::string rest;
  BOOST_REQUIRE(client.stream().read_exactly(body.size() - first.size(), rest));
  BOOST_TEST((first + rest == body));
}

BOOST_AUTO_TEST_CASE(break_visibly_where_the_service_breaks_off) {
  const auto body = patterned(500 * kib);
  enum class fault { close, reset, stall };
  for (const auto how : {fault::close, fault::reset, fault::stall}) {
    for (const std::size_t sent : {40 * kib, 300 * kib, 500 * kib - 1}) {
      BOOST_TEST_CONTEXT("fault " << static_cast<int>(how) << " after " << sent) {
        scripted_origin origin([&](origin_connection& connection) {
          if (!connection.read_head()) return;
          connection.send(ok_head(body.size()) + body.substr(0, sent));
          if (how == fault::reset) connection.reset();
          if (how == fault::stall) connection.wait_for_release();
        });
        test_server server(origin, {.upstream = R"("timeouts": { "body": "300ms" })"});
        const auto reply = server.fetch(get("/"));
        BOOST_TEST(!reply.complete());
        BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
        BOOST_TEST((reply.body.content == body.substr(0, reply.body.content.size())));
        if (how != fault::reset && reply.status != 0) {
          BOOST_TEST(reply.body.content.size() == sent);
        }
        const auto lines = server.drain();
        BOOST_REQUIRE(lines.size() == 1u);
        BOOST_TEST(logged(lines[0], "failure.origin") == "upstream");
        BOOST_TEST(logged(lines[0], "failure.phase") == "relay");
        if (how == fault::stall) {
          BOOST_TEST(logged(lines[0], "failure.detail") == "no more of the response body in time");
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(end_with_a_client_that_hangs_up) {
  check_client_that_hangs_up(ok_head(std::size_t{1} << 30), patterned(64 * kib));
}

BOOST_AUTO_TEST_CASE(end_with_a_client_that_hangs_up_inside_its_own) {
  for (const bool by_reset : {false, true}) {
    BOOST_TEST_CONTEXT("by reset: " << by_reset) {
      scripted_origin origin(echo);
      test_server server(origin);
      {
        auto client = server.connect();
        client.send(post_head(900 * kib) + patterned(400 * kib));
        BOOST_TEST(origin.wait_for_requests(1));
        if (by_reset) client.stream().reset();
      }
      BOOST_TEST(origin.wait_for_all_closed());
      BOOST_TEST(!origin.requests().front().complete());
      BOOST_TEST(server.fetch(get("/next")).complete());
    }
  }
}

BOOST_AUTO_TEST_CASE(may_be_answered_before_their_end) {
  scripted_origin origin([](origin_connection& connection) {
    if (!connection.read_head()) return;
    std::string some;
    connection.stream().read_exactly(200 * kib, some);
    connection.send("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    connection.wait_for_end();
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(post_head(900 * kib) + patterned(400 * kib));
  check_error(client.read_response(), 409, "resource_conflict", error_author::upstream);
}

BOOST_AUTO_TEST_CASE(are_told_of_when_they_come_too_slowly) {
  scripted_origin origin(echo);
  test_server server(origin, {.top = R"("timeouts": { "body": "300ms" })"});
  auto client = server.connect();
  client.send(post_head(900 * kib) + patterned(400 * kib));
  check_error(client.read_response(), 408, "request_timeout");
}

BOOST_AUTO_TEST_CASE(wait_for_a_service_that_takes_nothing) {
  const auto body = patterned(8 * 1024 * kib);
  scripted_origin origin([](origin_connection& connection) {
    if (!connection.read_head()) return;
    connection.wait_for_release();
    connection.read_body();
    connection.send(ok_with("read"));
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(post_head(body.size()));
  std::thread sender([&] { client.stream().send(body); });
  BOOST_TEST(origin.wait_for_requests(1));
  origin.release();
  BOOST_TEST(client.read_response().body.content == "read");
  sender.join();
  BOOST_TEST((origin.requests().front().body.content == body));
}

BOOST_AUTO_TEST_CASE(wait_for_clients_that_do_not_read) {
  // More of them than there are pipes.
  constexpr std::size_t readers = 80;
  const auto body = patterned(2 * 1024 * kib);
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_head()) connection.send(ok_head(body.size()) + body);
  });
  test_server server(origin);
  std::vector<raw_client> clients;
  for (std::size_t i = 0; i < readers; ++i) {
    auto& client = clients.emplace_back(server.connect());
    client.stream().shrink_receive_buffer();
    client.send(get("/"));
    BOOST_TEST(client.read_one_head().status == 200u);
  }
  for (auto& client : clients) {
    std::string got;
    BOOST_REQUIRE(client.stream().read_exactly(body.size(), got));
    BOOST_REQUIRE((got == body));
  }
}

BOOST_AUTO_TEST_CASE(do_not_keep_a_stop_waiting) {
  scripted_origin origin([](origin_connection& connection) {
    if (!connection.read_head()) return;
    connection.send(ok_head(std::size_t{1} << 30) + patterned(300 * kib));
    connection.wait_for_end();
  });
  test_server server(origin);
  auto waiting = server.connect();
  waiting.send(get("/"));
  BOOST_TEST(waiting.read_one_head().status == 200u);
  std::string some;
  BOOST_TEST(waiting.stream().read_exactly(300 * kib, some));
  server.stop();
  waiting.wait_for_end();
  BOOST_TEST(server.proxy().counters().connections_open == 0u);
}

// A service that sends without end and a client that takes all of it. On one machine a side still
// blocks now and then, which also ends such a body: this does not tell which of the two did.
BOOST_AUTO_TEST_CASE(do_not_keep_a_stop_waiting_while_they_flow) {
  for (const bool small : {false, true}) {
    const auto block = small ? "400\r\n" + patterned(1024) + "\r\n" : patterned(64 * kib);
    scripted_origin origin([&](origin_connection& connection) {
      if (!connection.read_head()) return;
      connection.send(small ? std::string(chunked_head) : ok_head(std::size_t{1} << 50));
      while (connection.send(block)) {
      }
    });
    test_server server(origin);
    auto client = server.connect();
    client.send(get("/"));
    BOOST_TEST(client.read_one_head().status == 200u);
    std::string some;
    BOOST_TEST(client.stream().read_exactly(1024 * kib, some));
    std::thread reader([&] {
      std::string more;
      while (client.stream().read_exactly(64 * kib, more)) more.clear();
    });
    server.stop();
    reader.join();
    BOOST_TEST(server.proxy().counters().connections_open == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
