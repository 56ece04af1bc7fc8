// Fail each step: for every phase of an exchange with the service, and every byte of a short
// response, the service refuses, closes, resets, stalls or garbles there. Each time the client gets
// one well-formed answer with a request id or, after the head, a transfer that visibly breaks; the
// log has one line that says where; and the next request on the same server works.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(exchange_steps)

using namespace errata;
using namespace errata::testing;

namespace {

const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
const std::string response = head + "hello";
// The connection is not kept, so that each fault meets a new one.
const std::string good = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood";

// Only what stalls is given little time: on a busy machine anything else may be late, too.
const settings hasty_where_it_stalls = {
    .routes = R"([
      { "name": "stall", "match": { "path_prefix": "/stall" }, "upstream": "hasty" },
      { "name": "all", "upstream": "legacy" }])",
    .upstreams = R"("hasty": { "servers": ["http://127.0.0.1:$1"],
                               "timeouts": { "first_byte": "200ms", "body": "200ms" } })"};

struct faulty_service {
  scripted_origin origin{answer(good)};
  test_server server{origin, hasty_where_it_stalls};
  std::vector<std::string> expected_phases;

  // One exchange with the fault and one without; the second must work.
  received_response meet(origin_behaviour fault, const std::string& request,
                         const std::string& phase) {
    origin.behave(std::move(fault));
    auto client = server.connect();
    auto reply = client.exchange(request);
    expected_phases.push_back(phase);
    origin.behave(answer(good));
    if (reply.complete() && reply.head.value("Connection") != "close") {
      BOOST_TEST(client.exchange(get("/next")).body.content == "good");
    } else {
      BOOST_TEST(server.fetch(get("/next")).body.content == "good");
    }
    expected_phases.emplace_back();
    return reply;
  }

  ~faulty_service() {
    origin.release();
    const auto lines = server.drain();
    BOOST_TEST(lines.size() == expected_phases.size());
    for (std::size_t i = 0; i < std::min(lines.size(), expected_phases.size()); ++i) {
      BOOST_TEST_CONTEXT(boost::json::serialize(lines[i])) {
        BOOST_TEST(logged(lines[i], "failure.phase") == expected_phases[i]);
        if (!expected_phases[i].empty())
          BOOST_TEST(logged(lines[i], "failure.origin") == "upstream");
      }
    }
    const auto counters = server.proxy().counters();
    BOOST_TEST(counters.exchanges_in_flight == 0u);
    BOOST_TEST(counters.internal_errors == 0u);
  }
};

enum class fault { close, reset, stall };

origin_behaviour break_at(std::size_t offset, fault how) {
  return [=](origin_connection& connection) {
    if (!connection.read_request()) return;
    connection.send(response.substr(0, offset));
    if (how == fault::reset) connection.reset();
    if (how == fault::stall) connection.wait_for_end();
  };
}

void check_broken_at(const received_response& reply, std::size_t offset, unsigned status,
                     const char* code) {
  if (offset < head.size()) {
    check_error(reply, status, code);
  } else if (offset < response.size()) {
    BOOST_TEST(reply.status == 200u);
    BOOST_TEST(reply.head.count("X-Request-Id") == 1u);
    BOOST_TEST(!reply.complete());
    BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
    BOOST_TEST(response.substr(head.size()).starts_with(reply.body.content));
  } else {
    BOOST_TEST(reply.body.content == "hello");
  }
}

