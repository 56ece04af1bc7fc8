// Bodies both ways: every framing, every way of cutting them into segments, sizes around and far
// over the buffers, and the limits (RFC 9112 sections 6 and 7).
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/large_exchanges.hpp"

BOOST_AUTO_TEST_SUITE(bodies)

using namespace errata::testing;

namespace {

const std::size_t sizes[] = {0, 1, 17, 16383, 16384, 16385, 65536, 1u << 20, 8u << 20};

std::string chunked_post(std::string_view target, const std::string& chunks,
                         const std::string& fields = {}) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: test.example\r\n" + fields +
         "Transfer-Encoding: chunked\r\n\r\n" + chunks;
}

std::string chunked_ok(const std::string& chunks) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

// Answers with what came.
void echo(origin_connection& connection) {
  while (connection.read_request()) connection.send(ok_with(connection.request().body.content));
}

}  // namespace

BOOST_AUTO_TEST_CASE(carries_bodies_of_every_size_by_length) {
  scripted_origin origin(echo);
  test_server server(origin);
  auto client = server.connect();
  for (const auto size : sizes) {
    BOOST_TEST_CONTEXT(size << " bytes") {
      const auto body = patterned(size);
      const auto reply = exchange_large(client, post("/", body));
      BOOST_REQUIRE(reply.status == 200u);
      BOOST_TEST(reply.complete());
      BOOST_TEST((reply.body.content == body));
    }
  }
  for (const auto& seen : origin.requests()) {
    BOOST_TEST(seen.complete());
    BOOST_TEST((seen.body.by == framing::length));
  }
  BOOST_TEST(origin.connection_count() == 1u);
}

BOOST_AUTO_TEST_CASE(carries_bodies_of_every_size_in_chunks) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request())
      connection.send(chunked_ok(in_chunks(connection.request().body.content, 5000)));
  });
  test_server server(origin);
  auto client = server.connect();
  for (const auto size : sizes) {
    BOOST_TEST_CONTEXT(size << " bytes") {
      const auto body = patterned(size);
      const auto reply = exchange_large(client, chunked_post("/", in_chunks(body, 7001)));
      BOOST_REQUIRE(reply.status == 200u);
      BOOST_TEST(reply.complete());
      BOOST_TEST((reply.body.content == body));
      BOOST_TEST((reply.body.by == framing::chunked));
    }
  }
  for (const auto& seen : origin.requests()) BOOST_TEST(seen.complete());
  BOOST_TEST(origin.connection_count() == 1u);
}

BOOST_AUTO_TEST_CASE(carries_a_response_that_ends_with_the_connection) {
  for (const auto* version : {"HTTP/1.0", "HTTP/1.1"}) {
    for (const auto size : sizes) {
      BOOST_TEST_CONTEXT(version << ", " << size << " bytes") {
        const auto body = patterned(size);
        scripted_origin origin(answer_and_close(std::string(version) + " 200 OK\r\n\r\n" + body));
        test_server server(origin);
        const auto reply = server.fetch(get("/"));
        BOOST_TEST(reply.status == 200u);
        BOOST_TEST(reply.complete());
        BOOST_TEST((reply.body.content == body));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_messages_in_any_segments) {
  const std::string request =
      chunked_post("/bytewise", "3;x=\"a;b\"\r\nabc\r\n0005\r\ndefgh\r\n0\r\nX-T: 1\r\n\r\n");
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request())
      connection.send_bytewise(chunked_ok("2;y\r\nab\r\n3\r\ncde\r\n0\r\nX-U: 2\r\n\r\n"));
  });
  test_server server(origin);
  auto client = server.connect();
  client.send_bytewise(request);
  const auto reply = client.read_response();
  BOOST_TEST(reply.complete());
  BOOST_TEST(reply.body.content == "abcde");
  BOOST_REQUIRE(origin.request_count() == 1u);
  BOOST_TEST(origin.requests().front().body.content == "abcdefgh");
  // In two segments, cut at every place.
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    BOOST_TEST_CONTEXT("cut at " << cut) {
      client.send(request.substr(0, cut));
      client.send(request.substr(cut));
      BOOST_REQUIRE(client.read_response().body.content == "abcde");
    }
  }
}

