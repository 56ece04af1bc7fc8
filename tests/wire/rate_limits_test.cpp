// Rate limits on the wire: who is told 429, what it says, and what it costs nobody else.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <string>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(rate_limits)

using namespace errata;
using namespace errata::testing;

namespace {

// One request in ten minutes and `burst` at once: time plays no part while a test runs.
std::string rule(const std::string& name, const std::string& key, int burst,
                 const std::string& more = {}) {
  return "\"" + name + R"(": { "key": [)" + key + R"(], "rate": "6/h", "burst": )" +
         std::to_string(burst) + (more.empty() ? "" : ", " + more) + " }";
}

settings limited(const std::string& rules, const std::string& names, const std::string& more = {}) {
  return {.route = "\"rate_limits\": [" + names + "]",
          .top = "\"rate_limits\": { " + rules + " }" + (more.empty() ? "" : ", " + more)};
}

void check_limited(const received_response& reply) {
  check_error(reply, 429, "rate_limit_exceeded");
  BOOST_TEST(reply.head.has("RateLimit"));
  BOOST_TEST(reply.head.has("RateLimit-Policy"));
}

// "per_ip";r=1;t=600 -> 1
int left_of(const received_response& reply, const std::string& name) {
  const auto field = reply.head.value("RateLimit");
  const auto at = field.find("\"" + name + "\";r=");
  return at == std::string::npos ? -1 : std::atoi(field.c_str() + at + name.size() + 5);
}

}  // namespace

BOOST_AUTO_TEST_CASE(admits_the_burst_and_then_says_exactly_when) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, limited(rule("per_ip", "\"ip\"", 3), "\"per_ip\""));
  const auto begin = std::chrono::steady_clock::now();
  auto client = server.connect();
  for (int i = 2; i >= 0; --i) {
    const auto reply = client.exchange(get("/"));
    BOOST_TEST(reply.status == 200u);
    BOOST_TEST(left_of(reply, "per_ip") == i);
    BOOST_TEST(reply.head.value("RateLimit-Policy").starts_with("\"per_ip\";q="));
  }
  const auto reply = client.exchange(get("/"));
  check_limited(reply);
  BOOST_TEST(left_of(reply, "per_ip") == 0);
  const auto passed =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin)
          .count();
  const auto wait = std::atol(reply.head.value("Retry-After").c_str());
  BOOST_TEST((wait <= 600 && wait >= 600 - passed - 1), wait);
  BOOST_TEST(origin.request_count() == 3u);
  // The connection is as good as before.
  check_limited(client.exchange(get("/")));
  BOOST_TEST(server.proxy().counters().rate_limited == 2u);
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_as_told_is_admitted) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin,
                     {.route = R"("rate_limits": ["quick"])", .top = R"("rate_limits": { "quick": {
                                        "key": ["ip"], "rate": "1/s", "burst": 1 } })"});
  auto client = server.connect();
  BOOST_TEST(client.exchange(get("/")).status == 200u);
  const auto begin = std::chrono::steady_clock::now();
  auto reply = client.exchange(get("/"));
  check_limited(reply);
  BOOST_TEST(reply.head.value("Retry-After") == "1");
  while (reply.status == 429) reply = client.exchange(get("/"));
  BOOST_TEST(reply.status == 200u);
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_CASE(refuses_before_the_body_is_read) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, limited(rule("per_ip", "\"ip\"", 1), "\"per_ip\""));
  BOOST_TEST(server.fetch(get("/")).status == 200u);

  auto waiting = server.connect();
  const auto refused = waiting.exchange(
      "POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 100\r\n"
      "Expect: 100-continue\r\n\r\n");
  check_limited(refused);
  BOOST_TEST(refused.interim.empty());

  auto sending = server.connect();
  sending.send("POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 1000000\r\n\r\nfirst");
  check_limited(sending.read_response());
  BOOST_TEST(origin.request_count() == 1u);
}

