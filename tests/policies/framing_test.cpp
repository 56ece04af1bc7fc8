#include "policies/framing.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "tests/policies/framing_text.hpp"

using namespace errata;
using namespace errata::testing;

BOOST_AUTO_TEST_SUITE(framing)

namespace {

request_head split_request(std::string_view text) {
  const auto end = text.find("\r\n");
  const auto line = text.substr(0, end);
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  request_head head;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  head.version_minor = line.back() - '0';
  head.fields = split_fields(end == std::string_view::npos ? "" : text.substr(end + 2));
  return head;
}

// "<cause>: <detail>", or what of the rest is not as for a plain request:
// "<body>[ close][ continue][ upgrade][ for_us]".
std::string describe(const framed_request& framed) {
  if (framed.refused)
    return std::string(cause_name(*framed.refused)).append(": ").append(framed.detail);
  std::string out = errata::testing::describe(framed.body);
  if (!framed.keep_alive) out += " close";
  if (framed.expects_continue) out += " continue";
  if (framed.upgrades) out += " upgrade";
  if (framed.is_for_us) out += " for_us";
  return out;
}

std::string framed(std::string_view text, const framing_limits& limits = {}) {
  return describe(frame_request(split_request(text), limits));
}

struct row {
  const char* why;  // RFC section or incident, where there is one
  std::string lines;
  std::string expected;
};

constexpr auto post = "POST / HTTP/1.1\r\nHost: a\r\n";
constexpr auto post_10 = "POST / HTTP/1.0\r\nHost: a\r\n";

const std::string two_framings = "malformed_request: both Transfer-Encoding and Content-Length";
const std::string two_codings = "malformed_request: more than one Transfer-Encoding";
const std::string old_coding = "malformed_request: Transfer-Encoding in HTTP/1.0";
const std::string bad_coding = "malformed_request: Transfer-Encoding other than chunked";
const std::string unknown_coding = "unknown_transfer_coding: Transfer-Encoding other than chunked";
const std::string bad_length = "malformed_request: bad Content-Length";

template <std::size_t count>
void check_rows(const row (&rows)[count], std::string_view start) {
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.why << ": " << r.lines) {
      BOOST_TEST(framed(std::string(start) + r.lines) == r.expected);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(lets_one_transfer_encoding_of_chunked_pass_and_nothing_else) {
  const row rows[] = {
      {"RFC 9112 7.1", "Transfer-Encoding: chunked", "chunked"},
      {"case, RFC 9112 7", "Transfer-Encoding: Chunked", "chunked"},
      {"case", "TRANSFER-ENCODING: CHUNKED", "chunked"},
      {"white space around", "Transfer-Encoding: \t chunked \t", "chunked"},
      {"Beast 1.81, pingora CVE-2026-2835", "Transfer-Encoding: chunked, chunked", bad_coding},
      {"Beast 1.81, pingora CVE-2026-2835", "Transfer-Encoding: chunked, identity", bad_coding},
      {"Beast 1.81", "Transfer-Encoding: identity, chunked", bad_coding},
      {"Beast 1.81", "Transfer-Encoding: gzip, chunked", bad_coding},
      {"RFC 9112 6.3: chunked not last", "Transfer-Encoding: chunked, gzip", bad_coding},
      {"Beast 1.81", "Transfer-Encoding: chunked;q=1", bad_coding},
      {"Beast 1.81", "Transfer-Encoding: \"chunked\"", bad_coding},
      {"Beast 1.81, sozu suffix match", "Transfer-Encoding: xchunked", unknown_coding},
      {"tiny_http CVE-2026-66752", "Transfer-Encoding: chunkedx", unknown_coding},
      {"suffix match", "Transfer-Encoding: x-chunked", unknown_coding},
      {"RFC 9112 6.1: 501", "Transfer-Encoding: gzip", unknown_coding},
      {"RFC 9112 6.1: 501", "Transfer-Encoding: br", unknown_coding},
      {"RFC 2616 relic", "Transfer-Encoding: identity", bad_coding},
      {"RFC 2616 relic", "Transfer-Encoding: Identity", bad_coding},
      {"empty", "Transfer-Encoding:", bad_coding},
      {"list of one", "Transfer-Encoding: chunked,", bad_coding},
      {"list of one", "Transfer-Encoding: ,chunked", bad_coding},
      {"inner space", "Transfer-Encoding: chun ked", bad_coding},
      {"vertical tab, HTTP Garden", "Transfer-Encoding: \vchunked", bad_coding},
      {"no-break space",
       "Transfer-Encoding: \xA0"
       "chunked",
       bad_coding},
      {"NUL", std::string("Transfer-Encoding: chunked\0", 27), bad_coding},
      {"bare CR", "Transfer-Encoding: chunked\rx", bad_coding},
      {"two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", two_codings},
      {"two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", two_codings},
      {"two lines", "Transfer-Encoding:\r\nTransfer-Encoding: chunked", two_codings},
      {"two lines apart", "transfer-encoding: gzip\r\nA: b\r\nTransfer-Encoding: chunked",
       two_codings},
      {"CL.TE", "Content-Length: 4\r\nTransfer-Encoding: chunked", two_framings},
      {"TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", two_framings},
      {"TE identity, Beast 1.81", "Transfer-Encoding: identity\r\nContent-Length: 4", two_framings},
      {"CL 0", "Transfer-Encoding: chunked\r\nContent-Length: 0", two_framings},
      {"CL empty", "Transfer-Encoding: chunked\r\nContent-Length:", two_framings},
      {"another name", "Transfer_Encoding: chunked", "none"},
      {"another name", "X-Transfer-Encoding: chunked", "none"},
      {"another field", "TE: chunked", "none"},
  };
  check_rows(rows, post);
}

BOOST_AUTO_TEST_CASE(takes_no_transfer_encoding_from_http_1_0) {
  const row rows[] = {
      {"RFC 9112 6.1, CVE-2026-2835", "Transfer-Encoding: chunked", old_coding},
      {"unknown", "Transfer-Encoding: gzip", old_coding},
      {"with a length", "Transfer-Encoding: chunked\r\nContent-Length: 4", two_framings},
      {"a length alone", "Content-Length: 4", "length 4 close"},
      {"nothing", "", "none close"},
  };
  check_rows(rows, post_10);
}

BOOST_AUTO_TEST_CASE(reads_one_plain_decimal_content_length) {
  const row rows[] = {
      {"RFC 9110 8.6", "Content-Length: 4", "length 4"},
      {"nothing", "", "none"},
      {"zero", "Content-Length: 0", "none"},
      {"leading zeros", "Content-Length: 0004", "length 4"},
      {"zeros", "Content-Length: 000000000000000000", "none"},
      {"18 digits", "Content-Length: 999999999999999999", "length 999999999999999999"},
      {"19 digits", "Content-Length: 1000000000000000000", bad_length},
      {"19 digits, zeros", "Content-Length: 0000000000000000004", bad_length},
      {"2^63", "Content-Length: 9223372036854775808", bad_length},
      {"2^64 + 4", "Content-Length: 18446744073709551620", bad_length},
      {"long", "Content-Length: " + std::string(5000, '9'), bad_length},
      {"empty", "Content-Length:", bad_length},
      {"plus", "Content-Length: +4", bad_length},
      {"minus", "Content-Length: -1", bad_length},
      {"minus zero", "Content-Length: -0", bad_length},
      {"hexadecimal", "Content-Length: 0x4", bad_length},
      {"letter", "Content-Length: 4a", bad_length},
      {"exponent", "Content-Length: 1e1", bad_length},
      {"point", "Content-Length: 4.0", bad_length},
      {"underscore", "Content-Length: 1_0", bad_length},
      {"inner space", "Content-Length: 4 4", bad_length},
      {"quoted", "Content-Length: \"4\"", bad_length},
      {"parameter", "Content-Length: 4;a=b", bad_length},
      {"NUL", std::string("Content-Length: 4\0", 18), bad_length},
      {"vertical tab", "Content-Length: \v4", bad_length},
      {"other digits", "Content-Length: \xD9\xA4", bad_length},
      {"list of equals, RFC 9110 8.6", "Content-Length: 4, 4", "length 4"},
      {"list of equals", "Content-Length: 4,4,\t4", "length 4"},
      {"list of equal numbers", "Content-Length: 4, 04", "length 4"},
      {"list that differs", "Content-Length: 4, 5", bad_length},
      {"list that differs late", "Content-Length: 4, 4, 4, 5", bad_length},
      {"list with a hole", "Content-Length: 4,,4", bad_length},
      {"list with an end", "Content-Length: 4,", bad_length},
      {"list with a start", "Content-Length: ,4", bad_length},
      {"list with a bad one", "Content-Length: 4, x", bad_length},
      {"two equal lines, RFC 9110 8.6", "Content-Length: 4\r\nContent-Length: 4", "length 4"},
      {"two lines that differ", "Content-Length: 4\r\nContent-Length: 5", bad_length},
      {"zero and more", "Content-Length: 0\r\nContent-Length: 5", bad_length},
      {"bad first", "Content-Length: x\r\nContent-Length: 5", bad_length},
      {"empty second", "Content-Length: 5\r\nCONTENT-LENGTH:", bad_length},
      {"another name", "Content_Length: 4", "none"},
  };
  check_rows(rows, post);
}

BOOST_AUTO_TEST_CASE(wants_one_host_that_is_an_authority) {
  const std::string bad = "malformed_request: bad Host";
  const row rows[] = {
      {"RFC 9112 3.2", "Host: example.com", "none"},
      {"port", "Host: example.com:8080", "none"},
      {"port 65535", "Host: example.com:65535", "none"},
      {"empty port, RFC 3986 3.2.3", "Host: example.com:", "none"},
      {"address", "Host: 192.0.2.1:80", "none"},
      {"IPv6", "Host: [2001:db8::1]", "none"},
      {"IPv6 with port", "Host: [::1]:8080", "none"},
      {"IPv6 with IPv4", "Host: [::ffff:192.0.2.1]", "none"},
      {"sub-delims and escapes", "Host: a_b~c.%41!$&'()*+;=", "none"},
      {"255 bytes", "Host: " + std::string(255, 'h'), "none"},
      {"256 bytes", "Host: " + std::string(256, 'h'), bad},
      {"none, RFC 9112 3.2, Beast 1.81", "", "malformed_request: no Host"},
      {"two, Beast 1.81", "Host: a\r\nHost: a", "malformed_request: more than one Host"},
      {"two, case", "Host: a\r\nHOST: b", "malformed_request: more than one Host"},
      {"two, one empty", "Host: a\r\nHost:", "malformed_request: more than one Host"},
      {"empty", "Host:", bad},
      {"space, Beast 1.81", "Host: a b", bad},
      {"tab", "Host: a\tb", bad},
      {"comma, HAProxy 2026-04", "Host: a,b", bad},
      {"userinfo, HAProxy 2026-04", "Host: user@a", bad},
      {"password", "Host: user:pass@a", bad},
      {"scheme", "Host: http://a", bad},
      {"path", "Host: a/b", bad},
      {"query", "Host: a?b", bad},
      {"fragment", "Host: a#b", bad},
      {"backslash", "Host: a\\b", bad},
      {"quote", "Host: \"a\"", bad},
      {"angle", "Host: <a>", bad},
      {"8-bit", "Host: \xC3\xA4.example", bad},
      {"NUL", std::string("Host: a\0b", 9), bad},
      {"DEL", "Host: a\x7F", bad},
      {"only a port", "Host: :80", bad},
      {"letters for a port", "Host: a:b", bad},
      {"port of six digits", "Host: a:655360", bad},
      {"port 65536", "Host: a:65536", bad},
      {"port 65616, 80 in 16 bits", "Host: a:65616", bad},
      {"port 99999", "Host: [::1]:99999", bad},
      {"two ports", "Host: a:80:80", bad},
      {"negative port", "Host: a:-1", bad},
      {"IPv6 without brackets", "Host: ::1", bad},
      {"IPv6 open", "Host: [::1", bad},
      {"IPv6 shut", "Host: ::1]", bad},
      {"IPv6 empty", "Host: []", bad},
      {"IPv6 too short", "Host: [:]", bad},
      {"IPv6 and more", "Host: [::1]a", bad},
      {"IPv6 zone", "Host: [fe80::1%25eth0]", bad},
      {"IPvFuture", "Host: [v1.a]", bad},
      {"another name", "X-Host: a", "malformed_request: no Host"},
  };
  check_rows(rows, "GET / HTTP/1.1\r\n");
  const row old_rows[] = {
      {"none in HTTP/1.0", "", "none close"},
      {"one in HTTP/1.0", "Host: a", "none close"},
      {"two in HTTP/1.0", "Host: a\r\nHost: b", "malformed_request: more than one Host"},
      {"bad in HTTP/1.0", "Host: a b", bad},
  };
  check_rows(old_rows, "GET / HTTP/1.0\r\n");
}

BOOST_AUTO_TEST_CASE(reads_the_four_forms_of_a_target) {
  const std::string bad = "malformed_request: ";
  const std::string byte = bad + "byte not allowed in the request target";
  const std::string form = bad + "request target in no known form";
  const std::string authority = bad + "bad authority in the request target";
  const std::string path = bad + "backslash or NUL in the path";
  // Expected: "authority path forward_target", with " absolute" behind where it is.
  const struct {
    const char* why;
    std::string line;
    std::string expected;
  } rows[] = {
      {"origin-form, RFC 9112 3.2.1", "GET /", "h / /"},
      {"query", "GET /a/b?c=d&e", "h /a/b /a/b?c=d&e"},
      {"query alone", "GET /?", "h / /?"},
      {"two questions", "GET /a?b?c", "h /a /a?b?c"},
      {"two slashes", "GET //other.example/a", "h //other.example/a //other.example/a"},
      {"dots are routing's", "GET /a/../b", "h /a/../b /a/../b"},
      {"a scheme inside", "GET /http://other/", "h /http://other/ /http://other/"},
      {"odd but visible", "GET /a|b\"c<d>{}^`", "h /a|b\"c<d>{}^` /a|b\"c<d>{}^`"},
      {"escapes stay", "GET /%2e%2E/%41", "h /%2e%2E/%41 /%2e%2E/%41"},
      {"backslash in a query", "GET /a?b\\c", "h /a /a?b\\c"},
      {"NUL in a query", "GET /a?%00", "h /a /a?%00"},
      {"absolute-form, RFC 9112 3.2.2", "GET http://b.example/a?c", "b.example /a /a?c absolute"},
      {"scheme's case", "GET HTTP://b/a", "b /a /a absolute"},
      {"port", "GET http://b:81/a", "b:81 /a /a absolute"},
      {"IPv6", "GET http://[::1]:81/", "[::1]:81 / / absolute"},
      {"no path", "GET http://b", "b / / absolute"},
      {"asterisk-form, RFC 9112 3.2.4", "OPTIONS *", "h * *"},
      {"absolute OPTIONS, 3.2.4", "OPTIONS http://b", "b * * absolute"},
      {"absolute OPTIONS with a path", "OPTIONS http://b/", "b / / absolute"},
      {"OPTIONS of a path", "OPTIONS /a", "h /a /a"},
      {"asterisk and GET", "GET *", bad + "* is for OPTIONS only"},
      {"asterisk and more", "OPTIONS *a", form},
      {"empty", "GET ", form},
      {"authority-form, RFC 9112 3.2.3", "GET b.example:80", form},
      {"no slash", "GET a/b", form},
      {"query first", "GET ?a", form},
      {"TLS", "GET https://b/", form},
      {"other scheme", "GET ftp://b/", form},
      {"scheme alone", "GET http://", form},
      {"one slash", "GET http:/b/", form},
      {"no authority", "GET http:///a", authority},
      {"query for a path", "GET http://b?a", bad + "request target without a path"},
      {"userinfo, RFC 9110 4.2.4", "GET http://user@b/", authority},
      {"comma in the authority, HAProxy 2026-04", "GET http://b,c/", authority},
      {"bad port", "GET http://b:x/", authority},
      {"backslash in the authority", "GET http://b\\c/", authority},
      {"fragment, Beast 1.81", "GET /a#b", byte},
      {"fragment in absolute-form", "GET http://b/#c", byte},
      {"8-bit, Beast 1.81", "GET /\x80", byte},
      {"8-bit, Beast 1.81", "GET /\xFF", byte},
      {"UTF-8", "GET /\xC3\xA4", byte},
      {"space", "GET /a b", byte},
      {"tab", "GET /a\tb", byte},
      {"DEL", "GET /\x7F", byte},
      {"bare CR", "GET /a\rb", byte},
      {"NUL", std::string("GET /a\0b", 8), byte},
      {"backslash for a slash", "GET /a\\..\\b", path},
      {"NUL in the path", "GET /a%00.html", path},
      {"NUL in an absolute path", "GET http://b/%00", path},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.why << ": " << r.line) {
      const std::string text = r.line + " HTTP/1.1\r\nHost: h";
      const auto out = frame_request(split_request(text), {});
      std::string seen;
      if (out.refused) {
        seen = describe(out);
      } else {
        seen.append(out.authority).append(" ").append(out.path).append(" ");
        seen.append(out.forward_target).append(out.absolute_form ? " absolute" : "");
      }
      BOOST_TEST(seen == r.expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(needs_a_good_host_beside_an_absolute_target) {
  BOOST_TEST(framed("GET http://b/ HTTP/1.1") == "malformed_request: no Host");
  BOOST_TEST(framed("GET http://b/ HTTP/1.1\r\nHost: a b") == "malformed_request: bad Host");
  BOOST_TEST(framed("GET http://b/ HTTP/1.0") == "none close");
  const auto no_host = frame_request(split_request("GET /a HTTP/1.0"), {});
  BOOST_TEST(no_host.authority == "");
  BOOST_TEST(no_host.path == "/a");
}

BOOST_AUTO_TEST_CASE(refuses_methods_that_are_no_token_or_not_served) {
  const std::string not_served = "method_not_allowed: CONNECT and TRACE are not served";
  const row rows[] = {
      {"unknown, RFC 9110 9.1", "BREW", "none"},
      {"case-sensitive, RFC 9110 9.1", "get", "none"},
      {"case-sensitive", "connect", "none"},
      {"every mark", "M!#$%&'*+-.^_`|~1", "none"},
      {"CONNECT", "CONNECT", not_served},
      {"TRACE", "TRACE", not_served},
      {"empty", "", "malformed_request: bad method"},
      {"quote", "G\"T", "malformed_request: bad method"},
      {"slash", "G/T", "malformed_request: bad method"},
      {"8-bit", "G\xC3\x84T", "malformed_request: bad method"},
  };
  for (const row& r : rows) {
    BOOST_TEST(framed(r.lines + " / HTTP/1.1\r\nHost: a") == r.expected, r.why << ": " << r.lines);
  }
  BOOST_TEST(framed("CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443") == not_served);
}

BOOST_AUTO_TEST_CASE(knows_what_follows_a_request_on_its_connection) {
  const row rows[] = {
      {"RFC 9112 9.3", "Connection: close", "none close"},
      {"case", "CONNECTION: Close", "none close"},
      {"list", "Connection: x, close", "none close"},
      {"second line", "Connection: x\r\nConnection: close", "none close"},
      {"close wins", "Connection: keep-alive, close", "none close"},
      {"other", "Connection: closed", "none"},
      {"Proxy-Connection says nothing", "Proxy-Connection: close", "none"},
      {"Expect without a body, RFC 9110 10.1.1", "Expect: 100-continue", "none"},
      {"Expect", "Expect: 100-Continue\r\nContent-Length: 1", "length 1 continue"},
      {"Expect and chunks", "Expect: 100-continue\r\nTransfer-Encoding: chunked",
       "chunked continue"},
      {"Expect and no bytes", "Expect: 100-continue\r\nContent-Length: 0", "none"},
      {"unknown Expect", "Expect: magic", "expectation_failed: unknown expectation"},
      {"empty Expect", "Expect:", "expectation_failed: unknown expectation"},
      {"two in Expect", "Expect: 100-continue, magic", "expectation_failed: unknown expectation"},
      {"second Expect line", "Expect: 100-continue\r\nExpect: magic",
       "expectation_failed: unknown expectation"},
      {"websocket, RFC 6455 4.1", "Connection: Upgrade\r\nUpgrade: websocket", "none upgrade"},
      {"case", "Connection: keep-alive, UPGRADE\r\nUpgrade: WebSocket", "none upgrade"},
      {"not nominated", "Upgrade: websocket", "none"},
      {"h2c", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c", "none"},
      {"several protocols", "Connection: Upgrade\r\nUpgrade: websocket, h2c", "none"},
      {"with a body, pingora CVE-2026-2833",
       "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5", "length 5"},
      {"with chunks", "Connection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked",
       "chunked"},
      {"Max-Forwards is for OPTIONS", "Max-Forwards: 0", "none"},
  };
  check_rows(rows, "GET / HTTP/1.1\r\nHost: a\r\n");
  const row old_rows[] = {
      {"RFC 9112 9.3", "", "none close"},
      {"keep-alive", "Connection: Keep-Alive", "none"},
      {"close wins, RFC 9112 9.3", "Connection: keep-alive, close", "none close"},
      {"Expect is ignored, RFC 9110 10.1.1", "Expect: 100-continue\r\nContent-Length: 1",
       "length 1 close"},
      {"unknown Expect is ignored", "Expect: magic", "none close"},
      {"no upgrade, RFC 9110 7.8", "Connection: Upgrade\r\nUpgrade: websocket", "none close"},
  };
  check_rows(old_rows, "GET / HTTP/1.0\r\nHost: a\r\n");
  const row option_rows[] = {
      {"RFC 9110 7.6.2", "Max-Forwards: 0", "none for_us"},
      {"more hops", "Max-Forwards: 1", "none"},
      {"no number", "Max-Forwards: zero", "none"},
      {"none", "", "none"},
  };
  check_rows(option_rows, "OPTIONS * HTTP/1.1\r\nHost: a\r\n");
  BOOST_TEST(framed("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket") ==
             "none");
}

BOOST_AUTO_TEST_CASE(holds_the_limits_to_the_byte_and_field) {
  const framing_limits limits{.header_count = 5, .target_bytes = 20};
  for (std::size_t size = 1; size <= 40; ++size) {
    const std::string text = "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a";
    BOOST_TEST(
        framed(text, limits) == (size <= 20 ? "none" : "target_too_long: request target too long"),
        size);
  }
  std::string text = "GET / HTTP/1.1\r\nHost: a";
  for (std::size_t fields = 1; fields <= 10; ++fields, text += "\r\nA: b") {
    BOOST_TEST(
        framed(text, limits) == (fields <= 5 ? "none" : "headers_too_large: too many fields"),
        fields);
  }
  // The defaults: 8 KiB, 100 fields.
  const auto with_target = [](std::size_t size) {
    return framed("GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a");
  };
  BOOST_TEST(with_target(8192) == "none");
  BOOST_TEST(with_target(8193) == "target_too_long: request target too long");
  std::string many = "GET / HTTP/1.1\r\nHost: a";
  for (int i = 1; i < 100; ++i) many += "\r\nA: b";
  BOOST_TEST(framed(many) == "none");
  BOOST_TEST(framed(many + "\r\nA: b") == "headers_too_large: too many fields");
}

BOOST_AUTO_TEST_SUITE_END()
