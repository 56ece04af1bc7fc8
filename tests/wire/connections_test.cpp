// The client's connection: keep-alive, pipelining, closing, and what may and may not follow a
// request (RFC 9112 section 9).
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/comes_true.hpp"
#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(connections)

using namespace errata::testing;

namespace {

void echo_target(origin_connection& connection) {
  while (connection.read_request())
    connection.send(ok_with(connection.request().target + connection.request().body.content));
}

}  // namespace

BOOST_AUTO_TEST_CASE(serves_many_requests_over_one_connection_each_way) {
  scripted_origin origin(echo_target);
  test_server server(origin);
  auto client = server.connect();
  for (int i = 0; i < 200; ++i) {
    const auto target = "/" + std::to_string(i);
    BOOST_REQUIRE(client.exchange(get(target)).body.content == target);
  }
  BOOST_TEST(origin.connection_count() == 1u);
  BOOST_TEST(server.proxy().counters().connections_accepted == 1u);
}

BOOST_AUTO_TEST_CASE(answers_pipelined_requests_in_order) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      const auto& target = connection.request().target;
      connection.send(target == "/error" ? "HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\nno"
                                         : ok_with(target + connection.request().body.content));
    }
  });
  test_server server(origin);
  auto client = server.connect();
  const std::string chunked =
      "POST /chunks HTTP/1.1\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\n\r\n";
  client.send(get("/1") + post("/2", "two") + get("/error") + chunked +
              "HEAD /5 HTTP/1.1\r\nHost: test.example\r\n\r\n\r\n" + get("/6"));
  BOOST_TEST(client.read_response().body.content == "/1");
  BOOST_TEST(client.read_response().body.content == "/2two");
  check_error(client.read_response(), 500, "internal_error", error_author::upstream);
  BOOST_TEST(client.read_response().body.content == "/chunksabc");
  BOOST_TEST(client.read_response("HEAD").status == 200u);
  BOOST_TEST(client.read_response().body.content == "/6");
}

BOOST_AUTO_TEST_CASE(answers_a_thousand_pipelined_requests) {
  scripted_origin origin(echo_target);
  test_server server(origin);
  auto client = server.connect();
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get("/" + std::to_string(i));
  std::thread sender([&] { client.stream().send(requests); });
  bool all = true;
  for (int i = 0; i < 1000 && all; ++i)
    all = client.read_response().body.content == "/" + std::to_string(i);
  sender.join();
  BOOST_TEST(all);
}

BOOST_AUTO_TEST_CASE(does_not_start_a_request_before_the_one_before_it_is_answered) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      if (connection.request().target == "/first") connection.wait_for_release();
      connection.send(ok_with(connection.request().target));
    }
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(get("/first") + get("/second"));
  BOOST_REQUIRE(origin.wait_for_requests(1));
  // Another client's request goes through meanwhile; the second of this one does not.
  BOOST_TEST(server.fetch(get("/other")).body.content == "/other");
  BOOST_TEST(origin.request_count() == 2u);
  origin.release();
  BOOST_TEST(client.read_response().body.content == "/first");
  BOOST_TEST(client.read_response().body.content == "/second");
}

// The end of the connection must not take with it what the client has not read yet: bytes that
// nobody reads make the kernel send a reset.
BOOST_AUTO_TEST_CASE(a_response_that_breaks_off_leaves_those_before_it_whole) {
  const auto large = patterned(200000);
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_request()) {
      if (connection.request().target == "/broken") {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
        return;
      }
      connection.send(ok_with(large));
    }
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(get("/large") + get("/broken") + post("/behind", patterned(100000)));
  BOOST_TEST(comes_true([&] { return server.proxy().counters().exchanges == 2; }));
  BOOST_TEST(comes_true([&] { return server.proxy().counters().exchanges_in_flight == 0; }));
  client.send(get("/behind"));
  BOOST_TEST((client.read_response().body.content == large));
  const auto broken = client.read_response();
  BOOST_TEST(broken.status == 200u);
  BOOST_TEST(!broken.complete());
  BOOST_TEST(broken.body.content == "part");
  BOOST_TEST((broken.ended == ending::closed));
}

