// Errors of the service behind that leave as the envelope, and answers that are no HTTP at all.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/gzip.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(responses_rewritten)

using namespace errata::testing;

namespace {

const std::string html_error =
    "<html><head><title>Legacy</title></head><body><h1>Server Error</h1>"
    "<pre>at Legacy.Billing.Run() in C:\\src\\billing.cs:line 12</pre></body></html>";

std::string with_length(const std::string& head, const std::string& body) {
  return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string error_response(unsigned status, const std::string& body,
                           const std::string& fields = "Content-Type: text/html\r\n") {
  return with_length("HTTP/1.1 " + std::to_string(status) + " Legacy\r\n" + fields, body);
}

}  // namespace

BOOST_AUTO_TEST_CASE(rewrites_by_status_in_both_policies) {
  const struct {
    unsigned upstream;
    const char* code;
    unsigned preserve;
    unsigned strict_get;
    unsigned strict_post;
  } cases[] = {
      {400, "bad_request", 400, 400, 400},
      {401, "authentication_required", 401, 401, 401},
      {402, "payment_required", 402, 403, 403},
      {403, "permission_denied", 403, 403, 403},
      {404, "not_found", 404, 404, 404},
      {405, "method_not_allowed", 405, 400, 400},
      {407, "proxy_authentication_required", 407, 401, 401},
      {409, "resource_conflict", 409, 409, 409},
      {410, "resource_gone", 410, 404, 404},
      {418, "bad_request", 418, 400, 400},
      {419, "session_expired", 419, 403, 403},
      {422, "validation_failed", 422, 422, 422},
      {426, "upgrade_required", 426, 426, 426},
      {429, "rate_limit_exceeded", 429, 429, 429},
      {499, "bad_request", 499, 400, 400},
      {500, "internal_error", 500, 500, 500},
      {501, "not_implemented", 501, 500, 500},
      {502, "bad_gateway", 502, 503, 500},
      {503, "service_unavailable", 503, 503, 503},
      {504, "gateway_timeout", 504, 503, 500},
      {507, "insufficient_storage", 507, 500, 500},
      {599, "gateway_timeout", 599, 503, 500},
  };
  scripted_origin origin([](origin_connection& connection) {
    while (connection.read_request()) {
      const auto status = std::strtoul(connection.request().target.c_str() + 1, nullptr, 10);
      const auto whole = error_response(static_cast<unsigned>(status), html_error);
      const bool bodiless = connection.request().method == "HEAD";
      connection.send(bodiless ? whole.substr(0, whole.size() - html_error.size()) : whole);
    }
  });
  test_server preserving(origin);
  test_server strict(origin, {.route = R"("status_policy": "strict")"});
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT("upstream " << one.upstream) {
      const auto target = "/" + std::to_string(one.upstream);
      const auto upstream = error_author::upstream;
      check_error(preserving.fetch(get(target)), one.preserve, one.code, upstream);
      check_error(strict.fetch(get(target)), one.strict_get, one.code, upstream);
      check_error(strict.fetch(post(target, "x")), one.strict_post, one.code, upstream);
      const auto to_head =
          preserving.fetch("HEAD " + target + " HTTP/1.1\r\nHost: test.example\r\n\r\n", "HEAD");
      check_error(to_head, one.preserve, "", upstream);
    }
  }
  const auto hidden = preserving.fetch(get("/500"));
  BOOST_TEST(hidden.body.content.find("billing.cs") == std::string::npos);
  BOOST_TEST(origin.connection_count() <= 2u);
}

