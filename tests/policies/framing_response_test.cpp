#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "policies/framing.hpp"
#include "tests/policies/framing_text.hpp"

using namespace errata;
using namespace errata::testing;

BOOST_AUTO_TEST_SUITE(framing_response)

namespace {

// "fault: ..." or "<body>[ close]".
std::string framed_answer(std::string_view text, std::string_view method) {
  response_head head;
  const auto end = text.find("\r\n");
  const auto line = text.substr(0, end);
  head.version_minor = line[0] - '0';
  head.status = static_cast<unsigned>(std::stoul(std::string(line.substr(2))));
  head.fields = split_fields(end == std::string_view::npos ? "" : text.substr(end + 2));
  const auto out = frame_response(head, method);
  if (!out.fault.empty()) return std::string("fault: ").append(out.fault);
  return describe(out.body) + (out.keep_alive ? "" : " close");
}

}  // namespace

// A row starts with the minor version and the status.
BOOST_AUTO_TEST_CASE(frames_responses_as_rfc_9112_section_6_3_has_it) {
  const std::string cl = "\r\nContent-Length: 5";
  const std::string te = "\r\nTransfer-Encoding: chunked";
  const std::string both = "fault: both Transfer-Encoding and Content-Length";
  const std::string coding = "fault: Transfer-Encoding other than chunked";
  const std::string old = "fault: Transfer-Encoding in HTTP/1.0";
  const std::string length = "fault: bad Content-Length";
  const struct {
    const char* why;
    const char* method;
    std::string text;
    std::string expected;
  } rows[] = {
      {"length", "GET", "1 200" + cl, "length 5"},
      {"length of an error", "POST", "1 500" + cl, "length 5"},
      {"no bytes", "GET", "1 200\r\nContent-Length: 0", "none"},
      {"chunked", "GET", "1 200" + te, "chunked"},
      {"chunked, case", "GET", "1 404\r\nTRANSFER-encoding: CHUNKED", "chunked"},
      {"neither: until close", "GET", "1 200", "until_close close"},
      {"keep-alive cannot be kept", "GET", "1 200\r\nConnection: keep-alive", "until_close close"},
      {"205 has a body", "GET", "1 205" + cl, "length 5"},
      {"a status of no meaning", "GET", "1 000" + cl, "length 5"},
      {"a status of no meaning", "GET", "1 999" + cl, "length 5"},
      {"a status of no meaning", "GET", "1 099", "until_close close"},
      {"HEAD", "HEAD", "1 200" + cl, "none"},
      {"HEAD and chunked", "HEAD", "1 200" + te, "none"},
      {"HEAD and neither", "HEAD", "1 200", "none"},
      {"HEAD of an error", "HEAD", "1 500" + cl, "none"},
      {"head is another method", "head", "1 200" + cl, "length 5"},
      {"100", "POST", "1 100", "none"},
      {"101", "GET", "1 101\r\nConnection: Upgrade\r\nUpgrade: websocket", "none"},
      {"103", "GET", "1 103", "none"},
      {"199", "GET", "1 199" + cl, "none"},
      {"204", "DELETE", "1 204", "none"},
      {"204 with a length, Beast 1.81", "DELETE", "1 204" + cl, "none"},
      {"204 chunked", "GET", "1 204" + te, "none"},
      {"304", "GET", "1 304", "none"},
      {"304 with the length of a 200, RFC 9110 8.6", "GET", "1 304" + cl, "none"},
      {"close", "GET", "1 200\r\nConnection: close" + cl, "length 5 close"},
      {"close, case and list", "GET", "1 200\r\nconnection: a, CLOSE" + cl, "length 5 close"},
      {"close and no body", "GET", "1 204\r\nConnection: close", "none close"},
      {"HTTP/1.0", "GET", "0 200" + cl, "length 5 close"},
      {"HTTP/1.0 keep-alive", "GET", "0 200\r\nConnection: Keep-Alive" + cl, "length 5"},
      {"HTTP/1.0, close wins, RFC 9112 9.3", "GET", "0 200\r\nConnection: keep-alive, close" + cl,
       "length 5 close"},
      {"HTTP/1.0, neither", "GET", "0 200\r\nConnection: keep-alive", "until_close close"},
      {"HTTP/1.0 304", "GET", "0 304", "none close"},
      {"two equal lengths", "GET", "1 200" + cl + cl, "length 5"},
      {"list of equals", "GET", "1 200\r\nContent-Length: 5, 5", "length 5"},
      {"18 digits", "GET", "1 200\r\nContent-Length: 999999999999999999",
       "length 999999999999999999"},
      {"19 digits", "GET", "1 200\r\nContent-Length: 1000000000000000000", length},
      {"lengths that differ", "GET", "1 200" + cl + "\r\nContent-Length: 6", length},
      {"list that differs", "GET", "1 200\r\nContent-Length: 5, 6", length},
      {"empty length", "GET", "1 200\r\nContent-Length:", length},
      {"negative", "GET", "1 200\r\nContent-Length: -1", length},
      {"plus", "GET", "1 200\r\nContent-Length: +5", length},
      {"hexadecimal", "GET", "1 200\r\nContent-Length: 0x5", length},
      {"2^64", "GET", "1 200\r\nContent-Length: 18446744073709551616", length},
      {"bad on a HEAD", "HEAD", "1 200\r\nContent-Length: x", length},
      {"bad on a 204", "GET", "1 204\r\nContent-Length: x", length},
      {"bad on a 304", "GET", "1 304\r\nContent-Length: 4, 5", length},
      {"CL.TE", "GET", "1 200" + cl + te, both},
      {"TE.CL", "GET", "1 200" + te + cl, both},
      {"both, zero", "GET", "1 200\r\nContent-Length: 0" + te, both},
      {"both on a HEAD", "HEAD", "1 200" + cl + te, both},
      {"two codings", "GET", "1 200" + te + te, coding},
      {"gzip, chunked", "GET", "1 200\r\nTransfer-Encoding: gzip, chunked", coding},
      {"chunked, chunked", "GET", "1 200\r\nTransfer-Encoding: chunked, chunked", coding},
      {"xchunked", "GET", "1 200\r\nTransfer-Encoding: xchunked", coding},
      {"identity", "GET", "1 200\r\nTransfer-Encoding: identity", coding},
      {"parameter", "GET", "1 200\r\nTransfer-Encoding: chunked;q=1", coding},
      {"quoted", "GET", "1 200\r\nTransfer-Encoding: \"chunked\"", coding},
      {"empty", "GET", "1 200\r\nTransfer-Encoding:", coding},
      {"two, one empty", "GET", "1 200\r\nTransfer-Encoding:" + te, coding},
      {"HTTP/1.0 chunked, RFC 9112 6.1", "GET", "0 200" + te, old},
      {"HTTP/1.0 chunked, kept alive", "GET", "0 200\r\nConnection: keep-alive" + te, old},
      {"an imitation", "GET", "1 200\r\nTransfer_Encoding: chunked" + cl, "length 5"},
  };
  static_assert(std::size(rows) >= 60);
  for (const auto& r : rows) {
    BOOST_TEST(framed_answer(r.text, r.method) == r.expected,
               r.why << ": " << r.method << " " << r.text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