BOOST_AUTO_TEST_CASE(frames_anew_without_extensions_and_trailers) {
  scripted_origin origin(
      answer(chunked_ok("2;evil=\"1\"\r\nab\r\n00003\r\ncde\r\n0;last\r\nX-Trailer: up\r\n"
                        "Set-Cookie: a=b\r\n\r\n")));
  test_server server(origin);
  auto client = server.connect();
  const auto reply = client.exchange(
      chunked_post("/",
                   "3;ext=val\r\nabc\r\n0;x\r\nX-Request-Id: smuggled-by-trailer\r\n"
                   "Host: evil.example\r\nAuthorization: x\r\nX-Forwarded-For: 6.6.6.6\r\n"
                   "Content-Length: 3\r\n\r\n"));
  BOOST_TEST(reply.complete());
  BOOST_TEST(reply.body.content == "abcde");
  BOOST_TEST(reply.body.trailers == "");
  BOOST_TEST(!reply.head.has("Set-Cookie"));
  for (const auto& line : reply.body.chunk_lines) {
    BOOST_TEST(line.find(';') == std::string::npos, line);
    BOOST_TEST((line == "0" || line.front() != '0'), line);
  }
  BOOST_REQUIRE(origin.request_count() == 1u);
  const auto seen = origin.requests().front();
  BOOST_TEST(seen.complete());
  BOOST_TEST(seen.body.content == "abc");
  BOOST_TEST(seen.body.trailers == "");
  BOOST_TEST(seen.body.raw.find(';') == std::string::npos);
  BOOST_TEST(seen.head.value("Host") == "test.example");
  BOOST_TEST(!seen.head.has("Authorization"));
  BOOST_TEST(seen.head.raw.find("6.6.6.6") == std::string::npos);
  // The connection goes on behind the trailers.
  BOOST_TEST(client.exchange(get("/next")).complete());
}

BOOST_AUTO_TEST_CASE(refuses_chunks_that_parsers_disagree_about) {
  const struct {
    const char* what;
    std::string chunks;
  } cases[] = {
      {"a hundred leading zeros", std::string(100, '0') + "5\r\nhello\r\n0\r\n\r\n"},
      {"a size of 17 digits", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"no size", "\r\nhello\r\n0\r\n\r\n"},
      {"a sign", "+5\r\nhello\r\n0\r\n\r\n"},
      {"a prefix", "0x5\r\nhello\r\n0\r\n\r\n"},
      {"not hexadecimal", "g\r\nhello\r\n0\r\n\r\n"},
      {"a space before the size", " 5\r\nhello\r\n0\r\n\r\n"},
      {"a line that ends in LF", "5\nhello\r\n0\r\n\r\n"},
      {"data that ends in LF", "5\r\nhello\n0\r\n\r\n"},
      {"data too long", "5\r\nhello!\r\n0\r\n\r\n"},
      {"data too short", "5\r\nhell\r\n0\r\n\r\n"},
      {"an end in LF", "5\r\nhello\r\n0\r\n\n"},
      {"LF inside an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"},
      {"LF inside a quoted extension", "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"},
      {"CR inside an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"},
      {"an extension over 1 KiB", "5;" + std::string(1100, 'x') + "\r\nhello\r\n0\r\n\r\n"},
      {"a trailer of 70,000 bytes",
       "5\r\nhello\r\n0\r\nX: " + std::string(70000, 'x') + "\r\n\r\n"},
      {"a trailer line that ends in LF", "5\r\nhello\r\n0\r\nX: 1\n\r\n"},
  };
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      auto client = server.connect();
      client.send(chunked_post("/bad", one.chunks) + get("/smuggled"));
      const auto reply = client.read_response();
      BOOST_TEST_CONTEXT(reply.describe()) {
        BOOST_TEST((reply.status == 400u || reply.status == 431u || reply.status == 413u));
      }
      check_error(reply, reply.status, "");
      BOOST_TEST(reply.head.value("Connection") == "close");
      std::string leftover;
      client.wait_for_end(&leftover);
      BOOST_TEST(leftover == "");
    }
  }
  BOOST_TEST(server.fetch(get("/sentinel")).status == 200u);
  for (const auto& seen : origin.requests()) {
    BOOST_TEST(seen.target != "/smuggled");
    if (seen.target == "/bad") BOOST_TEST(!seen.complete());
  }
}