BOOST_AUTO_TEST_CASE(rewrites_errors_in_every_framing_and_keeps_both_connections) {
  const std::string head = "HTTP/1.1 500 Legacy\r\nContent-Type: text/html\r\n";
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"by length", with_length(head, html_error)},
      {"chunked", head + "Transfer-Encoding: chunked\r\n\r\n" + in_chunks(html_error, 9)},
      {"empty", with_length(head, "")},
      {"no chunk", head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"gzip", with_length(head + "Content-Encoding: gzip\r\n", gzip(html_error))},
      {"said to be gzip", with_length(head + "Content-Encoding: gzip\r\n", html_error)},
      {"a coding unknown", with_length(head + "Content-Encoding: vendor-x\r\n", patterned(100))},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer(one.bytes));
      test_server server(origin);
      auto client = server.connect();
      for (int i = 0; i < 3; ++i) {
        const auto reply = client.exchange(get("/"));
        check_error(reply, 500, "internal_error", error_author::upstream);
        BOOST_TEST(reply.head.value("Connection") != "close");
      }
      BOOST_TEST(origin.connection_count() == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(carries_the_meaning_of_a_json_error_over) {
  scripted_origin origin(answer(error_response(
      422, R"({"message":"The 'customer_id' field is required.","code":"MissingRequiredField"})",
      "Content-Type: application/json\r\n")));
  test_server server(origin);
  const auto reply = server.fetch(get("/"));
  check_error(reply, 422, "missing_required_field", error_author::upstream);
  BOOST_TEST(envelope_member(reply, "message") == "The 'customer_id' field is required.");
}

BOOST_AUTO_TEST_CASE(points_to_the_documentation_where_there_is_one) {
  scripted_origin origin(answer(error_response(500, html_error)));
  test_server server(origin, {.routes = R"([
      { "name": "none", "match": { "path_prefix": "/none" }, "respond": "route_not_found" },
      { "name": "all", "upstream": "legacy" }])",
                              .top = R"("errors": { "doc_url_base": "https://docs.example/#" })"});
  const auto rewritten = server.fetch(get("/"));
  check_error(rewritten, 500, "internal_error", error_author::upstream);
  BOOST_TEST(envelope_member(rewritten, "doc_url") == "https://docs.example/#internal_error");
  const auto own = server.fetch(get("/none"));
  check_error(own, 404, "route_not_found");
  BOOST_TEST(envelope_member(own, "doc_url") == "https://docs.example/#route_not_found");
  const auto refused = server.fetch("no HTTP\r\n\r\n");
  BOOST_TEST(envelope_member(refused, "doc_url") == "https://docs.example/#malformed_request");
}

BOOST_AUTO_TEST_CASE(keeps_the_fields_that_stay_true_and_drops_those_that_do_not) {
  const std::string kept =
      "WWW-Authenticate: Basic realm=\"a\"\r\nWWW-Authenticate: Bearer\r\n"
      "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nAllow: GET,  HEAD\r\nVary: Origin\r\n"
      "Access-Control-Allow-Origin: https://app.example\r\nX-Custom: kept\r\n"
      "Strict-Transport-Security: max-age=1\r\n";
  const std::string dropped =
      "ETag: \"e\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Language: de\r\n"
      "Content-Location: /x\r\nContent-Disposition: inline\r\nContent-MD5: x\r\nDigest: x\r\n"
      "Accept-Ranges: bytes\r\nRefresh: 1\r\nKeep-Alive: timeout=5\r\n"
      "Proxy-Authenticate: Basic\r\n";
  scripted_origin origin(
      answer(error_response(401, html_error, "Content-Type: text/html\r\n" + kept + dropped)));
  test_server server(origin);
  const auto reply = server.fetch(get("/"));
  check_error(reply, 401, "authentication_required", error_author::upstream);
  const auto lines = parse_head("x\r\n" + kept + "\r\n");
  for (const auto& field : lines.fields) {
    BOOST_TEST_CONTEXT(field.name) {
      BOOST_TEST(reply.head.values(field.name) == lines.values(field.name),
                 boost::test_tools::per_element());
      BOOST_TEST(reply.head.raw.find(field.name + ": " + field.value) != std::string::npos);
    }
  }
  for (const auto& field : parse_head("x\r\n" + dropped + "\r\n").fields)
    BOOST_TEST(!reply.head.has(field.name), field.name);
}

BOOST_AUTO_TEST_CASE(keeps_the_retry_after_of_the_service) {
  scripted_origin origin(answer(error_response(503, "down", "Retry-After: 77\r\n")));
  test_server server(origin);
  BOOST_TEST(server.fetch(get("/")).head.value("Retry-After") == "77");
}

BOOST_AUTO_TEST_CASE(replaces_an_error_over_the_cap) {
  const auto body = html_error + patterned(10u << 20);
  const std::string head = "HTTP/1.1 500 X\r\nContent-Type: text/html\r\n";
  const struct {
    const char* what;
    origin_behaviour behaviour;
  } cases[] = {
      {"by length", answer(with_length(head, body))},
      {"chunked", answer(head + "Transfer-Encoding: chunked\r\n\r\n" + in_chunks(body, 60000))},
      {"until close", answer_and_close("HTTP/1.0 500 X\r\n\r\n" + body)},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(one.behaviour);
      test_server server(origin);
      auto client = server.connect();
      for (int i = 0; i < 2; ++i)
        check_error(client.exchange(get("/")), 500, "internal_error", error_author::upstream);
    }
  }
}

