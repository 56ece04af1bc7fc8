// The tools of the wire tests against each other, with no proxy between them: what they miss,
// every other test would miss.
#include <boost/test/unit_test.hpp>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/scripted_origin.hpp"

BOOST_AUTO_TEST_SUITE(harness)

using namespace errata::testing;

BOOST_AUTO_TEST_CASE(reads_each_framing_and_keeps_the_connection) {
  scripted_origin origin(answer_in_turn({
      ok_with("by length"),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=1\r\nin c\r\n5\r\nhunks\r\n"
      "0\r\nT: 1\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
      ok_with("last"),
  }));
  raw_client client(origin.port());
  BOOST_TEST(client.exchange(get("/1")).body.content == "by length");
  const auto chunked = client.exchange(post("/2", "body"));
  BOOST_TEST(chunked.complete());
  BOOST_TEST(chunked.body.content == "in chunks");
  BOOST_TEST(chunked.body.chunk_lines.front() == "4;x=1");
  BOOST_TEST(chunked.body.trailers == "T: 1\r\n");
  const auto hinted = client.exchange(get("/3"));
  BOOST_TEST(hinted.status == 204u);
  BOOST_TEST(hinted.interim.size() == 1u);
  BOOST_TEST(client.exchange("HEAD /4 HTTP/1.1\r\n\r\n", "HEAD").complete());
  BOOST_TEST(client.exchange(get("/5")).body.content == "last");
  BOOST_TEST(origin.connection_count() == 1u);
  const auto requests = origin.requests();
  BOOST_REQUIRE(requests.size() == 5u);
  BOOST_TEST(requests[1].body.content == "body");
  BOOST_TEST(requests[1].method == "POST");
  BOOST_TEST(requests[4].target == "/5");
}

BOOST_AUTO_TEST_CASE(tells_a_close_from_a_reset_and_from_a_cut) {
  scripted_origin origin(by_connection({
      answer_and_close("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"),
      [](origin_connection& connection) {
        connection.read_request();
        connection.reset();
      },
      answer_and_close("HTTP/1.1 200 OK\r\n\r\nuntil the end"),
      answer_and_close("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
  }));
  const auto cut = fetch(origin.port(), get("/"));
  BOOST_TEST(!cut.complete());
  BOOST_TEST((cut.ended == ending::closed));
  const auto reset = fetch(origin.port(), get("/"));
  BOOST_TEST(reset.status == 0u);
  BOOST_TEST((reset.ended == ending::reset));
  const auto until_close = fetch(origin.port(), get("/"));
  BOOST_TEST(until_close.complete());
  BOOST_TEST(until_close.body.content == "until the end");
  BOOST_TEST(!fetch(origin.port(), get("/")).complete());
}

BOOST_AUTO_TEST_CASE(refuses_where_it_says_so) {
  const refusing_port refusing;
  BOOST_TEST(refusing.port() != 0);
  BOOST_TEST(!raw_client(refusing.port()).connected());
}

BOOST_AUTO_TEST_CASE(the_checker_finds_what_is_wrong_with_an_error) {
  const std::string id = "X-Request-Id: 018f6e3a-0000-7000-8000-000000000000\r\n";
  const std::string rest =
      "Date: Sun, 22 Nov 2026 11:00:00 GMT\r\nX-Content-Type-Options: nosniff\r\n"
      "Cache-Control: no-store\r\nContent-Type: application/json\r\n";
  const std::string body =
      R"({"error":{"type":"resource_not_found","message":"No.","code":"route_not_found"}})";
  const auto reply = [](std::string_view status, const std::string& fields,
                        const std::string& content) {
    return "HTTP/1.1 " + std::string(status) + " X\r\n" + fields +
           "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content;
  };
  const struct {
    const char* what;
    std::string bytes;
    bool sound;
  } cases[] = {
      {"as it should be", reply("404", id + rest, body), true},
      {"no id", reply("404", rest, body), false},
      {"two ids", reply("404", id + id + rest, body), false},
      {"bad id", reply("404", "X-Request-Id: a b c d e f\r\n" + rest, body), false},
      {"wrong type", reply("400", id + rest, body), false},
      {"no Retry-After", reply("429", id + rest, body), false},
      {"member out of order",
       reply("404", id + rest,
             R"({"error":{"type":"resource_not_found","code":"not_found","message":"No."}})"),
       false},
      {"member unknown",
       reply("404", id + rest,
             R"({"error":{"type":"resource_not_found","message":"a","code":"bb","x":"y"}})"),
       false},
      {"HTML", reply("404", id + rest, "<p>no</p>"), false},
      {"no date", reply("404", id + rest.substr(rest.find('\n') + 1), body), false},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer(one.bytes));
      const auto problems = envelope_problems(fetch(origin.port(), get("/")), error_author::errata);
      BOOST_TEST(problems.empty() == one.sound);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
