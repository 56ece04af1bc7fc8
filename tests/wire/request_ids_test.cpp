// X-Request-Id and traceparent: one id, from a peer that may give it or of errata's own, the same
// for the client, the service and the log.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(request_ids)

using namespace errata;
using namespace errata::testing;

namespace {

const char* const trusting = R"("trusted_proxies": ["127.0.0.1"])";
const char* const always = R"("request_id": { "trust": "always" })";
const char* const never = R"("trusted_proxies": ["127.0.0.1"], "request_id": { "trust": "never" })";

struct id_case {
  const char* what;
  std::string top;
  std::string sent;  // field lines
  std::string kept;  // "": a new one must be minted
};

}  // namespace

BOOST_AUTO_TEST_CASE(is_taken_from_those_who_may_give_it_and_in_its_grammar_only) {
  const id_case cases[] = {
      {"none sent", trusting, "", ""},
      {"trusted", trusting, "X-Request-Id: client-id-0001\r\n", "client-id-0001"},
      {"in other case", trusting, "x-request-id: client-id-0001\r\n", "client-id-0001"},
      {"every character there is", trusting, "X-Request-Id: AZaz09._~+/=-\r\n", "AZaz09._~+/=-"},
      {"8 characters", trusting, "X-Request-Id: 12345678\r\n", "12345678"},
      {"7 characters", trusting, "X-Request-Id: 1234567\r\n", ""},
      {"128 characters", trusting, "X-Request-Id: " + std::string(128, 'a') + "\r\n",
       std::string(128, 'a')},
      {"129 characters", trusting, "X-Request-Id: " + std::string(129, 'a') + "\r\n", ""},
      {"a space", trusting, "X-Request-Id: client id 0001\r\n", ""},
      {"a quote", trusting, "X-Request-Id: client\"id\"0001\r\n", ""},
      {"not ASCII", trusting, "X-Request-Id: client-\xc3\xa9-0001\r\n", ""},
      {"empty", trusting, "X-Request-Id:\r\n", ""},
      {"two", trusting, "X-Request-Id: client-id-0001\r\nX-Request-Id: client-id-0002\r\n", ""},
      {"a list", trusting, "X-Request-Id: client-id-0001, client-id-0002\r\n", ""},
      {"not trusted", "", "X-Request-Id: client-id-0001\r\n", ""},
      {"trusted always", always, "X-Request-Id: client-id-0001\r\n", "client-id-0001"},
      {"trusted never", never, "X-Request-Id: client-id-0001\r\n", ""},
  };
  std::set<std::string> minted;
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(
          answer("HTTP/1.1 200 OK\r\nX-Request-Id: upstream-own-id\r\nContent-Length: 0\r\n\r\n"));
      test_server server(origin, {.top = one.top});
      const auto reply = server.fetch(get("/", one.sent));
      check_well_formed(reply);
      const auto id = reply.head.value("X-Request-Id");
      if (one.kept.empty()) {
        BOOST_TEST(is_minted_request_id(id), id);
        BOOST_TEST(minted.insert(id).second, "minted twice: " << id);
      } else {
        BOOST_TEST(id == one.kept);
      }
      BOOST_REQUIRE(origin.request_count() == 1u);
      const auto seen = origin.requests().front();
      BOOST_TEST(seen.head.count("X-Request-Id") == 1u);
      BOOST_TEST(seen.head.value("X-Request-Id") == id);
      const auto lines = server.drain();
      BOOST_REQUIRE(lines.size() == 1u);
      BOOST_TEST(logged(lines[0], "id") == id);
      BOOST_TEST(logged(lines[0], "upstream_request_id") == "upstream-own-id");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_the_client_sent_is_logged_where_it_was_replaced) {
  scripted_origin origin(answer(ok_with("x")));
  test_server server(origin);
  server.fetch(get("/", "X-Request-Id: client-id-0001\r\n"));
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(logged(lines[0], "client_request_id") == "client-id-0001");
}