BOOST_AUTO_TEST_CASE(answers_an_error_whose_body_breaks_off) {
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"by length",
       "HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<h1>"},
      {"chunked", "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"},
      {"a bad chunk", "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"},
      {"nothing of it", "HTTP/1.1 500 X\r\nContent-Length: 1000\r\n\r\n"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(answer_and_close(one.bytes));
      test_server server(origin);
      auto client = server.connect();
      for (int i = 0; i < 2; ++i)
        check_error(client.exchange(get("/")), 500, "internal_error", error_author::upstream);
    }
  }
}

BOOST_AUTO_TEST_CASE(answers_what_is_no_sound_response_with_502) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::string body = "Content-Length: 2\r\n\r\nab";
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
      {"binary", std::string("\x15\x03\x01\x00\x02\x02\x28\r\n\r\n", 11)},
      {"ICY", "ICY 200 OK\r\n" + body},
      {"HTTP/2", "HTTP/2 200\r\n" + body},
      {"status 000", "HTTP/1.1 000 Zero\r\n" + body},
      {"status 099", "HTTP/1.1 099 Low\r\n" + body},
      {"status 600", "HTTP/1.1 600 High\r\n" + body},
      {"status 999", "HTTP/1.1 999 High\r\n" + body},
      {"a status of two digits", "HTTP/1.1 20 OK\r\n" + body},
      {"a status of four digits", "HTTP/1.1 2000 OK\r\n" + body},
      {"a status in letters", "HTTP/1.1 abc OK\r\n" + body},
      {"coding and length",
       ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
      {"two lengths", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {"a length that is none", ok + "Content-Length: abc\r\n\r\nab"},
      {"a negative length", ok + "Content-Length: -1\r\n\r\nab"},
      {"an unknown coding", ok + "Transfer-Encoding: gzip\r\n\r\nab"},
      {"xchunked", ok + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
      {"coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"NUL in a value", ok + std::string("X: a\0b\r\n", 8) + body},
      {"a bare CR in a value", ok + "X: a\rb\r\n" + body},
      {"a bare LF in a value", ok + "X: a\nb\r\n" + body},
      {"a name that is none", ok + "X Y: 1\r\n" + body},
      {"a line that is none", ok + "nothing\r\n" + body},
      {"an endless head", ok + "X: " + std::string(200000, 'x')},
      {"a thousand fields",
       [&] {
         std::string lines;
         for (int i = 0; i < 70000; ++i) lines += "X: 1\r\n";
         return ok + lines + body;
       }()},
      {"switching protocols unasked",
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"},
      {"a flood of interim responses",
       [] {
         std::string flood;
         for (int i = 0; i < 40; ++i) flood += "HTTP/1.1 102 Processing\r\n\r\n";
         return flood + ok_with("late");
       }()},
      {"a final 1xx", "HTTP/1.1 199 Odd\r\n\r\n"},
  };
  for (const auto& one : cases) {
    for (const bool strict : {false, true}) {
      BOOST_TEST_CONTEXT(one.what << (strict ? ", strict" : ", preserve")) {
        scripted_origin origin(answer_and_close(one.bytes));
        test_server server(origin, {.route = strict ? R"("status_policy": "strict")" : ""});
        auto client = server.connect();
        // Whatever came may not be believed: POST, so that it is not asked for twice.
        const auto reply = client.exchange(post("/", "x"));
        const auto author = reply.head.value("Cache-Control") == "no-store"
                                ? error_author::errata
                                : error_author::upstream;
        check_error(reply, strict ? 500 : 502, "bad_gateway", author);
        origin.behave(answer(ok_with("next")));
        if (reply.head.value("Connection") != "close")
          BOOST_TEST(client.exchange(get("/")).body.content == "next");
        BOOST_TEST(server.fetch(get("/")).body.content == "next");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_byte_behind_a_response_reaches_another_client) {
  const std::string stray = ok_with("STRAY");
  const struct {
    const char* what;
    std::string bytes;
  } cases[] = {
      {"a second response", ok_with("first") + stray},
      {"garbage", ok_with("first") + "garbage"},
      {"behind chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n" + stray},
      {"behind 204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nSTRAY"},
      {"behind 304", "HTTP/1.1 304 Not Modified\r\n\r\n" + stray},
      {"behind an error", error_response(500, html_error) + stray},
      {"a late 408",
       ok_with("first") + "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin(by_connection({answer(one.bytes), answer(ok_with("second"))}));
      test_server server(origin);
      auto client = server.connect();
      const auto first = client.exchange(get("/"));
      BOOST_TEST(first.complete());
      BOOST_TEST(first.body.content.find("STRAY") == std::string::npos);
      const auto second = client.exchange(get("/"));
      BOOST_TEST(second.status == 200u);
      BOOST_TEST(second.body.content == "second");
      BOOST_TEST(server.fetch(get("/")).body.content == "second");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_response_to_head_does_not_leave_its_body_for_the_next) {
  scripted_origin origin(by_connection({
      answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nSTRAY"),
      answer(ok_with("second")),
  }));
  test_server server(origin);
  auto client = server.connect();
  BOOST_TEST(client.exchange("HEAD / HTTP/1.1\r\nHost: test.example\r\n\r\n", "HEAD").status ==
             200u);
  BOOST_TEST(client.exchange(get("/")).body.content == "second");
}

BOOST_AUTO_TEST_CASE(a_success_that_breaks_off_is_seen_to_break_off) {
  const struct {
    const char* what;
    std::string bytes;
    bool reset;
  } cases[] = {
      {"by length", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort", false},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", false},
      {"inside a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort", false},
      {"a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nzz\r\n",
       false},
      {"by length, reset", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort", true},
      {"until close, reset", "HTTP/1.1 200 OK\r\n\r\nshort", true},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      scripted_origin origin([&](origin_connection& connection) {
        connection.read_request();
        connection.send(one.bytes);
        if (!one.reset) return;
        connection.wait_for_release();
        connection.reset();
      });
      test_server server(origin);
      auto client = server.connect();
      client.send(get("/"));
      const auto head = client.read_one_head();
      BOOST_TEST(head.head.count("X-Request-Id") == 1u);
      // Where it was seen before anything went out, there is still time for an error.
      BOOST_TEST((head.status == 200u || head.status == 502u));
      if (head.status != 200) continue;
      origin.release();
      std::string rest;
      client.wait_for_end(&rest);
      BOOST_TEST(rest.find("error") == std::string::npos);
      BOOST_TEST(!rest.ends_with("0\r\n\r\n"));
      if (one.reset && !head.head.has("Content-Length") &&
          head.head.value("Transfer-Encoding") != "chunked")
        BOOST_TEST((client.stream().ended() == ending::reset));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
