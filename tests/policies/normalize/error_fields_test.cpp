#include "policies/normalize/error_fields.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

struct line {
  std::string_view name, value;
};

std::string fields(unsigned status, std::initializer_list<line> lines, unsigned sent = 0,
                   std::string_view challenge = "Bearer") {
  response_head head;
  head.status = status;
  for (const line& l : lines) head.fields.add(l.name, l.value);
  std::string out;
  append_error_fields(out, head,
                      {.sent_status = sent == 0 ? status : sent, .auth_challenge = challenge});
  return out;
}

bool has(const std::string& lines, const std::string& text) {
  return ("\r\n" + lines).find("\r\n" + text + "\r\n") != std::string::npos;
}

constexpr std::string_view ours =
    "Content-Type: application/json\r\n"
    "X-Content-Type-Options: nosniff\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(error_fields)

BOOST_AUTO_TEST_CASE(fields_survive_byte_for_byte) {
  const line kept[] = {
      {"WWW-Authenticate", "Bearer realm=\"x\",  error=\"invalid_token\""},
      {"Allow", "GET,HEAD ,  POST"},
      {"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"},
      {"Set-Cookie", "a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT"},
      {"Vary", "Accept-Encoding , Origin"},
      {"Cache-Control", "no-store, max-age=0"},
      {"Expires", "0"},
      {"Age", "3"},
      {"Pragma", "no-cache"},
      {"Access-Control-Allow-Origin", "https://app.example"},
      {"Access-Control-Expose-Headers", "X-A, X-B"},
      {"Strict-Transport-Security", "max-age=1"},
      {"Content-Security-Policy", "default-src 'none'"},
      {"X-Frame-Options", "DENY"},
      {"Link", "<https://x.example/a>; rel=\"help\""},
      {"Server-Timing", "db;dur=53"},
      {"X-RateLimit-Limit", "100"},
      {"RateLimit-Policy", "\"burst\";q=100;w=60"},
      {"X-Custom", "  inner  spaces "},
      {"Location", "/elsewhere"},
      {"ETagged", "not an ETag"},
  };
  for (const line& l : kept) {
    for (const unsigned status : {400U, 401U, 404U, 500U, 503U}) {
      BOOST_TEST(has(fields(status, {l}), std::string(l.name) + ": " + std::string(l.value)),
                 l.name << " with " << status);
    }
  }
}

BOOST_AUTO_TEST_CASE(fields_of_the_old_body_and_the_callers_are_dropped) {
  const line dropped[] = {
      {"Content-Type", "text/html"},
      {"Content-Length", "17"},
      {"Content-Encoding", "gzip"},
      {"Content-Language", "en"},
      {"Content-Location", "/x"},
      {"Content-Disposition", "attachment"},
      {"Refresh", "3"},
      {"ETag", "\"abc\""},
      {"Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT"},
      {"Accept-Ranges", "bytes"},
      {"Content-Range", "bytes 0-1/2"},
      {"Content-MD5", "XrY7u+Ae7tCTyyK7j1rNww=="},
      {"Digest", "SHA-256=abc"},
      {"Content-Digest", "sha-256=:abc:"},
      {"Repr-Digest", "sha-256=:abc:"},
      {"Signature", "sig1=:abc:"},
      {"Signature-Input", "sig1=()"},
      {"Connection", "keep-alive"},
      {"Proxy-Connection", "keep-alive"},
      {"Keep-Alive", "timeout=5"},
      {"TE", "trailers"},
      {"Transfer-Encoding", "chunked"},
      {"Upgrade", "h2c"},
      {"Trailer", "X-T"},
      {"Proxy-Authenticate", "Basic"},
      {"Proxy-Authorization", "Basic x"},
      {"HTTP2-Settings", "x"},
      {"Date", "Mon, 02 Mar 2026 10:00:00 GMT"},
      {"Via", "1.1 x"},
      {"X-Request-Id", "theirs"},
      {"X-Content-Type-Options", "sniff-away"},
      {"Server", "Legacy/1.2"},
      {"X-Powered-By", "PHP/8"},
      {"X-AspNet-Version", "4.0"},
      {"X-Debug-Token-Link", "http://web-2.example/_profiler/ab12"},
      {"X-Exception-Class", "Foo"},
      {"X-Stacktrace", "at a"},
      {"x-backend-server", "web-2"},
  };
  for (const line& l : dropped) {
    for (const unsigned status : {400U, 404U, 416U, 503U}) {
      if (l.name == "Content-Range" && status == 416) continue;
      BOOST_TEST(fields(status, {l}) == ours, l.name << " with " << status);
    }
  }
}

BOOST_AUTO_TEST_CASE(fields_that_connection_names_are_dropped) {
  BOOST_TEST(fields(404, {{"Connection", "close, X-Hop"}, {"X-Hop", "1"}, {"X-End", "2"}}) ==
             "X-End: 2\r\n" + std::string(ours));
}

