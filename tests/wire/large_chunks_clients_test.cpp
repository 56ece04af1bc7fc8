// Large bodies in chunks and the clients that get them: of HTTP/1.0, with a queue of requests,
// leaving, reading too little; and a server that stops meanwhile.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/large_exchanges.hpp"

BOOST_AUTO_TEST_SUITE(large_chunks_and_clients)

using namespace errata;
using namespace errata::testing;

BOOST_AUTO_TEST_CASE(come_in_order_of_pipelined_requests) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_head()) {
      const auto seed = static_cast<unsigned char>(connection.request().target.back());
      connection.send(std::string(chunked_head) + in_chunks(patterned(300 * kib, seed), 16 * kib));
    }
  });
  test_server server(origin);
  auto client = server.connect();
  std::string requests;
  for (char i = '1'; i <= '6'; ++i) requests += get(std::string("/") + i);
  client.send(requests);
  for (char i = '1'; i <= '6'; ++i) {
    const auto reply = client.read_response();
    BOOST_TEST(reply.complete());
    BOOST_TEST((reply.body.content == patterned(300 * kib, static_cast<unsigned>(i))));
  }
}

BOOST_AUTO_TEST_CASE(end_with_the_connection_for_a_client_of_http_1_0) {
  const auto content = patterned(500 * kib);
  std::atomic<std::size_t> size = 16 * kib;
  std::atomic<bool> whole = true;
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_head()) {
      const auto coded = std::string(chunked_head) + in_chunks(content, size);
      connection.send(whole ? coded : coded.substr(0, coded.size() - 9));
      if (!whole) return;
    }
  });
  test_server server(origin);
  const std::string request = "GET / HTTP/1.0\r\nHost: test.example\r\n\r\n";
  for (const std::size_t chunk : {16 * kib, 600 * kib}) {
    size = chunk;
    const auto reply = server.fetch(request);
    BOOST_TEST(!reply.head.has("Transfer-Encoding"));
    BOOST_TEST((reply.body.by == framing::until_close));
    BOOST_TEST((reply.body.content == content));
    BOOST_TEST((reply.ended == ending::closed));
  }
  BOOST_TEST(origin.connection_count() == 1u);
  whole = false;
  BOOST_TEST((server.fetch(request).ended == ending::reset), "only a reset tells");
}

BOOST_AUTO_TEST_CASE(do_not_come_to_a_head_request) {
  const auto coded = std::string(chunked_head) + in_chunks(patterned(300 * kib), 16 * kib);
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_head()) {
      connection.send(connection.request().method == "HEAD" ? std::string(chunked_head) : coded);
    }
  });
  test_server server(origin);
  auto client = server.connect();
  BOOST_TEST(client.exchange("HEAD / HTTP/1.1\r\nHost: test.example\r\n\r\n", "HEAD").complete());
  BOOST_TEST(client.exchange(get("/")).complete());
}

BOOST_AUTO_TEST_CASE(end_with_a_client_that_hangs_up) {
  auto block = in_chunks(patterned(160 * kib), 16 * kib);
  block.resize(block.size() - last_chunk.size());
  check_client_that_hangs_up(chunked_head, block);
}

BOOST_AUTO_TEST_CASE(wait_for_clients_that_do_not_read) {
  // More of them than there are pipes.
  constexpr std::size_t readers = 80;
  const auto content = patterned(1024 * kib);
  const auto coded = std::string(chunked_head) + in_chunks(content, 16 * kib);
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_head()) connection.send(coded);
  });
  test_server server(origin);
  std::vector<raw_client> clients;
  text_head head;
  for (std::size_t i = 0; i < readers; ++i) {
    auto& client = clients.emplace_back(server.connect());
    client.stream().shrink_receive_buffer();
    client.send(get("/"));
    head = client.read_one_head().head;
    BOOST_TEST(head.value("Transfer-Encoding") == "chunked");
  }
  for (auto& client : clients) {
    const auto body = read_response_body(client.stream(), head);
    BOOST_REQUIRE(body.complete);
    BOOST_REQUIRE((body.content == content));
  }
}

BOOST_AUTO_TEST_CASE(do_not_keep_a_stop_waiting) {
  scripted_origin origin([](origin_connection& connection) {
    if (!connection.read_head()) return;
    connection.send(std::string(chunked_head) + "100000\r\n" + patterned(300 * kib));
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

BOOST_AUTO_TEST_SUITE_END()
