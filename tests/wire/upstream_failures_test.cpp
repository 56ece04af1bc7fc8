// Services that cannot be reached, hang up or never answer: what the client is told, what is tried
// again, and how several servers share the work.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <thread>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(upstream_failures)

using namespace errata;
using namespace errata::testing;

namespace {

const char* const hasty = R"("timeouts": { "first_byte": "300ms" })";
const char* const strict = R"("status_policy": "strict")";

void close_after_head(origin_connection& connection) {
  connection.read_request();
}

void reset_after_head(origin_connection& connection) {
  connection.read_request();
  connection.reset();
}

void never_answer(origin_connection& connection) {
  connection.read_request();
  connection.wait_for_release();
}

void check_unavailable(const received_response& reply) {
  check_error(reply, 503, "service_unavailable");
}

}  // namespace

BOOST_AUTO_TEST_CASE(says_503_where_nothing_was_sent) {
  const refusing_port refusing;
  const unanswering_port unanswering;
  const struct {
    const char* what;
    std::uint16_t port;
    std::function<void(configuration&)> adjust;
  } cases[] = {
      {"refused", refusing.port(), {}},
      {"no answer to the attempt", unanswering.port(), {}},
      {"a name that does not resolve", refusing.port(),
       [](configuration& c) { c.upstreams[0].servers[0].host = "no-such-host.invalid"; }},
  };
  for (const auto& one : cases) {
    for (const auto* policy : {"", strict}) {
      BOOST_TEST_CONTEXT(one.what << ", " << policy) {
        test_server server({one.port}, {.upstream = R"("timeouts": { "connect": "300ms" })",
                                        .route = policy,
                                        .adjust = one.adjust});
        auto client = server.connect();
        check_unavailable(client.exchange(get("/")));
        check_unavailable(client.exchange(get("/")));  // the client's connection lives on
        check_unavailable(server.fetch(post("/", "body")));
        const auto to_head = server.fetch("HEAD / HTTP/1.1\r\nHost: test.example\r\n\r\n", "HEAD");
        check_unavailable(to_head);
        BOOST_TEST(server.proxy().counters().errors_authored == 4u);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(says_what_became_of_a_request_that_was_sent) {
  const struct {
    const char* what;
    origin_behaviour behaviour;
    const char* code;
    unsigned preserve;
    unsigned strict_get;
    unsigned strict_post;
    const char* timeouts = "";
  } cases[] = {
      {"closed", close_after_head, "bad_gateway", 502, 503, 500},
      {"reset", reset_after_head, "bad_gateway", 502, 503, 500},
      {"no answer", never_answer, "gateway_timeout", 504, 503, 500, hasty},
      {"half a head",
       [](origin_connection& connection) {
         connection.read_request();
         connection.send("HTTP/1.1 200 OK\r\nContent-Le");
       },
       "bad_gateway", 502, 503, 500},
      {"half a head and no more",
       [](origin_connection& connection) {
         connection.read_request();
         connection.send("HTTP/1.1 200 OK\r\nContent-Le");
         connection.wait_for_release();
       },
       "gateway_timeout", 504, 503, 500, hasty},
      {"an interim response and no more",
       [](origin_connection& connection) {
         connection.read_request();
         connection.send("HTTP/1.1 102 Processing\r\n\r\n");
         connection.wait_for_release();
       },
       "gateway_timeout", 504, 503, 500, hasty},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(one.behaviour);
      test_server preserving(origin, {.upstream = one.timeouts});
      auto client = preserving.connect();
      check_error(client.exchange(get("/")), one.preserve, one.code);
      check_error(client.exchange(post("/", "x")), one.preserve, one.code);
      test_server collapsing(origin, {.upstream = one.timeouts, .route = strict});
      check_error(collapsing.fetch(get("/")), one.strict_get, one.code);
      check_error(collapsing.fetch(post("/", "x")), one.strict_post, one.code);
      // Nothing that may have been acted upon was sent twice.
      BOOST_TEST(origin.request_count() == 4u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_connection_that_went_stale_is_replaced_once_for_idempotent_requests) {
  const struct {
    const char* what;
    std::string request;
    unsigned status;
  } cases[] = {
      {"GET", get("/second"), 200},
      {"PUT without a body",
       "PUT /second HTTP/1.1\r\nHost: test.example\r\nContent-Length: 0\r\n\r\n", 200},
      {"PUT with a body",
       "PUT /second HTTP/1.1\r\nHost: test.example\r\nContent-Length: 4\r\n\r\nbody", 200},
      {"PUT with a body in chunks",
       "PUT /second HTTP/1.1\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n"
       "2;x\r\nbo\r\n2\r\ndy\r\n0\r\nX-T: 1\r\n\r\n",
       200},
      {"DELETE", "DELETE /second HTTP/1.1\r\nHost: test.example\r\n\r\n", 200},
      {"POST", post("/second", "x"), 502},
      {"PATCH", "PATCH /second HTTP/1.1\r\nHost: test.example\r\nContent-Length: 0\r\n\r\n", 502},
  };
  for (const auto& one : cases) {
    for (const bool by_reset : {false, true}) {
      BOOST_TEST_CONTEXT(one.what << (by_reset ? ", reset" : ", closed")) {
        const auto goes_stale = [&](origin_connection& connection) {
          connection.read_request();
          connection.send(ok_with("first"));
          connection.read_request();
          if (by_reset) connection.reset();
        };
        scripted_origin origin(by_connection({goes_stale, answer(ok_with("fresh"))}));
        test_server server(origin);
        BOOST_TEST(server.fetch(get("/first")).body.content == "first");
        const auto reply = server.fetch(one.request);
        if (one.status == 200) {
          BOOST_TEST(reply.body.content == "fresh");
          BOOST_TEST(origin.request_count() == 3u);
          BOOST_TEST(origin.requests().at(1).head.value("X-Request-Id") ==
                     origin.requests().at(2).head.value("X-Request-Id"));
          BOOST_TEST(origin.requests().at(2).complete());
          if (one.request.find("bo") != std::string::npos)
            BOOST_TEST(origin.requests().at(2).body.content == "body");
        } else {
          check_error(reply, one.status, "bad_gateway");
          BOOST_TEST(origin.request_count() == 2u);
        }
      }
    }
  }
}

// The end comes with the bytes of a response, on a connection that was kept open before and of
// which the event loop knows nothing bad; the server reads on and never answers, as who lingers
// does.
BOOST_AUTO_TEST_CASE(an_end_that_came_with_the_last_response_costs_no_timeout) {
  const auto ends_unsaid = [](origin_connection& connection) {
    for (const char* text : {"one", "two", "three"}) {
      connection.read_request();
      connection.send(ok_with(text));
    }
    connection.stream().finish_sending();
    connection.read_request();
    connection.wait_for_release();
  };
  scripted_origin origin(by_connection({ends_unsaid, answer(ok_with("fresh"))}));
  test_server server(origin);
  auto client = server.connect();
  for (const char* text : {"one", "two", "three", "fresh"})
    BOOST_TEST(client.exchange(get("/")).body.content == text);
  origin.release();
}

// What was sent of a body that is still coming may be gone from the buffer: sending again what lies
// there would send the head's bytes as the body.
BOOST_AUTO_TEST_CASE(a_request_is_not_sent_again_from_the_middle_of_its_body) {
  const auto goes_stale = [](origin_connection& connection) {
    connection.read_request();
    connection.send(ok_with("first"));
    connection.read_head();
    std::string half;
    connection.stream().read_exactly(4, half);
  };
  scripted_origin origin(by_connection({goes_stale, answer(ok_with("fresh"))}));
  test_server server(origin);
  BOOST_TEST(server.fetch(get("/first")).status == 200u);
  auto client = server.connect();
  client.send("PUT /second HTTP/1.1\r\nHost: test.example\r\nContent-Length: 8\r\n\r\nhalf");
  check_error(client.read_response(), 502, "bad_gateway");
  BOOST_TEST(origin.request_count() == 2u);
}

BOOST_AUTO_TEST_CASE(a_second_stale_connection_is_not_replaced_again) {
  const auto goes_stale = [](origin_connection& connection) {
    connection.read_request();
    if (connection.number() == 1) {
      connection.send(ok_with("first"));
      connection.read_request();
    }
  };
  scripted_origin origin(goes_stale);
  test_server server(origin);
  BOOST_TEST(server.fetch(get("/first")).status == 200u);
  check_error(server.fetch(get("/second")), 502, "bad_gateway");
  BOOST_TEST(origin.request_count() == 3u);
}

BOOST_AUTO_TEST_CASE(a_pooled_connection_that_was_closed_meanwhile_is_not_used) {
  // POST, which must not be sent twice, is safe because the close was there before it.
  scripted_origin origin(
      by_connection({answer_and_close(ok_with("first")), answer(ok_with("second"))}));
  test_server server(origin);
  BOOST_TEST(server.fetch(get("/")).body.content == "first");
  BOOST_REQUIRE(origin.wait_for_all_closed());
  BOOST_TEST(server.fetch(post("/", "x")).body.content == "second");
}

BOOST_AUTO_TEST_CASE(shares_requests_among_servers_in_turn) {
  scripted_origin first(answer(ok_with("one")));
  scripted_origin second(answer(ok_with("two")));
  test_server server({first.port(), second.port()});
  auto client = server.connect();
  for (int i = 0; i < 10; ++i) BOOST_TEST(client.exchange(get("/")).status == 200u);
  BOOST_TEST(first.request_count() == 5u);
  BOOST_TEST(second.request_count() == 5u);
  BOOST_TEST(first.connection_count() == 1u);
  BOOST_TEST(second.connection_count() == 1u);
}

BOOST_AUTO_TEST_CASE(goes_on_to_another_server_where_one_is_down) {
  const refusing_port down;
  scripted_origin up(answer(ok_with("up")));
  test_server server({down.port(), up.port()});
  auto client = server.connect();
  for (int i = 0; i < 6; ++i) {
    BOOST_TEST(client.exchange(get("/")).body.content == "up");
    BOOST_TEST(client.exchange(post("/", "x")).body.content == "up");  // it was never sent
  }
  BOOST_TEST(up.request_count() == 12u);
}

BOOST_AUTO_TEST_CASE(says_503_where_all_servers_are_down) {
  const refusing_port one;
  const refusing_port two;
  test_server server({one.port(), two.port()});
  check_unavailable(server.fetch(get("/")));
}

BOOST_AUTO_TEST_CASE(comes_back_with_the_service) {
  scripted_origin origin(close_after_head);
  test_server server(origin);
  check_error(server.fetch(get("/")), 502, "bad_gateway");
  origin.behave(answer(ok_with("back")));
  BOOST_TEST(server.fetch(get("/")).body.content == "back");
}

BOOST_AUTO_TEST_CASE(a_full_pool_is_said_at_once_or_waited_for) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      if (connection.request().target == "/slow") connection.wait_for_release();
      connection.send(ok_with("served"));
    }
  });
  test_server server(origin, {.upstream = R"("pool": { "max_connections": 1 })"});
  auto slow = server.connect();
  slow.send(get("/slow"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  auto second = server.connect();
  second.send(get("/quick"));
  // Either it waits for its turn or is told to come back: never a second connection.
  std::thread release([&] { origin.release(); });
  const auto reply = second.read_response();
  release.join();
  if (reply.status != 200) check_unavailable(reply);
  BOOST_TEST(slow.read_response().body.content == "served");
  BOOST_TEST(origin.connection_count() == 1u);
}

BOOST_AUTO_TEST_CASE(a_body_that_stops_coming_ends_the_transfer) {
  const struct {
    const char* what;
    const char* bytes;
    bool error;
  } cases[] = {
      {"of a success", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", false},
      {"of an error", "HTTP/1.1 500 X\r\nContent-Length: 100\r\n\r\nshort", true},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin([&](origin_connection& connection) {
        connection.read_request();
        connection.send(one.bytes);
        connection.wait_for_release();
      });
      test_server server(origin, {.upstream = R"("timeouts": { "body": "300ms" })"});
      const auto reply = server.fetch(get("/"));
      if (one.error) {
        check_error(reply, 500, "internal_error", error_author::upstream);
      } else {
        BOOST_TEST(reply.status == 200u);
        BOOST_TEST(!reply.complete());
        BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gives_up_on_an_exchange_that_takes_too_long_in_all) {
  // Interim responses keep coming, so that no other time limit ends it.
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
    connection.wait_for_release();
  });
  test_server server(origin, {.top = R"("timeouts": { "request": "1s" })"});
  const auto reply = server.fetch(get("/"));
  check_error(reply, 504, "gateway_timeout");
  BOOST_TEST(reply.interim.size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_idle_pooled_connection_is_closed_in_time) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, {.upstream = R"("timeouts": { "idle": "300ms" })"});
  auto client = server.connect();
  BOOST_TEST(client.exchange(get("/")).status == 200u);
  BOOST_TEST(origin.wait_for_all_closed());
  BOOST_TEST(client.exchange(get("/")).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_frees_the_connection_to_the_service) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.wait_for_end();
  });
  test_server server(origin);
  {
    auto client = server.connect();
    client.send(get("/"));
    BOOST_REQUIRE(origin.wait_for_requests(1));
    client.stream().reset();
  }
  BOOST_TEST(origin.wait_for_all_closed());
  const auto lines = server.drain();
  BOOST_TEST(server.proxy().counters().exchanges_in_flight == 0u);
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(logged(lines[0], "failure.origin") == "downstream");
}

BOOST_AUTO_TEST_SUITE_END()