BOOST_AUTO_TEST_CASE(the_request_id_is_the_callers_under_whatever_name) {
  response_head head;
  head.status = 404;
  head.fields.add("Trace-Id", "theirs");
  std::string out;
  append_error_fields(out, head, {.sent_status = 404, .request_id_field = "trace-id"});
  BOOST_TEST(out == ours);
}

BOOST_AUTO_TEST_CASE(a_407_keeps_its_challenge) {
  BOOST_TEST(has(fields(407, {{"Proxy-Authenticate", "Basic realm=\"p\""}}),
                 "Proxy-Authenticate: Basic realm=\"p\""));
}

BOOST_AUTO_TEST_CASE(repeats_and_order_are_kept) {
  BOOST_TEST(
      fields(403,
             {{"Set-Cookie", "a=1"}, {"X-A", "1"}, {"Set-Cookie", "b=2"}, {"Set-Cookie", "a=1"}}) ==
      "Set-Cookie: a=1\r\nX-A: 1\r\nSet-Cookie: b=2\r\nSet-Cookie: a=1\r\n" + std::string(ours));
}

BOOST_AUTO_TEST_CASE(a_416_keeps_the_length_of_the_resource) {
  BOOST_TEST(has(fields(416, {{"Content-Range", "bytes */17"}}), "Content-Range: bytes */17"));
  BOOST_TEST(fields(416, {{"Content-Range", "bytes */17"}}, 400) == ours);
}

BOOST_AUTO_TEST_CASE(a_401_always_has_a_challenge) {
  BOOST_TEST(has(fields(401, {}), "WWW-Authenticate: Bearer"));
  BOOST_TEST(!has(fields(401, {{"WWW-Authenticate", "Basic"}}), "WWW-Authenticate: Bearer"));
  BOOST_TEST(has(fields(401, {{"Connection", "WWW-Authenticate"}, {"WWW-Authenticate", "Basic"}}),
                 "WWW-Authenticate: Bearer"));
  BOOST_TEST(has(fields(440, {}, 401), "WWW-Authenticate: Bearer"));
  BOOST_TEST(fields(401, {}, 0, "") == ours);
  BOOST_TEST(fields(403, {}) == ours);
}

BOOST_AUTO_TEST_CASE(some_statuses_are_never_stored) {
  for (const unsigned status : {428U, 429U, 431U, 511U}) {
    const std::string lines = fields(status, {{"Cache-Control", "max-age=60"}, {"Expires", "x"}});
    BOOST_TEST(lines == std::string(ours) + "Cache-Control: no-store\r\n", status);
  }
  BOOST_TEST(has(fields(428, {{"Cache-Control", "max-age=60"}}, 400), "Cache-Control: no-store"));
}

BOOST_AUTO_TEST_CASE(errors_of_our_own_are_never_stored) {
  BOOST_TEST(fields(0, {}, 503) == std::string(ours) + "Cache-Control: no-store\r\n");
}

BOOST_AUTO_TEST_CASE(values_that_leak_are_dropped) {
  BOOST_TEST(fields(400, {{"X-Error", "open /srv/app/secret/config.yml failed"}}) == ours);
  BOOST_TEST(fields(400, {{"X-Node", "http://web-2.internal.example/x"}}) == ours);
  BOOST_TEST(has(fields(400, {{"X-Docs", "https://docs.example/errors"}}),
                 "X-Docs: https://docs.example/errors"));
}

BOOST_AUTO_TEST_CASE(pages_of_other_origins_may_read_what_clients_act_upon) {
  const char* const all =
      "Access-Control-Expose-Headers: X-Request-Id, Retry-After, RateLimit, RateLimit-Policy\r\n";
  const std::string origin = "Access-Control-Allow-Origin: https://app.example\r\n";
  BOOST_TEST(fields(404, {{"Access-Control-Allow-Origin", "https://app.example"}}) ==
             origin + std::string(ours) + all);
  BOOST_TEST(fields(404, {{"Access-Control-Allow-Origin", "https://app.example"},
                          {"Access-Control-Expose-Headers", "X-Total, x-request-id,RateLimit"}}) ==
             origin + "Access-Control-Expose-Headers: X-Total, x-request-id,RateLimit\r\n" +
                 std::string(ours) +
                 "Access-Control-Expose-Headers: Retry-After, RateLimit-Policy\r\n");
}

BOOST_AUTO_TEST_CASE(what_accept_decides_on_is_said) {
  const auto lines = [](std::vector<std::pair<std::string, std::string>> upstream) {
    response_head head;
    head.status = 404;
    for (const auto& [name, value] : upstream) head.fields.add(name, value);
    std::string out;
    append_error_fields(
        out, head,
        {.sent_status = 404, .content_type = "application/problem+json", .varies_by_accept = true});
    return out;
  };
  BOOST_TEST(has(lines({}), "Vary: Accept"));
  BOOST_TEST(has(lines({}), "Content-Type: application/problem+json"));
  BOOST_TEST(has(lines({{"Vary", "Origin"}}), "Vary: Accept"));
  BOOST_TEST(!has(lines({{"Vary", "Origin, accept"}}), "Vary: Accept"));
  BOOST_TEST(!has(lines({{"Vary", "*"}}), "Vary: Accept"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
