// Which route takes a request, on the wire: hosts, prefixes, methods, their order, and routes that
// answer by themselves.
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(routes)

using namespace errata;
using namespace errata::testing;

namespace {

const char* const table = R"([
    { "name": "internal", "match": { "path_prefix": "/internal" }, "respond": "route_not_found" },
    { "name": "teapot", "match": { "path_prefix": "/teapot" }, "respond": "permission_denied" },
    { "name": "exact", "match": { "host": "api.example.com" }, "upstream": "legacy" },
    { "name": "below", "match": { "host": "*.example.com", "path_prefix": "/w" },
      "upstream": "legacy" },
    { "name": "read", "match": { "path_prefix": "/things", "methods": ["GET"] },
      "upstream": "legacy" },
    { "name": "write", "match": { "path_prefix": "/things", "methods": ["POST", "PUT"] },
      "upstream": "legacy" },
    { "name": "v1", "match": { "path_prefix": "/v1/billing" }, "upstream": "legacy" }])";

std::string request(const std::string& method, const std::string& host, const std::string& target) {
  return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_that_matches_takes_it) {
  const struct {
    std::string bytes;
    const char* route;  // "" none
  } cases[] = {
      {request("GET", "api.example.com", "/any"), "exact"},
      {request("GET", "API.Example.COM", "/any"), "exact"},
      {request("GET", "api.example.com:8080", "/any"), "exact"},
      {request("GET", "api.example.com.", "/any"), "exact"},
      {request("GET", "http-target", "http://api.example.com/any"), "exact"},
      {request("GET", "a.example.com", "/w"), "below"},
      {request("GET", "a.b.example.com", "/w/x"), "below"},
      {request("GET", "example.com", "/w"), ""},
      {request("GET", "badexample.com", "/w"), ""},
      {request("GET", "a.example.com", "/wide"), ""},
      {request("GET", "x", "/v1/billing"), "v1"},
      {request("GET", "x", "/v1/billing/"), "v1"},
      {request("GET", "x", "/v1/billing?a=b"), "v1"},
      {request("DELETE", "x", "/v1/billing/invoices/1"), "v1"},
      {request("GET", "x", "/v1/billings"), ""},
      {request("GET", "x", "/v1"), ""},
      {request("GET", "x", "/V1/billing"), ""},
      {request("GET", "x", "/things/1"), "read"},
      {request("PUT", "x", "/things/1"), "write"},
      {request("DELETE", "x", "/things/1"), ""},
      {request("GET", "x", "/"), ""},
  };
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, {.routes = table});
  std::size_t served = 0;
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.bytes) {
      const auto reply = server.fetch(one.bytes);
      if (one.route[0] == '\0') {
        check_error(reply, 404, "route_not_found");
      } else {
        BOOST_TEST(reply.status == 200u);
        ++served;
      }
    }
  }
  BOOST_TEST(origin.request_count() == served);
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == std::size(cases));
  for (std::size_t i = 0; i < lines.size(); ++i)
    BOOST_TEST(logged(lines[i], "route") == cases[i].route, cases[i].bytes);
}

BOOST_AUTO_TEST_CASE(HEAD_goes_where_GET_goes) {
  scripted_origin origin(answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
  test_server server(origin, {.routes = table});
  BOOST_TEST(server.fetch(request("HEAD", "x", "/things/1"), "HEAD").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_route_may_answer_with_a_code_of_the_catalog) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, {.routes = table});
  check_error(server.fetch(get("/internal/x")), 404, "route_not_found");
  check_error(server.fetch(get("/teapot")), 403, "permission_denied");
  check_error(server.fetch(request("HEAD", "x", "/teapot"), "HEAD"), 403, "");
  BOOST_TEST(origin.connection_count() == 0u);
}

BOOST_AUTO_TEST_CASE(no_spelling_of_a_path_gets_around_a_route) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, {.routes = R"([
      { "name": "internal", "match": { "path_prefix": "/internal" }, "respond": "route_not_found" },
      { "name": "all", "upstream": "legacy" }])"});
  for (const auto* target :
       {"/internal", "/internal/", "/internal/x", "/internal?x", "/%69nternal", "/%69%6Eternal/x",
        "/x/../internal", "/./internal", "//internal", "/x//../internal", "/x/%2e%2e/internal",
        "/x/.%2E/internal/y", "/../internal", "/internal/../internal/x"}) {
    BOOST_TEST_CONTEXT(target) {
      check_error(server.fetch(get(target)), 404, "route_not_found");
    }
  }
  BOOST_TEST(origin.request_count() == 0u);
  // What is matched is not what is forwarded.
  for (const auto* target : {"/internals", "/internal/../public", "/public/%69nternal"}) {
    BOOST_TEST_CONTEXT(target) {
      origin.forget();
      BOOST_TEST(server.fetch(get(target)).status == 200u);
      BOOST_REQUIRE(origin.request_count() == 1u);
      BOOST_TEST(origin.requests().front().target == target);
    }
  }
}

BOOST_AUTO_TEST_CASE(routes_lead_to_their_own_upstreams) {
  scripted_origin one(answer(ok_with("one")));
  scripted_origin two(answer(ok_with("two")));
  test_server server({one.port(), two.port()},
                     {.routes = R"([
      { "name": "one", "match": { "path_prefix": "/one" }, "upstream": "first" },
      { "name": "two", "match": { "path_prefix": "/two" }, "upstream": "second" }])",
                      .upstreams = R"("first": { "servers": ["http://127.0.0.1:$1"] },
                                      "second": { "servers": ["http://127.0.0.1:$2"] })"});
  auto client = server.connect();
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(client.exchange(get("/one")).body.content == "one");
    BOOST_TEST(client.exchange(get("/two")).body.content == "two");
  }
}

BOOST_AUTO_TEST_SUITE_END()