BOOST_AUTO_TEST_CASE(bounds_the_extensions_of_one_message) {
  std::string chunks;
  for (int i = 0; i < 400; ++i) chunks += "1;" + std::string(200, 'x') + "\r\na\r\n";
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  auto client = server.connect();
  client.send(chunked_post("/", chunks + "0\r\n\r\n"));
  const auto reply = client.read_response();
  check_error(reply, 400, "malformed_request");
  for (const auto& seen : origin.requests()) BOOST_TEST(!seen.complete());
}

BOOST_AUTO_TEST_CASE(refuses_bodies_over_the_limit_and_takes_those_at_it) {
  scripted_origin origin(echo);
  test_server server(origin, {.route = R"("body_limit": "64KiB")"});
  const auto limit = patterned(64 * 1024);
  BOOST_TEST((server.fetch(post("/", limit)).body.content == limit));
  BOOST_TEST((server.fetch(chunked_post("/", in_chunks(limit, 1000))).body.content == limit));
  origin.forget();

  const auto declared =
      server.fetch("POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 65537\r\n\r\n");
  check_error(declared, 413, "payload_too_large");
  BOOST_TEST(declared.head.value("Connection") == "close");
  BOOST_TEST(origin.request_count() == 0u);

  const auto expecting = server.fetch(
      "POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 65537\r\n"
      "Expect: 100-continue\r\n\r\n");
  check_error(expecting, 413, "payload_too_large");
  BOOST_TEST(expecting.interim.empty());

  auto client = server.connect();
  const auto chunked = exchange_large(client, chunked_post("/", in_chunks(limit + "x", 1000)));
  check_error(chunked, 413, "payload_too_large");
  for (const auto& seen : origin.requests()) BOOST_TEST(!seen.complete());
}

BOOST_AUTO_TEST_CASE(a_413_is_not_lost_to_a_client_that_still_sends) {
  scripted_origin origin(echo);
  test_server server(origin, {.route = R"("body_limit": "1KiB")"});
  for (int i = 0; i < 20; ++i) {
    auto client = server.connect();
    const auto reply = exchange_large(client, post("/", patterned(60000)));
    BOOST_REQUIRE(reply.status == 413u);
    check_error(reply, 413, "payload_too_large");
  }
  BOOST_TEST(origin.request_count() == 0u);
}

BOOST_AUTO_TEST_CASE(asks_for_the_body_of_a_client_that_waits_to_be_asked) {
  scripted_origin origin(echo);
  // Every other deadline is longer than the client's own patience: only a 100 after the second that
  // errata waits for the service's lets the test go on.
  test_server server(origin, {.adjust = [](errata::configuration& c) {
                       c.timeouts.body = std::chrono::minutes(2);
                     }});
  auto client = server.connect();
  client.send(
      "POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 4\r\n"
      "Expect: 100-continue\r\n\r\n");
  // The service says nothing to it, as old ones do: a second later the client may begin.
  const auto interim = client.read_one_head();
  BOOST_TEST_CONTEXT(interim.describe()) {
    BOOST_REQUIRE(interim.status == 100u);
  }
  client.send("body");
  const auto reply = client.read_response();
  BOOST_TEST(reply.status == 200u);
  BOOST_TEST(reply.body.content == "body");
  BOOST_TEST(client.exchange(get("/next")).complete());
}

BOOST_AUTO_TEST_CASE(a_refusal_of_an_expected_body_closes_or_skips_it) {
  // The service refuses without asking for the body; what the client sends next must not be taken
  // for the body, nor the body for a request.
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_head())
      connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(
      "POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 29\r\n"
      "Expect: 100-continue\r\n\r\n");
  auto reply = client.read_one_head();
  if (reply.status == 100) {
    client.send("GET /smuggled HTTP/1.1\r\nX: y\r\n\r\n");
    client.wait_for_end();
  } else {
    BOOST_TEST(reply.status == 403u);
    BOOST_TEST(reply.head.value("Connection") == "close");
  }
  for (const auto& seen : origin.requests()) BOOST_TEST(seen.target == "/");
}

