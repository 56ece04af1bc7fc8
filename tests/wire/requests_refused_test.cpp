// Requests that errata refuses by itself: what the client is told, and that nothing of them
// reaches the service behind (RFC 9112 sections 2, 3, 5, 6 and 7; docs/envelope.md).
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "policies/catalog.hpp"
#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(requests_refused)

using namespace errata;
using namespace errata::testing;

namespace {

using causes = std::vector<cause>;
const causes malformed = {cause::malformed_request};
const causes coding = {cause::unknown_transfer_coding};
// Where the RFC leaves the choice between "not valid" and "not known".
const causes malformed_or_coding = {cause::malformed_request, cause::unknown_transfer_coding};
const causes version = {cause::version_not_supported};
const causes malformed_or_version = {cause::malformed_request, cause::version_not_supported};

struct refused_request {
  const char* what;
  std::string bytes;
  causes answers;  // one of them
};

void check_own_error(const received_response& reply, const causes& answers) {
  const auto& codes = catalog::built_in();
  const auto* expected = &codes.for_cause(answers.front());
  for (const auto one : answers)
    if (codes.for_cause(one).status == reply.status) expected = &codes.for_cause(one);
  check_error(reply, expected->status, expected->code);
}

// Each request is followed by bytes that must never be taken for a second one, and by a request
// over another connection, which is all that the origin may see.
void check_refused(const std::vector<refused_request>& table, const settings& chosen = {}) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, chosen);
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.what) {
      auto client = server.connect();
      client.send(row.bytes + "GET /smuggled HTTP/1.1\r\nHost: test.example\r\n\r\n");
      const auto reply = client.read_response();
      check_own_error(reply, row.answers);
      BOOST_TEST(reply.head.value("Connection") == "close");
      std::string leftover;
      const auto end = client.wait_for_end(&leftover);
      BOOST_TEST((end == ending::closed || end == ending::reset), "the connection stays open");
      BOOST_TEST(leftover == "");

      origin.forget();
      BOOST_TEST(server.fetch(get("/sentinel")).status == 200u);
      const auto seen = origin.requests();
      BOOST_REQUIRE(seen.size() == 1u);
      BOOST_TEST(seen.front().target == "/sentinel");
    }
  }
  BOOST_TEST(server.proxy().counters().internal_errors == 0u);
}

std::string request_with(const std::string& fields) {
  return "POST /x HTTP/1.1\r\nHost: test.example\r\n" + fields + "\r\n";
}

std::string request_line(const std::string& line) {
  return line + "\r\nHost: test.example\r\n\r\n";
}

std::string request_to(const std::string& target) {
  return request_line("GET " + target + " HTTP/1.1");
}