BOOST_AUTO_TEST_CASE(tells_clients_apart_by_each_kind_of_key) {
  const struct {
    const char* what;
    std::string key;
    std::string same;
    std::string other;
  } cases[] = {
      {"a header", "\"header:X-Api-Key\"", get("/", "X-Api-Key: a\r\n"),
       get("/", "X-Api-Key: b\r\n")},
      {"a method", "\"method\"", get("/"), "PUT / HTTP/1.1\r\nHost: test.example\r\n\r\n"},
      {"a tuple", "\"header:X-Api-Key\", \"method\"", get("/", "X-Api-Key: a\r\n"),
       "PUT / HTTP/1.1\r\nHost: test.example\r\nX-Api-Key: a\r\n\r\n"},
      {"the client behind a trusted proxy", "\"ip\"", get("/", "X-Forwarded-For: 192.0.2.1\r\n"),
       get("/", "X-Forwarded-For: 192.0.2.2\r\n")},
      {"an IPv6 /64 behind a trusted proxy", "\"ip\"", get("/", "X-Forwarded-For: 2001:db8::1\r\n"),
       get("/", "X-Forwarded-For: 2001:db8:0:1::1\r\n")},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer(ok_with("served")));
      test_server server(origin, limited(rule("rule", one.key, 1), "\"rule\"",
                                         R"("trusted_proxies": ["127.0.0.1"])"));
      BOOST_TEST(server.fetch(one.same).status == 200u);
      check_limited(server.fetch(one.same));
      BOOST_TEST(server.fetch(one.other).status == 200u);
      check_limited(server.fetch(one.other));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_untrusted_client_cannot_be_another) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, limited(rule("per_ip", "\"ip\"", 1), "\"per_ip\""));
  BOOST_TEST(server.fetch(get("/", "X-Forwarded-For: 192.0.2.1\r\n")).status == 200u);
  check_limited(server.fetch(get("/", "X-Forwarded-For: 192.0.2.2\r\n")));
  auto elsewhere = server.connect("127.0.0.2");
  BOOST_TEST(elsewhere.exchange(get("/")).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_request_without_the_key_is_skipped_or_counted_as_told) {
  const struct {
    const char* what;
    const char* missing;
    unsigned second;
  } cases[] = {
      {"skipped", R"("when_missing": "skip")", 200},
      {"by address", R"("when_missing": "ip")", 429},
      {"all together", R"("when_missing": "constant")", 429},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer(ok_with("served")));
      test_server server(origin,
                         limited(rule("rule", "\"header:X-Api-Key\"", 1, one.missing), "\"rule\""));
      BOOST_TEST(server.fetch(get("/")).status == 200u);
      BOOST_TEST(server.fetch(get("/")).status == one.second);
    }
  }
}

BOOST_AUTO_TEST_CASE(charges_all_rules_of_a_route_or_none) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, {.routes = R"([
         { "name": "both", "match": { "path_prefix": "/both" }, "upstream": "legacy",
           "rate_limits": ["wide", "narrow"] },
         { "name": "one", "match": { "path_prefix": "/one" }, "upstream": "legacy",
           "rate_limits": ["wide"] }])",
                              .top = "\"rate_limits\": { " + rule("wide", "\"ip\"", 10) + ", " +
                                     rule("narrow", "\"ip\"", 1) + " }"});
  const auto first = server.fetch(get("/both"));
  BOOST_TEST(first.status == 200u);
  BOOST_TEST(left_of(first, "wide") == 9);
  BOOST_TEST(left_of(first, "narrow") == 0);
  for (int i = 0; i < 5; ++i) check_limited(server.fetch(get("/both")));
  const auto after = server.fetch(get("/one"));
  BOOST_TEST(after.status == 200u);
  BOOST_TEST(left_of(after, "wide") == 8);
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == 7u);
  BOOST_TEST(logged(lines[1], "rate_limit") == "narrow");
  BOOST_TEST(logged(lines[1], "status") == "429");
}

BOOST_AUTO_TEST_CASE(shadow_counts_and_refuses_nobody) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin,
                     limited(rule("per_ip", "\"ip\"", 1, R"("mode": "shadow")"), "\"per_ip\""));
  for (int i = 0; i < 3; ++i) {
    const auto reply = server.fetch(get("/"));
    BOOST_TEST(reply.status == 200u);
    BOOST_TEST(!reply.head.has("RateLimit"));
    BOOST_TEST(!reply.head.has("RateLimit-Policy"));
    BOOST_TEST(!reply.head.has("Retry-After"));
  }
  BOOST_TEST(server.proxy().counters().shadow_rate_limited == 2u);
  BOOST_TEST(server.proxy().counters().rate_limited == 0u);
  const auto text = (server.drain(), server.log_text());
  BOOST_TEST(text.find("per_ip") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(counters_survive_a_reload) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, limited(rule("per_ip", "\"ip\"", 2), "\"per_ip\""));
  BOOST_TEST(server.fetch(get("/")).status == 200u);
  BOOST_TEST(server.fetch(get("/")).status == 200u);
  BOOST_TEST(server.reload(
      limited(rule("other", "\"ip\"", 9) + ", " + rule("per_ip", "\"ip\"", 2), "\"per_ip\"")));
  check_limited(server.fetch(get("/")));
  // A larger burst of the same rule admits what is more, and no more.
  BOOST_TEST(server.reload(limited(rule("per_ip", "\"ip\"", 3), "\"per_ip\"")));
  BOOST_TEST(server.fetch(get("/")).status == 200u);
  check_limited(server.fetch(get("/")));
}

BOOST_AUTO_TEST_CASE(threads_share_one_count) {
  scripted_origin origin(answer(ok_with("served")));
  auto chosen = limited(rule("per_ip", "\"ip\"", 5), "\"per_ip\"");
  chosen.threads = 4;
  test_server server(origin, chosen);
  unsigned admitted = 0;
  for (int i = 0; i < 40; ++i) admitted += server.fetch(get("/")).status == 200 ? 1 : 0;
  BOOST_TEST(admitted == 5u);
}

BOOST_AUTO_TEST_CASE(an_error_of_the_service_carries_the_limit_too) {
  scripted_origin origin(answer("HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\nno"));
  test_server server(origin, limited(rule("per_ip", "\"ip\"", 5), "\"per_ip\""));
  const auto reply = server.fetch(get("/"));
  check_error(reply, 500, "internal_error", error_author::upstream);
  BOOST_TEST(left_of(reply, "per_ip") == 4);
}

BOOST_AUTO_TEST_SUITE_END()
