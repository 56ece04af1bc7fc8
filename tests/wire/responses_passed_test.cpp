// Responses that errata must hand on as they came: successes, redirects, interim responses, errors
// that are canonical already, and everything where normalising is off or in shadow.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(responses_passed)

using namespace errata::testing;

namespace {

const std::string html_error =
    "<html><head><title>500 Internal Server Error</title></head>"
    "<body><h1>Internal Server Error</h1><p>at Legacy.Billing.Run()</p></body></html>";

std::string with_length(const std::string& head, const std::string& body) {
  return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// The fields of a response without those that errata adds or owns.
std::string fields_of(const received_response& reply) {
  std::string result;
  for (const auto& field : reply.head.fields) {
    const bool ours = same_name(field.name, "X-Request-Id") || same_name(field.name, "Date") ||
                      same_name(field.name, "Connection") || same_name(field.name, "Via");
    if (!ours) result += field.name + ": " + field.value + "\n";
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(passes_what_is_no_error_byte_for_byte) {
  const std::string binary =
      std::string("\0\x01\xff\r\n\r\nHTTP/1.1 500 X\r\n", 24) + patterned(300);
  const struct {
    const char* what;
    std::string start;
    std::string fields;
    std::string body;
  } cases[] = {
      {"a success", "200 OK", "Content-Type: text/html\nX-A: 1\nx-a: 2\nETag: \"e\"\n",
       "<p>yes</p>"},
      {"a body that looks like an error", "200 OK", "Content-Type: application/json\n",
       R"({"error":{"type":"x"}})"},
      {"a binary body", "200 OK", "Content-Type: application/octet-stream\n", binary},
      {"a body said to be gzip", "200 OK", "Content-Encoding: gzip\n", "not gzip at all"},
      {"created", "201 Created", "Location: /things/1\nSet-Cookie: a=1\nSet-Cookie: b=2\n", "{}"},
      {"a redirect", "302 Found", "Location: https://elsewhere.example/\n", "moved"},
      {"an unknown success", "299 Whatever", "X-Odd: \xe9\n", "odd"},
      {"an unknown redirect", "399 Odd", "", "odd"},
      {"a reason of several words", "200 All is well", "", "well"},
      {"server and powered-by", "200 OK", "Server: Legacy/1.0\nX-Powered-By: PHP\n", "x"},
      {"a range", "206 Partial Content", "Content-Range: bytes 0-1/2\n", "ab"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      std::string lines;
      for (const char c : one.fields) lines += c == '\n' ? "\r\n" : std::string(1, c);
      scripted_origin origin(
          answer(with_length("HTTP/1.1 " + one.start + "\r\n" + lines, one.body)));
      test_server server(origin);
      const auto reply = server.fetch(get("/"));
      check_well_formed(reply);
      BOOST_TEST(reply.head.start_line == "HTTP/1.1 " + one.start);
      BOOST_TEST(fields_of(reply) ==
                 one.fields + "Content-Length: " + std::to_string(one.body.size()) + "\n");
      BOOST_TEST((reply.body.content == one.body));
    }
  }
}

BOOST_AUTO_TEST_CASE(drops_what_was_meant_for_one_hop) {
  scripted_origin origin(answer(with_length(
      "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Private, X-Request-Id, Content-Length\r\n"
      "Keep-Alive: timeout=5\r\nX-Private: 1\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\n"
      "Proxy-Connection: keep-alive\r\nTrailer: X\r\nX-Kept: 1\r\n",
      "body")));
  test_server server(origin);
  auto client = server.connect();
  const auto reply = client.exchange(get("/"));
  check_well_formed(reply);
  for (const auto* name :
       {"Keep-Alive", "X-Private", "Proxy-Authenticate", "Upgrade", "Trailer", "Proxy-Connection"})
    BOOST_TEST(!reply.head.has(name), name);
  BOOST_TEST(reply.head.value("X-Kept") == "1");
  BOOST_TEST(reply.body.content == "body");
  BOOST_TEST(client.exchange(get("/")).body.content == "body");
}

BOOST_AUTO_TEST_CASE(keeps_the_date_of_the_service_and_adds_a_missing_one) {
  const std::string date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  scripted_origin origin(answer_in_turn({"HTTP/1.1 200 OK\r\n" + date + "Content-Length: 0\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}));
  test_server server(origin);
  BOOST_TEST(server.fetch(get("/")).head.value("Date") == "Sun, 06 Nov 1994 08:49:37 GMT");
  check_well_formed(server.fetch(get("/")));
}

BOOST_AUTO_TEST_CASE(passes_canonical_errors_untouched) {
  const std::string canonical =
      R"({"error":{"type":"resource_not_found","message":"No such booking.","code":"booking_not_found"}})";
  const std::string spaced =
      "{ \"error\" : {\n \"type\" : \"resource_not_found\", \"message\" : \"No such booking.\",\n"
      " \"code\" : \"booking_not_found\" } }\n";
  for (const auto& body : {canonical, spaced}) {
    BOOST_TEST_CONTEXT(body) {
      scripted_origin origin(answer(with_length(
          "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nETag: \"e\"\r\nX-A: 1\r\n",
          body)));
      test_server server(origin);
      const auto reply = server.fetch(get("/"));
      check_error(reply, 404, "booking_not_found", error_author::upstream);
      BOOST_TEST(reply.body.content == body);
      BOOST_TEST(reply.head.value("ETag") == "\"e\"");
      BOOST_TEST(reply.head.value("X-A") == "1");
    }
  }
}

BOOST_AUTO_TEST_CASE(passes_a_canonical_error_that_came_in_chunks) {
  const std::string canonical =
      R"({"error":{"type":"conflict","message":"Already.","code":"booking_already_cancelled"}})";
  scripted_origin origin(
      answer("HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nTransfer-Encoding: "
             "chunked\r\n\r\n" +
             in_chunks(canonical, 7)));
  test_server server(origin);
  auto client = server.connect();
  const auto reply = client.exchange(get("/"));
  BOOST_TEST(reply.status == 409u);
  BOOST_TEST(reply.complete());
  BOOST_TEST(reply.body.content == canonical);
  BOOST_TEST(client.exchange(get("/")).body.content == canonical);
}

BOOST_AUTO_TEST_CASE(leaves_errors_alone_in_shadow_and_off) {
  for (const auto* mode : {R"("normalize": "shadow")", R"("normalize": "off")"}) {
    for (const bool chunked : {false, true}) {
      BOOST_TEST_CONTEXT(mode << (chunked ? ", chunked" : ", by length")) {
        const std::string head =
            "HTTP/1.1 500 Oh No\r\nContent-Type: text/html\r\nETag: \"e\"\r\nServer: "
            "Legacy/1.0\r\n";
        scripted_origin origin(
            answer(chunked ? head + "Transfer-Encoding: chunked\r\n\r\n" + in_chunks(html_error, 10)
                           : with_length(head, html_error)));
        test_server server(origin, {.route = mode});
        auto client = server.connect();
        const auto reply = client.exchange(get("/"));
        check_well_formed(reply);
        BOOST_TEST(reply.head.start_line == "HTTP/1.1 500 Oh No");
        BOOST_TEST(reply.head.value("ETag") == "\"e\"");
        BOOST_TEST(reply.head.value("Server") == "Legacy/1.0");
        BOOST_TEST(reply.head.value("Content-Type") == "text/html");
        BOOST_TEST(reply.body.content == html_error);
        BOOST_TEST(client.exchange(get("/")).body.content == html_error);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(shadow_passes_an_error_over_the_cap_whole) {
  const auto body = patterned(10u << 20);
  scripted_origin origin(answer(with_length("HTTP/1.1 500 X\r\n", body)));
  test_server server(origin, {.route = R"("normalize": "shadow")"});
  const auto reply = server.fetch(get("/"));
  BOOST_TEST(reply.status == 500u);
  BOOST_TEST((reply.body.content == body));
}

BOOST_AUTO_TEST_CASE(passes_interim_responses_in_order) {
  scripted_origin origin(
      answer("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\nConnection: X-Private\r\n"
             "X-Private: 1\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" +
             ok_with("final")));
  test_server server(origin);
  auto client = server.connect();
  for (int i = 0; i < 2; ++i) {
    const auto reply = client.exchange(get("/"));
    BOOST_TEST(reply.body.content == "final");
    BOOST_REQUIRE(reply.interim.size() == 2u);
    BOOST_TEST(reply.interim[0].start_line == "HTTP/1.1 103 Early Hints");
    BOOST_TEST(reply.interim[0].value("Link") == "</style.css>");
    BOOST_TEST(!reply.interim[0].has("X-Private"));
    BOOST_TEST(!reply.interim[0].has("Content-Length"));
    BOOST_TEST(reply.interim[1].start_line == "HTTP/1.1 102 Processing");
  }
}

BOOST_AUTO_TEST_CASE(passes_large_interim_responses) {
  std::string hints;
  for (int i = 0; i < 12; ++i)
    hints += "HTTP/1.1 103 Early Hints\r\nLink: <" + patterned(9000) + ">\r\n\r\n";
  scripted_origin origin(answer(hints + ok_with("final")));
  test_server server(origin);
  const auto reply = server.fetch(get("/"));
  BOOST_TEST(reply.body.content == "final");
  BOOST_TEST(reply.interim.size() == 12u);
}

BOOST_AUTO_TEST_CASE(sends_one_length_where_the_service_sent_two_alike) {
  scripted_origin origin(answer_in_turn({
      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody",
      "HTTP/1.1 200 OK\r\nContent-Length: 4, 4\r\n\r\nbody",
  }));
  test_server server(origin);
  auto client = server.connect();
  for (int i = 0; i < 2; ++i) {
    const auto reply = client.exchange(get("/"));
    BOOST_TEST(reply.head.count("Content-Length") == 1u);
    BOOST_TEST(reply.head.value("Content-Length") == "4");
    BOOST_TEST(reply.body.content == "body");
  }
}

BOOST_AUTO_TEST_CASE(mends_the_heads_of_old_services) {
  const struct {
    const char* what;
    const char* head;
  } cases[] = {
      {"a folded line",
       "HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\n\tthree\r\nContent-Length: 4\r\n\r\n"},
      {"lone line feeds", "HTTP/1.1 200 OK\nX-A: one two three\nContent-Length: 4\n\n"},
      {"mixed line ends", "HTTP/1.1 200 OK\r\nX-A: one two three\nContent-Length: 4\r\n\n"},
      {"no reason and no space", "HTTP/1.1 200\r\nX-A: one two three\r\nContent-Length: 4\r\n\r\n"},
      {"a space before the colon",
       "HTTP/1.1 200 OK\r\nX-A : one two three\r\nContent-Length\t: 4\r\n\r\n"},
      {"parameters of keep-alive",
       "HTTP/1.1 200 OK\r\nConnection: Keep-Alive; timeout=15; max=9\r\nX-A: one two three\r\n"
       "Content-Length: 4\r\n\r\n"},
  };
  for (const auto& c : cases) {
    BOOST_TEST_CONTEXT(c.what) {
      scripted_origin origin(answer(std::string(c.head) + "body"));
      test_server server(origin);
      const auto reply = server.fetch(get("/"));
      check_well_formed(reply);
      BOOST_TEST(reply.status == 200u);
      BOOST_TEST(reply.head.well_formed);
      BOOST_TEST(reply.head.value("X-A") == "one two three");
      BOOST_TEST(reply.body.content == "body");
      // The connection is as good as any.
      BOOST_TEST(server.fetch(get("/")).status == 200u);
      BOOST_TEST(origin.connection_count() == 1u);
      BOOST_TEST(server.proxy().counters().heads_repaired == 2u);
      const auto lines = server.drain();
      BOOST_TEST(logged(lines.at(0), "repaired_head") == "true");

      test_server strict(origin, {.upstream = R"("tolerant_head": false)"});
      check_error(strict.fetch(get("/")), 502, "bad_gateway");
    }
  }
}

BOOST_AUTO_TEST_CASE(spares_a_client_of_http_1_0_interim_responses_and_chunks) {
  scripted_origin origin(
      answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
             in_chunks("the body", 3)));
  test_server server(origin);
  auto client = server.connect();
  const auto reply = client.exchange("GET / HTTP/1.0\r\nHost: test.example\r\n\r\n");
  BOOST_TEST(reply.interim.empty());
  BOOST_TEST(reply.status == 200u);
  BOOST_TEST(!reply.head.has("Transfer-Encoding"));
  BOOST_TEST(reply.complete());
  BOOST_TEST(reply.body.content == "the body");
}

BOOST_AUTO_TEST_CASE(takes_responses_of_http_1_0) {
  scripted_origin origin(by_connection({
      answer_and_close("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold"),
      answer("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nkept"),
  }));
  test_server server(origin);
  auto client = server.connect();
  const auto first = client.exchange(get("/"));
  BOOST_TEST(first.version == "HTTP/1.1");
  BOOST_TEST(first.body.content == "old");
  BOOST_TEST(client.exchange(get("/")).body.content == "kept");
  BOOST_TEST(client.exchange(get("/")).body.content == "kept");
  BOOST_TEST(origin.connection_count() == 2u);
}

BOOST_AUTO_TEST_CASE(passes_heads_of_16_KiB) {
  std::string fields;
  for (int i = 0; i < 16; ++i) fields += "X-" + std::to_string(i) + ": " + patterned(1000) + "\r\n";
  scripted_origin origin(answer(with_length("HTTP/1.1 200 OK\r\n" + fields, "big head")));
  test_server server(origin);
  const auto reply = server.fetch(get("/"));
  check_well_formed(reply);
  BOOST_TEST(reply.head.value("X-15") == patterned(1000));
}

BOOST_AUTO_TEST_SUITE_END()
