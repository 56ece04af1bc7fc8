// The access log: one line of valid JSON an exchange, whatever clients and services put into it.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(access_log)

using namespace errata;
using namespace errata::testing;

BOOST_AUTO_TEST_CASE(tells_what_an_exchange_was) {
  scripted_origin origin(answer(
      "HTTP/1.1 200 OK\r\nX-Request-Id: upstream-own-id\r\nContent-Length: 6\r\n\r\nserved"));
  test_server server(origin);
  const auto reply = server.fetch(post("/path?query=1", "body", "User-Agent: tester/1.0\r\n"));
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == 1u);
  const auto& line = lines[0];
  const auto total = reply.head.raw.size() + reply.body.raw.size();
  const std::pair<const char*, std::string> expected[] = {
      {"id", reply.head.value("X-Request-Id")},
      {"client", "127.0.0.1"},
      {"method", "POST"},
      {"target", "/path?query=1"},
      {"host", "test.example"},
      {"route", "all"},
      {"upstream", "legacy"},
      {"endpoint", "127.0.0.1:" + std::to_string(origin.port())},
      {"status", "200"},
      {"upstream_status", "200"},
      {"bytes_in", "4"},
      {"bytes_out", std::to_string(total)},
      {"upstream_request_id", "upstream-own-id"},
      {"user_agent", "tester/1.0"},
      {"shape", ""},
      {"code", ""},
      {"failure", ""},
      {"rate_limit", ""},
      {"client_request_id", ""},
  };
  for (const auto& [key, value] : expected) BOOST_TEST(logged(line, key) == value, key);
  const auto time = logged(line, "time");
  BOOST_TEST((time.size() == 24 && time[10] == 'T' && time.ends_with("Z")), time);
  for (const auto* key : {"duration_ms", "upstream_ms"}) {
    BOOST_REQUIRE(line.contains(key));
    BOOST_TEST(line.at(key).is_number(), key);
    BOOST_TEST(line.at(key).to_number<double>() >= 0.0);
  }
  BOOST_TEST(line.at("status").is_number());
}

BOOST_AUTO_TEST_CASE(tells_what_an_error_was_recognised_as) {
  for (const std::string mode : {"enforce", "shadow"}) {
    BOOST_TEST_CONTEXT(mode) {
      scripted_origin origin(answer(
          "HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\n<h1>No!</h1>"));
      test_server server(origin, {.route = R"("normalize": ")" + mode + "\""});
      server.fetch(get("/"));
      const auto lines = server.drain();
      BOOST_REQUIRE(lines.size() == 1u);
      BOOST_TEST(logged(lines[0], "status") == "500");
      BOOST_TEST(logged(lines[0], "upstream_status") == "500");
      BOOST_TEST(logged(lines[0], "code") == "internal_error");
      BOOST_TEST(logged(lines[0], "shape") != "");
      BOOST_TEST(logged(lines[0], "failure") == "");
      BOOST_TEST((logged(lines[0], "shadow") == "true") == (mode == "shadow"));
    }
  }
}

BOOST_AUTO_TEST_CASE(tells_where_a_failure_was) {
  const refusing_port refusing;
  scripted_origin origin([](origin_connection& connection) {
    connection.read_request();
    if (connection.request().target == "/cut")
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    if (connection.request().target == "/garbage") connection.send("garbage\r\n\r\n");
    if (connection.request().target == "/stall") connection.wait_for_release();
  });
  test_server server({origin.port(), refusing.port()},
                     {.routes = R"([
      { "name": "down", "match": { "path_prefix": "/down" }, "upstream": "down" },
      { "name": "stall", "match": { "path_prefix": "/stall" }, "upstream": "hasty" },
      { "name": "all", "upstream": "up" }])",
                      .upstreams = R"("down": { "servers": ["http://127.0.0.1:$2"] },
          "up": { "servers": ["http://127.0.0.1:$1"] },
          "hasty": { "servers": ["http://127.0.0.1:$1"], "timeouts": { "first_byte": "300ms" } })"});
  const struct {
    std::string request;
    const char* origin;
    const char* phase;
    const char* delivery;
    const char* status;
    const char* code;
  } cases[] = {
      {"bad\r\n\r\n", "downstream", "read_request", "not_sent", "400", "malformed_request"},
      {get("/down"), "upstream", "connect", "not_sent", "503", "service_unavailable"},
      {get("/close"), "upstream", "read_response", "sent", "502", "bad_gateway"},
      {get("/garbage"), "upstream", "read_response", "sent", "502", "bad_gateway"},
      {get("/stall"), "upstream", "read_response", "sent", "504", "gateway_timeout"},
      {get("/cut"), "upstream", "relay", "sent", "200", ""},
  };
  for (const auto& one : cases) server.fetch(one.request);
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == std::size(cases));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    BOOST_TEST_CONTEXT(cases[i].request << boost::json::serialize(lines[i])) {
      BOOST_TEST(logged(lines[i], "failure.origin") == cases[i].origin);
      BOOST_TEST(logged(lines[i], "failure.phase") == cases[i].phase);
      BOOST_TEST(logged(lines[i], "failure.delivery") == cases[i].delivery);
      BOOST_TEST(logged(lines[i], "failure.detail") != "");
      BOOST_TEST(logged(lines[i], "status") == cases[i].status);
      BOOST_TEST(logged(lines[i], "code") == cases[i].code);
    }
  }
}