// Where the service stopped reading a body and is gone, the connection cannot go on behind it: the
// response says so.
BOOST_AUTO_TEST_CASE(an_early_answer_of_a_service_that_is_gone_announces_the_end) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_head();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    connection.reset();
  });
  test_server server(origin);
  for (std::size_t size = 10000; size < 400000; size += 10000) {
    BOOST_TEST_CONTEXT(size << " bytes") {
      auto client = server.connect();
      std::thread sender([&] { client.send(post("/", patterned(size))); });
      const auto reply = client.read_response();
      sender.join();
      BOOST_TEST_CONTEXT(reply.describe()) {
        BOOST_TEST(reply.complete());
        if (reply.status == 200 && reply.head.value("Connection") != "close") {
          BOOST_TEST(client.exchange(get("/next")).status != 0u);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(closes_when_the_client_or_its_version_says_so) {
  const struct {
    const char* what;
    std::string request;
    bool closes;
  } cases[] = {
      {"close", get("/", "Connection: close\r\n"), true},
      {"close in other case, in a list", get("/", "Connection: foo, CLOSE\r\n"), true},
      {"keep-alive", get("/", "Connection: keep-alive\r\n"), false},
      {"nothing", get("/"), false},
      {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: test.example\r\n\r\n", true},
      {"HTTP/1.0 keep-alive",
       "GET / HTTP/1.0\r\nHost: test.example\r\nConnection: keep-alive\r\n\r\n", false},
  };
  scripted_origin origin(echo_target);
  test_server server(origin);
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      auto client = server.connect();
      const auto reply = client.exchange(one.request);
      BOOST_TEST(reply.status == 200u);
      BOOST_TEST(reply.complete());
      if (one.closes) {
        BOOST_TEST(reply.head.value("Connection") == "close");
        BOOST_TEST((client.wait_for_end() == ending::closed));
      } else {
        BOOST_TEST(reply.head.value("Connection") != "close");
        if (one.request.find("HTTP/1.0") != std::string::npos)
          BOOST_TEST(reply.head.value("Connection") == "keep-alive");
        BOOST_TEST(client.exchange(get("/again")).body.content == "/again");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_service_closing_does_not_close_the_client) {
  scripted_origin origin(
      answer_and_close("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
  test_server server(origin);
  auto client = server.connect();
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.exchange(get("/"));
    BOOST_TEST(reply.body.content == "ok");
    BOOST_TEST(reply.head.value("Connection") != "close");
  }
  BOOST_TEST(origin.connection_count() == 3u);
}

BOOST_AUTO_TEST_CASE(its_own_errors_keep_the_connection_where_nothing_is_left_unread) {
  scripted_origin origin(echo_target);
  test_server server(origin, {.routes = R"([
      { "name": "known", "match": { "path_prefix": "/known" }, "upstream": "legacy" }])"});
  auto client = server.connect();
  for (int i = 0; i < 3; ++i) check_error(client.exchange(get("/unknown")), 404, "route_not_found");
  BOOST_TEST(client.exchange(get("/known")).body.content == "/known");
}

BOOST_AUTO_TEST_CASE(never_takes_an_unread_body_for_a_request) {
  // The refusal comes before the body; what comes after is the body, whatever it looks like.
  scripted_origin origin(echo_target);
  test_server server(origin, {.routes = R"([
      { "name": "known", "match": { "path_prefix": "/known" }, "upstream": "legacy" }])"});
  const std::string body = get("/known/smuggled");
  for (const bool at_once : {true, false}) {
    BOOST_TEST_CONTEXT((at_once ? "in one segment" : "after the refusal")) {
      auto client = server.connect();
      const auto whole = post("/unknown", body);
      const auto head = whole.substr(0, whole.size() - body.size());
      client.send(at_once ? whole : head);
      const auto reply = client.read_response();
      check_error(reply, 404, "route_not_found");
      if (!at_once) client.send(body);
      if (reply.head.value("Connection") == "close") {
        std::string leftover;
        client.wait_for_end(&leftover);
        BOOST_TEST(leftover == "");
      } else {
        BOOST_TEST(client.exchange(get("/known/next")).body.content == "/known/next");
      }
    }
  }
  BOOST_TEST(server.fetch(get("/known/sentinel")).status == 200u);
  for (const auto& seen : origin.requests()) BOOST_TEST(seen.target != "/known/smuggled");
}

BOOST_AUTO_TEST_CASE(answers_a_client_that_has_finished_sending) {
  scripted_origin origin(echo_target);
  test_server server(origin);
  auto client = server.connect();
  client.send(get("/half"));
  client.stream().finish_sending();
  BOOST_TEST(client.read_response().body.content == "/half");
  BOOST_TEST((client.wait_for_end() == ending::closed));
}

BOOST_AUTO_TEST_CASE(a_head_cut_off_by_the_client_is_no_request) {
  scripted_origin origin(echo_target);
  test_server server(origin);
  const auto whole = get("/cut");
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    auto client = server.connect();
    client.send(whole.substr(0, size));
    client.stream().finish_sending();
    std::string reply;
    client.wait_for_end(&reply);
    BOOST_TEST((reply.empty() || reply.starts_with("HTTP/1.1 400 ")), reply);
  }
  BOOST_TEST(server.fetch(get("/sentinel")).status == 200u);
  BOOST_TEST(origin.request_count() == 1u);
}

BOOST_AUTO_TEST_CASE(a_body_cut_off_by_the_client_is_not_completed) {
  for (const bool chunked : {true, false}) {
    BOOST_TEST_CONTEXT((chunked ? "chunked" : "by length")) {
      scripted_origin origin(echo_target);
      test_server server(origin);
      {
        auto client = server.connect();
        client.send(chunked ? "POST / HTTP/1.1\r\nHost: test.example\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                            : "POST / HTTP/1.1\r\nHost: test.example\r\n"
                              "Content-Length: 10\r\n\r\nhello");
        BOOST_REQUIRE(origin.wait_for_requests(1));
      }
      BOOST_TEST(origin.wait_for_all_closed());
      for (const auto& seen : origin.requests()) BOOST_TEST(!seen.complete());
    }
  }
}

BOOST_AUTO_TEST_CASE(says_408_to_a_head_that_does_not_come) {
  scripted_origin origin(echo_target);
  test_server server(origin, {.top = R"("timeouts": { "header": "300ms" })"});
  for (const auto* part : {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: test.example\r\n"}) {
    BOOST_TEST_CONTEXT(part) {
      auto client = server.connect();
      client.send(part);
      const auto reply = client.read_response();
      check_error(reply, 408, "request_timeout");
      BOOST_TEST(reply.head.value("Connection") == "close");
      std::string leftover;
      client.wait_for_end(&leftover);
      BOOST_TEST(leftover == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_trickle_does_not_extend_the_time_for_the_head) {
  scripted_origin origin(echo_target);
  test_server server(origin, {.top = R"("timeouts": { "header": "1s" })"});
  auto client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: test.example\r\n");
  // A byte for each exchange of another client, until the server has had enough.
  auto pace = server.connect();
  bool open = true;
  for (int i = 0; open && i < 30000; ++i) {
    open = client.send(i == 0 ? "X: " : "y");
    BOOST_REQUIRE(pace.exchange(get("/")).status == 200u);
    open = open && !client.readable();
  }
  const auto reply = client.read_response();
  if (reply.status != 0) check_error(reply, 408, "request_timeout");
  BOOST_TEST((client.wait_for_end() != ending::timed_out));
}

BOOST_AUTO_TEST_CASE(closes_in_silence_where_no_byte_of_a_request_came) {
  scripted_origin origin(echo_target);
  const struct {
    const char* what;
    const char* timeouts;
    bool after_one;
  } cases[] = {
      {"never a byte", R"("timeouts": { "header": "300ms", "keep_alive": "300ms" })", false},
      {"between two requests", R"("timeouts": { "keep_alive": "300ms" })", true},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      test_server server(origin, {.top = one.timeouts});
      auto client = server.connect();
      if (one.after_one) BOOST_TEST(client.exchange(get("/")).status == 200u);
      std::string said;
      BOOST_TEST((client.wait_for_end(&said) == ending::closed));
      BOOST_TEST(said == "");
      BOOST_TEST(server.drain().size() == (one.after_one ? 1u : 0u));
    }
  }
}

BOOST_AUTO_TEST_CASE(says_408_to_a_body_that_stops_coming) {
  scripted_origin origin(echo_target);
  test_server server(origin, {.top = R"("timeouts": { "body": "300ms" })"});
  for (const auto* framing :
       {"Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    BOOST_TEST_CONTEXT(framing) {
      auto client = server.connect();
      client.send("POST / HTTP/1.1\r\nHost: test.example\r\n" + std::string(framing));
      const auto reply = client.read_response();
      check_error(reply, 408, "request_timeout");
      BOOST_TEST(reply.head.value("Connection") == "close");
    }
  }
  BOOST_TEST(origin.wait_for_all_closed());
  for (const auto& seen : origin.requests()) BOOST_TEST(!seen.complete());
}

BOOST_AUTO_TEST_CASE(keeps_to_the_number_of_connections) {
  scripted_origin origin(echo_target);
  test_server server(origin, {.top = R"("limits": { "connections": 2 })"});
  auto first = server.connect();
  auto second = server.connect();
  BOOST_TEST(first.exchange(get("/1")).status == 200u);
  BOOST_TEST(second.exchange(get("/2")).status == 200u);
  {
    auto third = server.connect();
    third.send(get("/3"));
    const auto reply = third.read_response();
    if (reply.status != 0) check_error(reply, 503, "service_unavailable");
    BOOST_TEST((third.wait_for_end() != ending::timed_out));
  }
  BOOST_TEST(server.proxy().counters().connections_refused == 1u);
  BOOST_TEST(first.exchange(get("/4")).status == 200u);
  BOOST_TEST(origin.request_count() == 3u);
}

BOOST_AUTO_TEST_CASE(many_connections_on_several_threads_get_each_their_own_answer) {
  scripted_origin origin(echo_target);
  test_server server(origin, {.threads = 2});
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 16; ++c) {
    clients.emplace_back([&, c] {
      auto client = server.connect();
      for (int i = 0; i < 50; ++i) {
        const auto target = "/" + std::to_string(c) + "/" + std::to_string(i);
        const auto body = patterned(static_cast<std::size_t>(i * 97), static_cast<unsigned>(c));
        if (client.exchange(post(target, body)).body.content != target + body) ++wrong;
      }
    });
  }
  for (auto& one : clients) one.join();
  BOOST_TEST(wrong.load() == 0);
  BOOST_TEST(server.drain().size() == 800u);
}

BOOST_AUTO_TEST_SUITE_END()
