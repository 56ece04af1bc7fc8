// What the service behind sees of a request: which fields are dropped, added, replaced and kept
// (RFC 9110 section 7.6; docs/configuration.md).
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(requests_forwarded)

using namespace errata;
using namespace errata::testing;

namespace {

const char* const trusting = R"("trusted_proxies": ["127.0.0.0/8"])";

// Sends one request through a server of its own and gives what the origin saw.
recorded_request forwarded(const std::string& bytes, const settings& chosen = {},
                           const std::string& method = "GET") {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, chosen);
  const auto reply = server.fetch(bytes, method);
  BOOST_TEST_CONTEXT(reply.describe()) {
    BOOST_REQUIRE(reply.status == 200u);
  }
  const auto seen = origin.requests();
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen.front().head.well_formed);
  BOOST_TEST(seen.front().version == "HTTP/1.1");
  BOOST_TEST(seen.front().head.count("Host") == 1u);
  BOOST_TEST(seen.front().head.count("X-Request-Id") == 1u);
  return seen.front();
}

std::string joined(const std::vector<std::string>& values) {
  std::string result;
  for (const auto& value : values) result += (result.empty() ? "" : ", ") + value;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(drops_what_is_meant_for_one_hop) {
  const auto seen = forwarded(
      get("/",
          "Connection: keep-alive, X-Private, x-other\r\nKeep-Alive: timeout=5\r\n"
          "Proxy-Connection: keep-alive\r\nTE: trailers\r\nTrailer: X-T\r\n"
          "Proxy-Authorization: Basic xyz\r\nX-Private: 1\r\nX-Other: 2\r\nX-Kept: 3\r\n"));
  for (const auto* name : {"Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Proxy-Authorization",
                           "X-Private", "X-Other", "Upgrade"})
    BOOST_TEST(!seen.head.has(name), name);
  BOOST_TEST(seen.head.value("X-Kept") == "3");
  const auto connection = seen.head.value("Connection");
  BOOST_TEST((connection.empty() || connection == "keep-alive"));
}

BOOST_AUTO_TEST_CASE(lets_no_client_nominate_away_what_the_service_relies_on) {
  const auto seen = forwarded(
      get("/",
          "Connection: close, Host, Authorization, X-Request-Id, X-Forwarded-For,"
          " X-Forwarded-Proto, X-Forwarded-Host, Forwarded, Via, Content-Length, Cookie\r\n"
          "Authorization: Bearer abc\r\n"));
  BOOST_TEST(seen.head.value("Host") == "test.example");
  BOOST_TEST(seen.head.value("Authorization") == "Bearer abc");
  BOOST_TEST(seen.head.value("X-Forwarded-For") == "127.0.0.1");
  BOOST_TEST(seen.head.value("X-Forwarded-Proto") == "http");
  BOOST_TEST(seen.head.value("X-Forwarded-Host") == "test.example");
  BOOST_TEST(seen.head.has("Via"));
}

BOOST_AUTO_TEST_CASE(a_long_list_of_nominations_is_obeyed_or_refused) {
  std::string nominated;
  for (int i = 0; i < 60; ++i) nominated += "X-" + std::to_string(i) + ", ";
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  const auto reply = server.fetch(
      get("/", "Connection: " + nominated + "X-Private\r\nX-Private: 1\r\nX-Kept: 1\r\n"));
  if (reply.status != 200) {
    check_error(reply, reply.status == 431 ? 431 : 400, "");
    BOOST_TEST(origin.request_count() == 0u);
    return;
  }
  const auto seen = origin.requests().front();
  BOOST_TEST(seen.head.value("Host") == "test.example");
  BOOST_TEST(seen.head.value("X-Kept") == "1");
  BOOST_TEST(!seen.head.has("X-Private"));
}

BOOST_AUTO_TEST_CASE(a_nominated_length_does_not_unframe_the_body) {
  const auto seen =
      forwarded(post("/", "GET /smuggled HTTP/1.1\r\n\r\n", "Connection: Content-Length\r\n"));
  BOOST_TEST(seen.body.complete);
  BOOST_TEST(seen.body.content == "GET /smuggled HTTP/1.1\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(appends_itself_to_via) {
  BOOST_TEST(joined(forwarded(get("/")).head.values("Via")) == "1.1 errata");
  const auto chain = forwarded(get("/", "Via: 1.0 first\r\nVia: 1.1 second\r\n"));
  BOOST_TEST(joined(chain.head.values("Via")) == "1.0 first, 1.1 second, 1.1 errata");
  const auto old = forwarded("GET / HTTP/1.0\r\nHost: test.example\r\n\r\n");
  BOOST_TEST(joined(old.head.values("Via")) == "1.0 errata");
}

BOOST_AUTO_TEST_CASE(replaces_what_an_untrusted_peer_says_of_the_hops_before_it) {
  const auto seen = forwarded(
      get("/",
          "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 203.0.113.8\r\n"
          "X-Forwarded-Proto: https\r\nX-Forwarded-Host: spoofed.example\r\n"
          "X-Real-IP: 203.0.113.9\r\nForwarded: for=203.0.113.10;host=spoofed.example\r\n"),
      {.top = R"("trusted_proxies": ["203.0.113.0/24"])"});
  BOOST_TEST(joined(seen.head.values("X-Forwarded-For")) == "127.0.0.1");
  BOOST_TEST(joined(seen.head.values("X-Forwarded-Proto")) == "http");
  BOOST_TEST(joined(seen.head.values("X-Forwarded-Host")) == "test.example");
  const auto forwarded_field = joined(seen.head.values("Forwarded"));
  BOOST_TEST((forwarded_field.empty() || forwarded_field.find("127.0.0.1") != std::string::npos));
  BOOST_TEST(seen.head.raw.find("203.0.113") == std::string::npos);
  BOOST_TEST(seen.head.raw.find("spoofed") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(appends_to_what_a_trusted_peer_says) {
  const auto seen = forwarded(get("/",
                                  "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
                                  "X-Forwarded-Host: front.example\r\n"
                                  "Forwarded: for=203.0.113.7;proto=https\r\n"),
                              {.top = trusting});
  BOOST_TEST(joined(seen.head.values("X-Forwarded-For")) == "203.0.113.7, 127.0.0.1");
  BOOST_TEST(joined(seen.head.values("X-Forwarded-Proto")) == "https");
  BOOST_TEST(joined(seen.head.values("X-Forwarded-Host")) == "front.example");
  const auto chain = joined(seen.head.values("Forwarded"));
  BOOST_TEST(chain.starts_with("for=203.0.113.7;proto=https"), chain);
  BOOST_TEST(chain.find("127.0.0.1") != std::string::npos, chain);
}

BOOST_AUTO_TEST_CASE(keeps_order_repeats_case_and_bytes_of_other_fields) {
  const auto seen = forwarded(
      get("/",
          "X-B: 1\r\nAccept: text/html\r\nX-A: one\r\nx-b: 2\r\nACCEPT: */*;q=0.1\r\n"
          "X-Latin: caf\xe9\r\nX-Empty:\r\nX-Spaces:   a  b  \r\nCookie: a=1\r\nCookie: b=2\r\n"));
  std::string kept;
  for (const auto& field : seen.head.fields)
    if (field.name.starts_with("X-B") || field.name == "x-b" || same_name(field.name, "accept") ||
        field.name == "X-A")
      kept += field.name + "=" + field.value + " ";
  BOOST_TEST(kept == "X-B=1 Accept=text/html X-A=one x-b=2 ACCEPT=*/*;q=0.1 ");
  BOOST_TEST(seen.head.value("X-Latin") == "caf\xe9");
  BOOST_TEST(seen.head.has("X-Empty"));
  BOOST_TEST(seen.head.value("X-Spaces") == "a  b");
  BOOST_TEST(joined(seen.head.values("Cookie")) == "a=1, b=2");
}

BOOST_AUTO_TEST_CASE(sends_exactly_one_length) {
  for (const auto* fields : {"Content-Length: 4\r\nContent-Length: 4\r\n",
                             "Content-Length: 4, 4\r\n", "Content-Length: 004\r\n"}) {
    BOOST_TEST_CONTEXT(fields) {
      const auto seen =
          forwarded("POST / HTTP/1.1\r\nHost: test.example\r\n" + std::string(fields) + "\r\nabcd");
      BOOST_TEST(joined(seen.head.values("Content-Length")) == "4");
      BOOST_TEST(!seen.head.has("Transfer-Encoding"));
      BOOST_TEST(seen.body.content == "abcd");
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_each_form_of_target) {
  const struct {
    const char* what;
    std::string bytes;
    const char* target;
    const char* host;
  } cases[] = {
      {"origin form", get("/a/b?c=d&e=%20"), "/a/b?c=d&e=%20", "test.example"},
      {"dots stay", get("/a/../b/./c//d"), "/a/../b/./c//d", "test.example"},
      {"percent signs stay", get("/%41%2f%zz"), "/%41%2f%zz", "test.example"},
      {"only a query", get("/?"), "/?", "test.example"},
      {"absolute form overrides Host",
       "GET http://other.example:8080/x?y HTTP/1.1\r\nHost: test.example\r\n\r\n", "/x?y",
       "other.example:8080"},
      {"absolute form without a path",
       "GET http://other.example HTTP/1.1\r\nHost: test.example\r\n\r\n", "/", "other.example"},
      {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: test.example\r\n\r\n", "*", "test.example"},
      {"Host with a port", "GET / HTTP/1.1\r\nHost: test.example:81\r\n\r\n", "/",
       "test.example:81"},
      {"Host that is an address", "GET / HTTP/1.1\r\nHost: [::1]:81\r\n\r\n", "/", "[::1]:81"},
      {"HTTP/1.0", "GET /old HTTP/1.0\r\nHost: test.example\r\n\r\n", "/old", "test.example"},
      {"an empty line first", "\r\nGET /late HTTP/1.1\r\nHost: test.example\r\n\r\n", "/late",
       "test.example"},
      {"HTTP/1.0 without Host", "GET /old HTTP/1.0\r\n\r\n", "/old", nullptr},
      {"a method of the service's own", "BREW /pot HTTP/1.1\r\nHost: test.example\r\n\r\n", "/pot",
       "test.example"},
      {"a target of 8,000 bytes", get("/" + std::string(7999, 'p')), nullptr, "test.example"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      const auto seen = forwarded(one.bytes);
      if (one.target != nullptr) BOOST_TEST(seen.target == one.target);
      if (one.host == nullptr) continue;  // any one will do
      BOOST_TEST(seen.head.value("Host") == one.host);
      BOOST_TEST(seen.head.value("X-Forwarded-Host") == one.host);
    }
  }
}

BOOST_AUTO_TEST_CASE(strips_the_prefix_of_the_route_where_told_to) {
  const settings stripping = {.routes = R"([{ "name": "billing",
      "match": { "path_prefix": "/v1/billing" }, "upstream": "legacy", "strip_prefix": true }])"};
  BOOST_TEST(forwarded(get("/v1/billing/invoices?x=1"), stripping).target == "/invoices?x=1");
  BOOST_TEST(forwarded(get("/v1/billing"), stripping).target == "/");
  BOOST_TEST(forwarded(get("/v1/billing/"), stripping).target == "/");
  BOOST_TEST(forwarded(get("/v1/billing?x"), stripping).target == "/?x");
}

BOOST_AUTO_TEST_CASE(takes_away_upgrades_that_could_smuggle) {
  const auto h2c = forwarded(get("/",
                                 "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                                 "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"));
  BOOST_TEST(!h2c.head.has("Upgrade"));
  BOOST_TEST(!h2c.head.has("HTTP2-Settings"));
  const auto unlisted = forwarded(get("/", "Upgrade: websocket\r\n"));
  BOOST_TEST(!unlisted.head.has("Upgrade"));
}

BOOST_AUTO_TEST_CASE(counts_down_max_forwards) {
  const auto options = [](const std::string& fields) {
    return "OPTIONS /x HTTP/1.1\r\nHost: test.example\r\n" + fields + "\r\n";
  };
  BOOST_TEST(forwarded(options("Max-Forwards: 5\r\n")).head.value("Max-Forwards") == "4");
  BOOST_TEST(forwarded(get("/", "Max-Forwards: 0\r\n")).head.value("Max-Forwards") == "0");

  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  const auto reply = server.fetch(options("Max-Forwards: 0\r\n"));
  check_well_formed(reply);
  BOOST_TEST(reply.status / 100 == 2u);
  BOOST_TEST(origin.request_count() == 0u);
}

BOOST_AUTO_TEST_CASE(two_proxies_in_a_row_are_no_loop_but_a_circle_is) {
  scripted_origin origin(answer(ok_with("served")));
  test_server behind(origin, {.adjust = [](configuration& c) { c.via_pseudonym = "inner"; }});
  test_server front({behind.port()});
  BOOST_TEST(front.fetch(get("/")).status == 200u);
  BOOST_REQUIRE(origin.request_count() == 1u);
  BOOST_TEST(joined(origin.requests().front().head.values("Via")) == "1.1 errata, 1.1 inner");
}

BOOST_AUTO_TEST_SUITE_END()