BOOST_AUTO_TEST_CASE(stays_one_line_of_json_whatever_is_put_into_it) {
  scripted_origin origin(
      answer("HTTP/1.1 500 \x01\r\nX-Request-Id: \"},{\"\xff\r\nContent-Type: application/json\r\n"
             "Content-Length: 43\r\n\r\n"
             R"({"code":"a\"b\u000a\u2028c","message":"\n}"})"));
  test_server server(origin);
  const std::string requests[] = {
      get("/\"},{\"x\":\"", "User-Agent: a\"b\\c\t\xff\xfe\xe2\x80\xa8 \x7f\r\n"),
      get("/", "User-Agent: \"}\tinjected\r\nX-Request-Id: \"}\\\xc3(\r\n"),
      get("/", "User-Agent: " + std::string(9000, 'u') + "\r\n"),
      get("/" + std::string(8000, 't')),
      get("/", "X-Request-Id: " + std::string(5000, 'i') + "\r\n"),
      "GET / HTTP/1.1\r\nHost: %22%7d\r\n\r\n",
      std::string("\"}\n{\"\0\xff / HTTP/1.1\r\n\r\n", 21),
      std::string(300, '\xff') + "\r\n\r\n",
      "M\"} / HTTP/1.1\r\nHost: x\r\n\r\n",
  };
  std::vector<std::string> ids;
  for (const auto& request : requests)
    ids.push_back(server.fetch(request).head.value("X-Request-Id"));
  const auto lines = server.drain();  // parses each
  BOOST_REQUIRE(lines.size() == std::size(requests));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    BOOST_TEST(logged(lines[i], "id") == ids[i]);
    BOOST_TEST(logged(lines[i], "target").size() <= 4096u);
    BOOST_TEST(logged(lines[i], "user_agent").size() <= 1024u);
    BOOST_TEST(logged(lines[i], "client_request_id").size() <= 256u);
  }
  for (const char c : server.log_text())
    BOOST_REQUIRE((c == '\n' || (c >= 0x20 && c < 0x7F) || static_cast<unsigned char>(c) >= 0x80));
}

BOOST_AUTO_TEST_CASE(has_a_line_for_each_pipelined_request_in_order) {
  scripted_origin origin(answer(ok_with("x")));
  test_server server(origin);
  auto client = server.connect();
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += get("/" + std::to_string(i));
  client.send(requests);
  for (int i = 0; i < 20; ++i) client.read_response();
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == 20u);
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(logged(lines[static_cast<std::size_t>(i)], "target") == "/" + std::to_string(i));
}

BOOST_AUTO_TEST_CASE(names_the_client_behind_trusted_proxies) {
  scripted_origin origin(answer(ok_with("x")));
  test_server server(origin, {.top = R"("trusted_proxies": ["127.0.0.1", "10.0.0.0/8"])"});
  server.fetch(get("/", "X-Forwarded-For: 203.0.113.7, 198.51.100.9, 10.1.2.3\r\n"));
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(logged(lines[0], "client") == "198.51.100.9");
}

BOOST_AUTO_TEST_CASE(may_be_off) {
  scripted_origin origin(answer(ok_with("x")));
  test_server server(
      origin, {.adjust = [](configuration& c) { c.access_log.to = access_log_config::sink::off; }});
  BOOST_TEST(server.fetch(get("/")).status == 200u);
  BOOST_TEST(server.drain().empty());
}

BOOST_AUTO_TEST_SUITE_END()
