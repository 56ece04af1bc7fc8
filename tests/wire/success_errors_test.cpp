// Successes that an operator's rules may take for errors: which are held back, which stream, and
// what leaves.
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(success_errors)

using namespace errata::testing;

namespace {

// Small, so that what is beyond the cap is quickly sent.
const std::string rules = R"("errors": { "max_body": "16KiB",
  "shapes": [
    { "name": "acme", "match": { "status": "4xx" }, "when": { "pointer": "/acme" },
      "extract": { "message": "/acme/say", "code": "/acme/nr" }, "codes": { "7": "too_late" },
      "status": 409 }
  ],
  "success_errors": [
    { "name": "refusal", "route": "legacy", "when": { "pointer": "/success", "equals": false },
      "status": 422, "extract": { "message": "/msg", "code": "/errno" },
      "codes": { "1042": "insufficient_funds" }, "statuses": { "1042": 402 } }
  ] })";

const std::string refused = R"({"success":false,"msg":"Not enough money","errno":1042})";
const std::string accepted = R"({"success":true,"msg":"Thank you"})";

std::string with_length(const std::string& head, const std::string& body) {
  return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"e\"\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(rewrites_a_refusal_in_every_framing_and_keeps_both_connections) {
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"by length", with_length(ok, refused)},
      {"chunked", ok + "Transfer-Encoding: chunked\r\n\r\n" + in_chunks(refused, 9)},
      {"gzip", with_length(ok + "Content-Encoding: gzip\r\n", gzip(refused))},
      {"gzip in chunks", ok + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" +
                             in_chunks(gzip(refused), 7)},
      {"a byte order mark", with_length(ok, "\xEF\xBB\xBF" + refused)},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer(one.bytes));
      test_server server(origin, {.top = rules});
      auto client = server.connect();
      for (int i = 0; i < 3; ++i) {
        const auto reply = client.exchange(get("/"));
        check_error(reply, 402, "insufficient_funds", error_author::upstream);
        BOOST_TEST(envelope_member(reply, "message") == "Not enough money");
        BOOST_TEST(!reply.head.has("ETag"));
        BOOST_TEST(reply.head.value("Connection") != "close");
      }
      BOOST_TEST(origin.connection_count() == 1u);
      const auto lines = server.drain();
      BOOST_TEST_REQUIRE(lines.size() == 3u);
      BOOST_TEST(logged(lines[0], "status") == "402");
      BOOST_TEST(logged(lines[0], "upstream_status") == "200");
      BOOST_TEST(logged(lines[0], "shape") == "refusal");
    }
  }
}

BOOST_AUTO_TEST_CASE(rewrites_a_refusal_that_ends_with_the_connection) {
  scripted_origin origin(answer_and_close(ok + "Connection: close\r\n\r\n" + refused));
  test_server server(origin, {.top = rules});
  check_error(server.fetch(get("/")), 402, "insufficient_funds", error_author::upstream);
  check_error(server.fetch("GET / HTTP/1.0\r\nHost: test.example\r\n\r\n"), 402,
              "insufficient_funds", error_author::upstream);
}

