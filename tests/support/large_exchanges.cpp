#include "tests/support/large_exchanges.hpp"

#include <boost/test/unit_test.hpp>
#include <thread>

namespace errata::testing {

received_response exchange_large(raw_client& client, const std::string& request) {
  std::thread sender([&] { client.stream().send(request); });
  raw_client& reader = client;
  auto reply = reader.read_response();
  sender.join();
  return reply;
}

void check_client_that_hangs_up(std::string_view head, std::string_view block) {
  for (const bool by_reset : {false, true}) {
    BOOST_TEST_CONTEXT("by reset: " << by_reset) {
      scripted_origin origin([&](origin_connection& connection) {
        while (connection.read_head()) {
          if (connection.request().target == "/next") {
            connection.send(ok_with("next"));
            continue;
          }
          connection.send(head);
          while (connection.send(block)) {
          }
          return;
        }
      });
      test_server server(origin);
      {
        auto client = server.connect();
        client.stream().shrink_receive_buffer();
        client.send(get("/"));
        BOOST_TEST(client.read_one_head().status == 200u);
        std::string some;
        BOOST_TEST(client.stream().read_exactly(300 * kib, some));
        if (by_reset) client.stream().reset();
      }
      BOOST_TEST(origin.wait_for_all_closed());
      BOOST_TEST(server.fetch(get("/next")).body.content == "next");
      const auto lines = server.drain();
      BOOST_REQUIRE(lines.size() == 2u);
      BOOST_TEST(logged(lines[0], "failure.origin") == "downstream");
      BOOST_TEST(logged(lines[1], "failure") == "");
    }
  }
}

}  // namespace errata::testing