BOOST_AUTO_TEST_CASE(is_on_every_kind_of_response_and_in_the_log) {
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      const auto& target = connection.request().target;
      if (target == "/close") return;
      connection.send(target == "/error"   ? "HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\nno"
                      : target == "/empty" ? "HTTP/1.1 204 No Content\r\n\r\n"
                      : target == "/same"  ? "HTTP/1.1 304 Not Modified\r\n\r\n"
                                           : ok_with("x"));
    }
  });
  test_server server(origin, {.routes = R"([
      { "name": "none", "match": { "path_prefix": "/none" }, "respond": "route_not_found" },
      { "name": "all", "upstream": "legacy" }])",
                              .top = always});
  const std::string requests[] = {
      get("/", "X-Request-Id: given-id-ok\r\n"),
      get("/error", "X-Request-Id: given-id-error\r\n"),
      get("/empty", "X-Request-Id: given-id-empty\r\n"),
      get("/same", "X-Request-Id: given-id-same\r\n"),
      get("/close", "X-Request-Id: given-id-close\r\n"),
      get("/none", "X-Request-Id: given-id-none\r\n"),
      get("/", "X-Request-Id: given-id-refused\r\nTransfer-Encoding: x\r\n"),
      get("/", "X-Request-Id: given-id-expect\r\nExpect: x\r\nContent-Length: 0\r\n"),
      "nothing like HTTP\r\n\r\n",
  };
  std::vector<std::string> ids;
  for (const auto& request : requests) {
    BOOST_TEST_CONTEXT(request) {
      const auto reply = server.fetch(request);
      check_well_formed(reply);
      ids.push_back(reply.head.value("X-Request-Id"));
      const auto at = request.find("given-id");
      if (at != std::string::npos)
        BOOST_TEST(ids.back() == request.substr(at, request.find('\r', at) - at));
    }
  }
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) BOOST_TEST(logged(lines[i], "id") == ids[i]);
}

BOOST_AUTO_TEST_CASE(may_go_by_another_name) {
  scripted_origin origin(
      answer("HTTP/1.1 500 X\r\nX-Correlation: upstream-own\r\nX-Request-Id: other\r\n"
             "Content-Length: 0\r\n\r\n"));
  test_server server(origin,
                     {.top = R"("request_id": { "header": "X-Correlation", "trust": "always" })"});
  const auto reply = server.fetch(get("/", "X-Correlation: client-id-0001\r\n"));
  BOOST_TEST(reply.head.count("X-Correlation") == 1u);
  BOOST_TEST(reply.head.value("X-Correlation") == "client-id-0001");
  BOOST_REQUIRE(origin.request_count() == 1u);
  BOOST_TEST(origin.requests().front().head.value("X-Correlation") == "client-id-0001");
}

BOOST_AUTO_TEST_CASE(a_trace_context_passes_when_it_is_valid) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const struct {
    const char* what;
    std::string sent;
    bool passes;
  } cases[] = {
      {"valid", "traceparent: " + parent + "\r\ntracestate: a=1\r\n", true},
      {"in other case", "TraceParent: " + parent + "\r\ntracestate: a=1\r\n", true},
      {"trace id of zeros",
       "traceparent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01\r\n"
       "tracestate: a=1\r\n",
       false},
      {"version ff", "traceparent: ff" + parent.substr(2) + "\r\ntracestate: a=1\r\n", false},
      {"too short", "traceparent: 00-1234-5678-01\r\ntracestate: a=1\r\n", false},
      {"upper case",
       "traceparent: 00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01\r\n"
       "tracestate: a=1\r\n",
       false},
      {"state alone", "tracestate: a=1\r\n", false},
      {"two", "traceparent: " + parent + "\r\ntraceparent: " + parent + "\r\ntracestate: a=1\r\n",
       false},
  };
  scripted_origin origin(answer(ok_with("x")));
  test_server server(origin);
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      origin.forget();
      BOOST_TEST(server.fetch(get("/", one.sent)).status == 200u);
      BOOST_REQUIRE(origin.request_count() == 1u);
      const auto seen = origin.requests().front();
      BOOST_TEST(seen.head.count("traceparent") == (one.passes ? 1u : 0u));
      BOOST_TEST(seen.head.count("tracestate") == (one.passes ? 1u : 0u));
      if (one.passes) BOOST_TEST(seen.head.value("traceparent") == parent);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