std::string request_for_host(const std::string& host_lines) {
  return "GET / HTTP/1.1\r\n" + host_lines + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(refuses_transfer_codings_that_are_not_chunked_alone) {
  const auto with = [](const std::string& value) {
    return request_with("Transfer-Encoding: " + value + "\r\n") + "5\r\nhello\r\n0\r\n\r\n";
  };
  check_refused({
      {"xchunked", with("xchunked"), malformed_or_coding},
      {"chunked, identity", with("chunked, identity"), malformed_or_coding},
      {"chunked, chunked", with("chunked, chunked"), malformed_or_coding},
      {"quoted", with("\"chunked\""), malformed_or_coding},
      {"with a parameter", with("chunked;q=1"), malformed_or_coding},
      {"gzip, chunked", with("gzip, chunked"), malformed_or_coding},
      {"gzip", with("gzip"), malformed_or_coding},
      {"identity", with("identity"), malformed_or_coding},
      {"empty", with(""), malformed_or_coding},
      {"a comma first", with(",chunked"), malformed_or_coding},
      {"a vertical tab",
       with("\x0b"
            "chunked"),
       malformed_or_coding},
      {"chunked, then cut", with("chunke"), malformed_or_coding},
      {"two fields",
       request_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
       malformed_or_coding},
      {"two fields, one of them identity",
       request_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n") + "0\r\n\r\n",
       malformed_or_coding},
      {"unknown alone", with("br"), malformed_or_coding},
  });
}

BOOST_AUTO_TEST_CASE(refuses_a_length_beside_a_transfer_coding) {
  check_refused({
      {"length first",
       request_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
       malformed},
      {"coding first",
       request_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n",
       malformed},
      {"identity", request_with("Transfer-Encoding: identity\r\nContent-Length: 5\r\n") + "hello",
       malformed_or_coding},
      {"in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       malformed},
  });
}

BOOST_AUTO_TEST_CASE(refuses_lengths_that_are_not_one_number) {
  const auto with = [](const std::string& value) {
    return request_with("Content-Length: " + value + "\r\n") + "abcd";
  };
  check_refused({
      {"two that differ", request_with("Content-Length: 4\r\nContent-Length: 5\r\n") + "abcd",
       malformed},
      {"a list that differs", with("4, 5"), malformed},
      {"a sign", with("+4"), malformed},
      {"negative", with("-1"), malformed},
      {"hexadecimal", with("0x4"), malformed},
      {"empty", with(""), malformed},
      {"a space inside", with("4 4"), malformed},
      {"2^64", with("18446744073709551616"), malformed},
      {"a fraction", with("4.0"), malformed},
      {"words", with("four"), malformed},
      {"a comma at the end", with("4,"), malformed},
      {"digits that are not ASCII", with("\xd9\xa4"), malformed},
  });
}

BOOST_AUTO_TEST_CASE(refuses_all_but_one_sound_host) {
  check_refused({
      {"none", request_for_host(""), malformed},
      {"two", request_for_host("Host: a.example\r\nHost: a.example\r\n"), malformed},
      {"two that differ", request_for_host("Host: a.example\r\nHost: b.example\r\n"), malformed},
      {"a space", request_for_host("Host: a b\r\n"), malformed},
      {"a comma", request_for_host("Host: a.example,b.example\r\n"), malformed},
      {"user information", request_for_host("Host: me@a.example\r\n"), malformed},
      {"a slash", request_for_host("Host: a.example/path\r\n"), malformed},
      {"a port that is none", request_for_host("Host: a.example:http\r\n"), malformed},
      {"a port too large", request_for_host("Host: a.example:655360\r\n"), malformed},
      {"a control character",
       request_for_host("Host: a\x01"
                        "b\r\n"),
       malformed},
      {"not ASCII",
       request_for_host("Host: b\xc3\xbc"
                        "cher.example\r\n"),
       malformed},
      {"a broken address", request_for_host("Host: [::1\r\n"), malformed},
      {"none beside an absolute target", "GET http://a.example/ HTTP/1.1\r\n\r\n", malformed},
  });
}

BOOST_AUTO_TEST_CASE(refuses_targets_of_no_form) {
  check_refused({
      {"a byte above ASCII", request_to("/caf\xc3\xa9"), malformed},
      {"0xFF", request_to("/\xff"), malformed},
      {"a fragment", request_to("/a#b"), malformed},
      {"a control character",
       request_to("/a\x01"
                  "b"),
       malformed},
      {"DEL", request_to("/a\x7f"), malformed},
      {"a space", request_to("/a b"), malformed_or_version},
      {"a tab", request_to("/a\tb"), malformed},
      {"no slash first", request_to("a/b"), malformed},
      {"empty", request_line("GET  HTTP/1.1"), malformed},
      {"an asterisk after GET", request_to("*"), malformed},
      {"another scheme", request_to("ftp://a.example/"), malformed},
      {"user information", request_to("http://me:pw@test.example/"), malformed},
      {"no authority", request_to("http:///x"), malformed},
  });
}

BOOST_AUTO_TEST_CASE(refuses_methods_that_open_tunnels_or_echo) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  const char* const requests[] = {
      "CONNECT test.example:443 HTTP/1.1\r\nHost: test.example:443\r\n\r\n",
      "TRACE / HTTP/1.1\r\nHost: test.example\r\n\r\n",
  };
  for (const auto* bytes : requests) {
    BOOST_TEST_CONTEXT(bytes) {
      auto client = server.connect();
      const auto reply = client.exchange(bytes);
      check_error(reply, 405, "method_not_allowed");
      BOOST_TEST(reply.head.value("Allow") != "");
    }
  }
  BOOST_TEST(server.fetch(get("/sentinel")).status == 200u);
  BOOST_TEST(origin.request_count() == 1u);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_a_request_line_of_http_1) {
  check_refused({
      {"HTTP/0.9", "GET /\r\n\r\n", malformed_or_version},
      {"HTTP/2.0", request_line("GET / HTTP/2.0"), malformed_or_version},
      {"HTTP/3.0", request_line("GET / HTTP/3.0"), malformed_or_version},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", malformed_or_version},
      {"lower case", request_line("GET / http/1.1"), malformed_or_version},
      {"a minor version of two digits", request_line("GET / HTTP/1.10"), malformed_or_version},
      {"no point", request_line("GET / HTTP/11"), malformed_or_version},
      {"a space after the version", request_line("GET / HTTP/1.1 "), malformed_or_version},
      {"two spaces", request_line("GET  / HTTP/1.1"), malformed_or_version},
      {"a method that is no token", request_line("G(T / HTTP/1.1"), malformed},
      {"no method", request_line(" / HTTP/1.1"), malformed},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n",
       malformed},
      {"another protocol", "SSH-2.0-client\r\n\r\n", malformed_or_version},
  });
}