BOOST_AUTO_TEST_CASE(passes_what_fits_no_rule_byte_for_byte) {
  const std::string plain = "HTTP/1.1 200 OK\r\n";
  const struct {
    const char* what;
    std::string head;
    std::string body;
  } cases[] = {
      {"a success", ok, accepted},
      {"blank before it", ok, "\r\n\t " + accepted},
      {"no JSON after all", ok, R"({"success":false)"},
      {"JSON and more", ok, refused + "\n" + accepted},
      {"a page", plain + "Content-Type: text/html\r\n", "<p>success: false</p>"},
      {"binary", plain, std::string("\0\1\2{\"success\":false}", 20)},
      {"empty", ok, ""},
      {"gzip of a success", ok + "Content-Encoding: gzip\r\n", gzip(accepted)},
      {"said to be gzip", ok + "Content-Encoding: gzip\r\n", "{not gzip"},
      {"a coding unknown", ok + "Content-Encoding: x-odd\r\n", refused},
      {"a part", "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/2\r\n", refused},
      {"a redirect", "HTTP/1.1 302 Found\r\nLocation: /x\r\n", refused},
      {"at the cap", ok, "{\"a\":\"" + std::string(16 * 1024 - 8, 'x') + "\"}"},
      {"over the cap", ok, "{\"success\":false,\"a\":\"" + std::string(20'000, 'x') + "\"}"},
  };
  for (const auto& one : cases) {
    for (const bool chunked : {false, true}) {
      BOOST_TEST_CONTEXT(one.what << (chunked ? " in chunks" : "")) {
        scripted_origin origin(answer(chunked ? one.head + "Transfer-Encoding: chunked\r\n\r\n" +
                                                    in_chunks(one.body, 1000)
                                              : with_length(one.head, one.body)));
        test_server server(origin, {.top = rules});
        auto client = server.connect();
        for (int i = 0; i < 2; ++i) {
          const auto reply = client.exchange(get("/"));
          check_well_formed(reply);
          BOOST_TEST((reply.body.content == one.body));
          BOOST_TEST(reply.head.has("ETag") == (one.head.find("ETag") != std::string::npos));
          if (!chunked) {
            BOOST_TEST(reply.head.value("Content-Length") == std::to_string(one.body.size()));
          }
        }
        BOOST_TEST(origin.connection_count() == 1u);
        for (const auto& line : server.drain()) BOOST_TEST(logged(line, "shape") == "");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gives_heads_of_successes_as_they_came) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      connection.send(connection.request().method == "HEAD" ? ok + "Content-Length: 55\r\n\r\n"
                                                            : "HTTP/1.1 204 No Content\r\n\r\n");
    }
  });
  test_server server(origin, {.top = rules});
  auto client = server.connect();
  const auto to_head = client.exchange("HEAD / HTTP/1.1\r\nHost: test.example\r\n\r\n", "HEAD");
  BOOST_TEST(to_head.status == 200u);
  BOOST_TEST(to_head.head.value("Content-Length") == "55");
  BOOST_TEST(client.exchange(get("/")).status == 204u);
}

// Each begins to arrive before its end has been sent.
BOOST_AUTO_TEST_CASE(streams_what_cannot_be_an_error) {
  const std::string filler(20'000, ' ');
  const struct {
    const char* what;
    std::string head;
    std::string begun;
  } cases[] = {
      {"a page", "Content-Type: text/html\r\n", "<p>"},
      {"events", "Content-Type: text/event-stream\r\n", "{\"success\":false"},
      {"records", "Content-Type: application/x-ndjson\r\n", "{\"success\":false}\n"},
      {"a picture", "Content-Type: image/png\r\n", "{"},
      {"over the cap", "Content-Type: application/json\r\n", "{\"success\":false," + filler},
      {"a coding unknown", "Content-Encoding: x-odd\r\n", "{\"success\":false"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin([&](origin_connection& connection) {
        connection.read_request();
        connection.send("HTTP/1.1 200 OK\r\n" + one.head + "Transfer-Encoding: chunked\r\n\r\n" +
                        in_chunks(one.begun, 30'000).substr(0, one.begun.size() + 6));
        connection.wait_for_release();
        connection.send("4\r\nlast\r\n0\r\n\r\n");
      });
      test_server server(origin, {.top = rules});
      auto client = server.connect();
      client.send(get("/"));
      std::string first;
      BOOST_TEST(client.stream().read_until("\r\n\r\n", first));
      BOOST_TEST(client.stream().read_until(one.begun.substr(one.begun.size() - 3), first));
      BOOST_TEST(first.starts_with("HTTP/1.1 200 OK"));
      origin.release();
      std::string last;
      BOOST_TEST(client.stream().read_until("last", last));
      BOOST_TEST(client.stream().read_until("0\r\n\r\n", last));
    }
  }
}

BOOST_AUTO_TEST_CASE(streams_what_is_longer_than_the_cap_from_its_head_on) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.send(ok + "Content-Length: 1000000\r\n\r\n{");
    connection.wait_for_release();
    connection.send(std::string(999'999, ' '));
  });
  test_server server(origin, {.top = rules});
  auto client = server.connect();
  client.send(get("/"));
  BOOST_TEST(client.read_one_head().head.value("Content-Length") == "1000000");
  origin.release();
}

BOOST_AUTO_TEST_CASE(a_large_success_arrives_whole) {
  const std::string large = "{\"items\":\"" + std::string(3'000'000, 'y') + "\"}";
  for (const bool chunked : {false, true}) {
    scripted_origin origin(
        answer(chunked ? ok + "Transfer-Encoding: chunked\r\n\r\n" + in_chunks(large, 65'521)
                       : with_length(ok, large)));
    test_server server(origin, {.top = rules});
    const auto reply = server.fetch(get("/"));
    check_well_formed(reply);
    BOOST_TEST((reply.body.content == large));
  }
}

BOOST_AUTO_TEST_CASE(does_not_let_both_sides_wait_for_each_other) {
  // A service that answers as it reads: the client sends the rest when it has seen the first.
  scripted_origin origin([](origin_connection& connection) {
    connection.read_head();
    connection.send(ok + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n");
    connection.read_body();
    connection.send("1\r\n}\r\n0\r\n\r\n");
  });
  test_server server(origin, {.top = rules});
  auto client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 10\r\n\r\nhello");
  const auto head = client.read_one_head();
  BOOST_TEST(head.status == 200u);
  client.send("there");
  std::string rest;
  BOOST_TEST(client.stream().read_until("0\r\n\r\n", rest));
}

BOOST_AUTO_TEST_CASE(a_refusal_before_the_upload_ended_is_told_at_once) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_head();
    connection.send(with_length(ok, refused));
    connection.wait_for_end();
  });
  test_server server(origin, {.top = rules});
  auto client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 100000\r\n\r\nhello");
  check_error(client.read_response(), 402, "insufficient_funds", error_author::upstream);
}

BOOST_AUTO_TEST_CASE(a_success_that_breaks_off_breaks_off_for_the_client) {
  const std::string heads[] = {ok + "Content-Length: 500\r\n\r\n" + refused,
                               ok + "Transfer-Encoding: chunked\r\n\r\n37\r\n" + refused};
  for (const std::string& bytes : heads) {
    scripted_origin origin(answer_and_close(bytes));
    test_server server(origin, {.top = rules});
    const auto reply = server.fetch(get("/"));
    BOOST_TEST((!reply.complete() || reply.status == 502u));
    BOOST_TEST(reply.status != 402u);
  }
}

BOOST_AUTO_TEST_CASE(a_success_that_falls_silent_streams_in_the_end) {
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    connection.send(ok + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n");
    connection.wait_for_release();
  });
  test_server server(origin, {.upstream = R"("timeouts": { "body": "100ms" })", .top = rules});
  auto client = server.connect();
  client.send(get("/"));
  BOOST_TEST(client.read_one_head().status == 200u);
  origin.release();
}

BOOST_AUTO_TEST_CASE(keeps_to_the_mode_of_the_route) {
  scripted_origin origin(answer(with_length(ok, refused)));
  for (const std::string mode : {"shadow", "off"}) {
    test_server server(origin, {.route = "\"normalize\": \"" + mode + '"', .top = rules});
    const auto reply = server.fetch(get("/"));
    BOOST_TEST(reply.status == 200u);
    BOOST_TEST(reply.body.content == refused);
    BOOST_TEST(reply.head.value("ETag") == "\"e\"");
    const auto lines = server.drain();
    BOOST_TEST(logged(lines.at(0), "shape") == (mode == "shadow" ? "refusal" : ""));
    BOOST_TEST(logged(lines.at(0), "status") == "200");
  }
}

BOOST_AUTO_TEST_CASE(leaves_other_routes_alone) {
  scripted_origin origin(answer(with_length(ok, refused)));
  test_server server(origin, {.routes = R"([
    { "name": "legacy", "match": { "path_prefix": "/a" }, "upstream": "legacy" },
    { "name": "other", "upstream": "legacy" } ])",
                              .top = rules});
  BOOST_TEST(server.fetch(get("/a")).status == 402u);
  BOOST_TEST(server.fetch(get("/b")).body.content == refused);
}

BOOST_AUTO_TEST_CASE(an_own_shape_reads_errors_of_every_route) {
  scripted_origin origin(
      answer("HTTP/1.1 400 Bad\r\nContent-Length: 36\r\n\r\n{\"acme\":{\"say\":\"Too "
             "late.\",\"nr\":7}} "));
  test_server server(origin, {.top = rules});
  const auto reply = server.fetch(get("/"));
  check_error(reply, 409, "too_late", error_author::upstream);
  BOOST_TEST(envelope_member(reply, "message") == "Too late.");
  const auto lines = server.drain();
  BOOST_TEST(logged(lines.at(0), "shape") == "acme");
  BOOST_TEST(logged(lines.at(0), "upstream_status") == "400");
}

BOOST_AUTO_TEST_SUITE_END()