std::string phase_at(std::size_t offset) {
  if (offset < head.size()) return "read_response";
  return offset < response.size() ? "relay" : "";
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_service_closes_at_every_byte) {
  faulty_service service;
  for (std::size_t offset = 0; offset <= response.size(); ++offset) {
    BOOST_TEST_CONTEXT("closed after " << offset << " bytes") {
      const auto reply = service.meet(break_at(offset, fault::close), get("/"), phase_at(offset));
      check_broken_at(reply, offset, 502, "bad_gateway");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_service_resets_at_every_byte) {
  faulty_service service;
  // A reset may overtake the bytes before it, so that more may be lost than was not sent.
  for (std::size_t offset = 0; offset < head.size(); ++offset) {
    BOOST_TEST_CONTEXT("reset after " << offset << " bytes") {
      const auto reply = service.meet(break_at(offset, fault::reset), get("/"), "read_response");
      check_error(reply, 502, "bad_gateway");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_service_stalls_at_each_part) {
  faulty_service service;
  for (const std::size_t offset :
       {std::size_t{0}, std::size_t{1}, std::size_t{9}, std::size_t{17}, std::size_t{30},
        head.size() - 1, head.size(), head.size() + 3}) {
    BOOST_TEST_CONTEXT("stalled after " << offset << " bytes") {
      const auto reply =
          service.meet(break_at(offset, fault::stall), get("/stall"), phase_at(offset));
      check_broken_at(reply, offset, 504, "gateway_timeout");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_service_garbles_every_byte) {
  for (const char garbage : {'\0', '\n', '\r', ' ', '\xff', ':', '9'}) {
    scripted_origin origin(answer(good));
    test_server server(origin);
    for (std::size_t offset = 0; offset < response.size(); ++offset) {
      auto garbled = response;
      garbled[offset] = garbage;
      BOOST_TEST_CONTEXT("byte " << offset << " is " << static_cast<int>(garbage)) {
        origin.behave(answer_and_close(garbled));
        const auto reply = server.fetch(post("/", "x"));
        BOOST_TEST_CONTEXT(reply.describe()) {
          BOOST_TEST(reply.head.count("X-Request-Id") == 1u);
          BOOST_TEST(reply.head.well_formed);
          if (reply.status >= 400) {
            const bool own = reply.head.value("Cache-Control") == "no-store";
            check_error(reply, reply.status, "",
                        own ? error_author::errata : error_author::upstream);
          } else {
            BOOST_TEST(reply.status >= 200u);
            BOOST_TEST((reply.complete() || reply.ended == ending::closed ||
                        reply.ended == ending::reset));
          }
        }
        origin.behave(answer(good));
        BOOST_TEST(server.fetch(get("/next")).body.content == "good");
      }
    }
    BOOST_TEST(server.drain().size() == 2 * response.size());
    BOOST_TEST(server.proxy().counters().internal_errors == 0u);
  }
}

BOOST_AUTO_TEST_CASE(the_service_fails_while_it_is_sent_to) {
  const auto large = patterned(8u << 20);
  const struct {
    const char* what;
    origin_behaviour behaviour;
    std::vector<unsigned> statuses;
    const char* timeouts = "";
  } cases[] = {
      {"closes on accepting", [](origin_connection&) {}, {502, 503}},
      {"resets on accepting", [](origin_connection& c) { c.reset(); }, {502, 503}},
      {"closes after the head", [](origin_connection& c) { c.read_head(); }, {502}},
      {"resets after the head",
       [](origin_connection& c) {
         c.read_head();
         c.reset();
       },
       {502}},
      {"answers early and closes",
       [](origin_connection& c) {
         c.read_head();
         c.send("HTTP/1.1 413 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
         c.stream().finish_sending();
         c.wait_for_end();
       },
       {413}},
      {"stops reading",
       [](origin_connection& c) {
         c.read_head();
         c.wait_for_release();
       },
       {504},
       R"("timeouts": { "body": "300ms" })"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(one.behaviour);
      test_server server(origin, {.top = one.timeouts});
      auto client = server.connect();
      std::thread sender([&] { client.stream().send(post("/", large)); });
      const auto reply = client.read_response();
      client.stream().shut_down();
      sender.join();
      BOOST_TEST_CONTEXT(reply.describe()) {
        BOOST_TEST((std::count(one.statuses.begin(), one.statuses.end(), reply.status) == 1));
      }
      check_error(reply, reply.status, "",
                  reply.status == 413 ? error_author::upstream : error_author::errata);
      origin.behave(answer(good));
      BOOST_TEST(server.fetch(get("/next")).body.content == "good");
      origin.release();
      BOOST_TEST(server.drain().size() == 2u);
      BOOST_TEST(server.proxy().counters().exchanges_in_flight == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_client_leaves_at_every_byte_it_sends) {
  const auto request = post("/", "some body");
  for (const bool by_reset : {false, true}) {
    scripted_origin origin(answer(good));
    test_server server(origin);
    for (std::size_t offset = 0; offset <= request.size(); ++offset) {
      auto client = server.connect();
      client.send(request.substr(0, offset));
      if (by_reset) client.stream().reset();
    }
    BOOST_TEST(server.fetch(get("/next")).body.content == "good");
    server.drain();
    const auto counters = server.proxy().counters();
    BOOST_TEST(counters.exchanges_in_flight == 0u);
    BOOST_TEST(counters.connections_open == 0u);
    BOOST_TEST(counters.internal_errors == 0u);
  }
}

BOOST_AUTO_TEST_CASE(the_client_leaves_at_every_stage_of_the_answer) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n");
      const auto block = patterned(40000);
      for (int i = 0; i < 100 && connection.send(block); ++i) {
      }
    }
  });
  test_server server(origin);
  for (const std::size_t taken : {0u, 1u, 100u, 10000u, 1000000u, 3999999u}) {
    for (const bool by_reset : {false, true}) {
      auto client = server.connect();
      client.send(get("/"));
      BOOST_TEST(client.read_one_head().status == 200u);
      std::string got;
      client.stream().read_exactly(taken, got);
      if (by_reset) client.stream().reset();
    }
  }
  server.drain();
  BOOST_TEST(server.proxy().counters().exchanges_in_flight == 0u);
  BOOST_TEST(server.proxy().counters().internal_errors == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