BOOST_AUTO_TEST_CASE(refuses_lines_that_parsers_disagree_about) {
  const auto with = [](const std::string& lines) { return request_for_host(lines); };
  const std::string host = "Host: test.example\r\n";
  check_refused({
      {"a space before the colon", with(host + "Content-Length : 4\r\n"), malformed},
      {"a tab before the colon", with(host + "X\t: 4\r\n"), malformed},
      {"a space before the first field", with(" X: 1\r\n" + host), malformed},
      {"no name", with(host + ": value\r\n"), malformed},
      {"no colon", with(host + "nothing\r\n"), malformed},
      {"a name that is no token", with(host + "X(Y): 1\r\n"), malformed},
      {"a name above ASCII", with(host + "X\xc3\xa4: 1\r\n"), malformed},
      {"NUL in a value", with(host + std::string("X: a\0b\r\n", 8)), malformed},
      {"a control character in a value",
       with(host + "X: a\x01"
                   "b\r\n"),
       malformed},
      {"DEL in a value", with(host + "X: a\x7f\r\n"), malformed},
      {"a bare CR in a value", with(host + "X: a\rb\r\n"), malformed},
      {"a bare LF in a value", with(host + "X: a\nY: b\r\n"), malformed},
      {"lines that end in LF", "GET / HTTP/1.1\nHost: test.example\n\n", malformed},
      {"an end in LF", "GET / HTTP/1.1\r\nHost: test.example\r\n\n", malformed},
      {"a bare CR after the request line", "GET / HTTP/1.1\rHost: test.example\r\n\r\n",
       malformed_or_version},
  });
}

BOOST_AUTO_TEST_CASE(never_forwards_a_folded_line) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  const auto reply =
      server.fetch("GET / HTTP/1.1\r\nHost: test.example\r\nX-Folded: one\r\n two\r\n\r\n");
  check_well_formed(reply);
  if (reply.status != 200) check_error(reply, 400, "");
  for (const auto& seen : origin.requests()) BOOST_TEST(seen.head.well_formed);
}

BOOST_AUTO_TEST_CASE(refuses_heads_over_the_limits_and_takes_those_at_them) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin, {.top = R"("limits": { "header_bytes": "16KiB", "header_count": 20,
                                                    "target_bytes": "1KiB" })"});
  const auto fields = [](std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += "X-" + std::to_string(i) + ": v\r\n";
    return lines;
  };
  const auto sized = [](std::size_t bytes) {
    const auto rest = get("/", "X-Long: \r\n").size();
    return get("/", "X-Long: " + std::string(bytes - rest, 'v') + "\r\n");
  };
  const auto& codes = catalog::built_in();
  const struct {
    const char* what;
    std::string bytes;
    unsigned status;
    cause why;
  } cases[] = {
      {"a target at the limit", get("/" + std::string(1023, 'a')), 200, {}},
      {"a target one over", get("/" + std::string(1024, 'a')), 414, cause::target_too_long},
      {"fields at the limit", get("/", fields(19)), 200, {}},
      {"fields one over", get("/", fields(20)), 431, cause::headers_too_large},
      {"a head at the limit", sized(16 * 1024), 200, {}},
      {"a head one over", sized(16 * 1024 + 1), 431, cause::headers_too_large},
      {"one line of 70,000 bytes", get("/", "X: " + std::string(70000, 'v') + "\r\n"), 431,
       cause::headers_too_large},
  };
  for (const auto& one : cases) {
    BOOST_TEST_CONTEXT(one.what) {
      origin.forget();
      const auto reply = server.fetch(one.bytes);
      if (one.status == 200) {
        BOOST_TEST(reply.status == 200u);
      } else {
        check_error(reply, one.status, codes.for_cause(one.why).code);
        BOOST_TEST(reply.head.value("Connection") == "close");
        BOOST_TEST(origin.request_count() == 0u);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(answers_a_head_that_never_ends) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  auto client = server.connect();
  client.send("GET /" + std::string(200000, 'a'));
  const auto reply = client.read_response();
  BOOST_TEST_CONTEXT(reply.describe()) {
    BOOST_TEST((reply.status == 414u || reply.status == 431u));
  }
  check_error(reply, reply.status, "");
  BOOST_TEST(origin.connection_count() == 0u);
}

BOOST_AUTO_TEST_CASE(never_forwards_names_that_look_like_framing) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  const char* const names[] = {"Transfer_Encoding", "Content_Length", "X_Request_Id",
                               "X_Forwarded_For", "Host_"};
  for (const auto* name : names) {
    BOOST_TEST_CONTEXT(name) {
      const auto reply = server.fetch(get("/", std::string(name) + ": chunked\r\n"));
      if (reply.status != 200) check_error(reply, 400, "");
      if (std::string(name) == "Host_") continue;
      for (const auto& seen : origin.requests()) BOOST_TEST(!seen.head.has(name));
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_an_expectation_it_cannot_meet) {
  check_refused({
      {"unknown",
       request_with("Expect: the-unexpected\r\nContent-Length: 0\r\n"),
       {cause::expectation_failed}},
  });
}

BOOST_AUTO_TEST_CASE(refuses_a_request_that_came_through_it_before) {
  scripted_origin origin(answer(ok_with("served")));
  test_server server(origin);
  for (const auto* via : {"Via: 1.1 errata\r\n", "Via: 1.0 first, 1.1 errata\r\n",
                          "Via: 1.0 first\r\nVia: 1.1 errata (a comment)\r\n"}) {
    BOOST_TEST_CONTEXT(via) {
      check_error(server.fetch(get("/", via)), 508, "loop_detected");
    }
  }
  BOOST_TEST(origin.request_count() == 0u);
  BOOST_TEST(server.fetch(get("/", "Via: 1.1 errata-like.example\r\n")).status == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