BOOST_AUTO_TEST_CASE(gives_heads_without_bodies_where_the_protocol_says_so) {
  const struct {
    const char* what;
    const char* method;
    std::string response;
    unsigned status;
  } cases[] = {
      {"HEAD with a length", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200},
      {"HEAD with chunked", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200},
      {"HEAD with nothing", "HEAD", "HTTP/1.1 200 OK\r\n\r\n", 200},
      {"204", "GET", "HTTP/1.1 204 No Content\r\n\r\n", 204},
      {"304 with the length of what it spares", "GET",
       "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n", 304},
      {"a length of nothing", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200},
      {"no chunk but the last", "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer_in_turn({one.response, ok_with("next")}));
      test_server server(origin);
      auto client = server.connect();
      const std::string method = one.method;
      const auto reply =
          client.exchange(method + " / HTTP/1.1\r\nHost: test.example\r\n\r\n", method);
      check_well_formed(reply);
      BOOST_TEST(reply.status == one.status);
      BOOST_TEST(reply.body.content == "");
      if (one.status == 204) {
        BOOST_TEST(!reply.head.has("Content-Length"));
        BOOST_TEST(!reply.head.has("Transfer-Encoding"));
      }
      if (one.status == 304) BOOST_TEST(reply.head.value("ETag") == "\"a\"");
      // Whatever came too much would be read here.
      BOOST_TEST(client.exchange(get("/next")).body.content == "next");
    }
  }
}

BOOST_AUTO_TEST_CASE(streams_before_the_end_has_come) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    connection.wait_for_release();
    connection.send("4\r\nlast\r\n0\r\n\r\n");
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(get("/"));
  const auto head = client.read_one_head();
  BOOST_TEST(head.status == 200u);
  std::string first;
  BOOST_TEST(client.stream().read_until("first\r\n", first));
  origin.release();
  std::string last;
  BOOST_TEST(client.stream().read_until("0\r\n\r\n", last));
  BOOST_TEST(last.find("last") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(streams_a_request_before_the_end_has_come) {
  scripted_origin origin(echo);
  test_server server(origin);
  auto client = server.connect();
  client.send(chunked_post("/", "5\r\nfirst\r\n"));
  BOOST_TEST(origin.wait_for_requests(1));  // the head is there while the body is not
  client.send("4\r\nlast\r\n0\r\n\r\n");
  BOOST_TEST(client.read_response().body.content == "firstlast");
}

BOOST_AUTO_TEST_CASE(gives_an_early_answer_while_the_body_still_comes) {
  scripted_origin origin([](origin_connection& connection) {
    if (!connection.read_head()) return;
    connection.send("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    connection.wait_for_end();
  });
  test_server server(origin);
  auto client = server.connect();
  client.send(chunked_post("/", "5\r\nfirst\r\n"));
  check_error(client.read_response(), 409, "resource_conflict", error_author::upstream);
}

BOOST_AUTO_TEST_CASE(a_slow_reader_does_not_make_it_buffer_the_body) {
  // 48 MiB of response for a client that reads nothing: the origin must be made to wait.
  std::atomic<std::size_t> sent{0};
  scripted_origin origin([&](origin_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50331648\r\n\r\n");
    const auto block = patterned(65536);
    for (int i = 0; i < 768 && connection.send(block); ++i) sent += block.size();
  });
  test_server server(origin);
  auto client = server.connect();
  client.stream().shrink_receive_buffer();
  client.send(get("/"));
  BOOST_TEST(client.read_one_head().status == 200u);
  // The other connection is served at once, and the first has not been swallowed whole.
  scripted_origin quick(answer(ok_with("quick")));
  test_server other(quick);
  BOOST_TEST(other.fetch(get("/")).status == 200u);
  BOOST_TEST(sent.load() < 32u << 20);
  std::string body;
  BOOST_TEST(client.stream().read_exactly(48u << 20, body));
  BOOST_TEST((body.substr(0, 65536) == patterned(65536)));
}

BOOST_AUTO_TEST_SUITE_END()
