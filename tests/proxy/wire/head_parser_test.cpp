#include "proxy/wire/head_parser.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace errata;
using namespace errata::wire;

BOOST_AUTO_TEST_SUITE(head_parser)

namespace {

using found = head_scanner::found;

const char* name_of(found f) {
  switch (f) {
    case found::incomplete:
      return "incomplete";
    case found::complete:
      return "complete";
    case found::bare_line_feed:
      return "bare_line_feed";
    case found::folded_line:
      break;
  }
  return "folded_line";
}

const char* name_of(head_fault f) {
  return f == head_fault::none        ? "none"
         : f == head_fault::malformed ? "malformed"
                                      : "version_not_supported";
}

std::string fields_text(const field_list& fields) {
  std::string out;
  for (const field& f : fields) out.append(f.name).append("=").append(f.value).append("|");
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(finds_the_end_wherever_a_head_is_split) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nB:\r\n\r\n";
  const std::string text = head + "\r\n\r\nbody\n";
  for (std::size_t first = 0; first < text.size(); ++first) {
    for (std::size_t second = first; second < text.size(); ++second) {
      head_scanner scanner;
      std::string_view view = text;
      found came = found::incomplete;
      for (const std::size_t size : {first, second, text.size()}) {
        if (came != found::incomplete) break;
        came = scanner.scan(view.substr(0, size));
        BOOST_TEST((came == found::complete) == (size >= head.size()));
        BOOST_TEST(scanner.first_line_size() == (size >= 16 ? 16u : 0u));
      }
      BOOST_TEST(name_of(came) == "complete");
      BOOST_TEST(scanner.head_size() == head.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(tells_bare_line_feeds_and_folded_lines) {
  const struct {
    std::string text;
    found wanted;
  } rows[] = {
      {"", found::incomplete},
      {"GET", found::incomplete},
      {"GET / HTTP/1.1\r", found::incomplete},
      {"GET / HTTP/1.1\r\n", found::incomplete},
      {"GET / HTTP/1.1\r\n\r", found::incomplete},
      {"GET / HTTP/1.1\r\n\r\n", found::complete},
      {"\r\n", found::complete},
      {"\n", found::bare_line_feed},
      {"GET / HTTP/1.1\n", found::bare_line_feed},
      {"GET / HTTP/1.1\r\n\n", found::bare_line_feed},
      {"GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", found::bare_line_feed},
      {"GET / HTTP/1.1\r\nA: b\n\n", found::bare_line_feed},
      {"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", found::folded_line},
      {"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", found::folded_line},
      {"GET / HTTP/1.1\r\nA: b\r\n \r\n\r\n", found::folded_line},
      {"GET / HTTP/1.1\r\n A: b\r\n\r\n", found::folded_line},
      {"GET / HTTP/1.1\r\nA: b\r\n c", found::incomplete},
      {" GET / HTTP/1.1\r\n\r\n", found::complete},
  };
  for (const auto& r : rows) {
    BOOST_TEST(name_of(head_scanner().scan(r.text)) == name_of(r.wanted), r.text);
  }
}

BOOST_AUTO_TEST_CASE(tolerant_reading_ends_lines_at_line_feeds) {
  const struct {
    std::string text;
    std::size_t size;  // 0: incomplete
    bool odd;
  } rows[] = {
      {"S\r\nA: b\r\n\r\n", 11, false},      {"S\r\nA: b\r\n c\r\n\r\n", 15, true},
      {"S\nA: b\n\nbody", 8, true},          {"S\r\nA: b\n\r\n", 10, true},
      {"S\r\nA: b\r\n\nbody\r\n", 10, true}, {"S\nA: b\n", 0, true},
      {"S\r\nA: b\r\n\r", 0, false},         {"\n", 1, true},
  };
  for (const auto& r : rows) {
    head_scanner scanner(errata::wire::head_reading::tolerant);
    found came = found::incomplete;
    for (std::size_t size = 1; size <= r.text.size() && came == found::incomplete; ++size) {
      came = scanner.scan(std::string_view(r.text).substr(0, size));
    }
    BOOST_TEST((came == found::complete) == (r.size > 0), r.text);
    if (r.size > 0) BOOST_TEST(scanner.head_size() == r.size, r.text);
    BOOST_TEST(scanner.is_odd() == r.odd, r.text);
  }
}

BOOST_AUTO_TEST_CASE(looks_at_a_long_line_in_linear_time) {
  // 4 MiB that come a byte at a time: 8 TiB of looking if each byte were looked at again.
  const std::string text(4 << 20, 'a');
  head_scanner scanner;
  for (std::size_t size = 1; size <= text.size(); ++size) {
    if (scanner.scan(std::string_view(text).substr(0, size)) != found::incomplete) {
      BOOST_FAIL("there is no line end");
    }
  }
  BOOST_TEST(scanner.first_line_size() == 0u);
}

BOOST_AUTO_TEST_CASE(reads_requests_into_views) {
  const std::string text =
      "PATCH /a?b=%20 HTTP/1.1\r\nHost: h\r\nx-Odd:  v \t\r\nCookie: a=1\r\ncookie: b=2\r\n"
      "Empty:\r\nEight: \xFF\xC3\r\n\r\n";
  request_head head;
  head.fields.add("Old", "gone");
  BOOST_TEST(name_of(parse_request_head(text, head)) == "none");
  BOOST_TEST(head.method == "PATCH");
  BOOST_TEST(head.target == "/a?b=%20");
  BOOST_TEST(head.version_minor == 1);
  BOOST_TEST(fields_text(head.fields) ==
             "Host=h|x-Odd=v|Cookie=a=1|cookie=b=2|Empty=|Eight=\xFF\xC3|");
  BOOST_TEST(head.fields.count(field_id::cookie) == 2u);
  BOOST_TEST((head.method.data() == text.data()));
  for (const field& f : head.fields) {
    BOOST_TEST((f.name.data() > text.data() && f.name.data() < text.data() + text.size()));
  }
}

BOOST_AUTO_TEST_CASE(knows_good_requests_from_bad_ones) {
  const struct {
    const char* why;
    std::string text;
    head_fault wanted;
  } rows[] = {
      {"HTTP/1.1", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", head_fault::none},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", head_fault::none},
      {"unknown method", "BREW / HTTP/1.1\r\n\r\n", head_fault::none},
      {"HTTP/2.0", "GET / HTTP/2.0\r\n\r\n", head_fault::version_not_supported},
      {"HTTP/1.2", "GET / HTTP/1.2\r\n\r\n", head_fault::version_not_supported},
      {"HTTP/0.9", "GET / HTTP/0.9\r\n\r\n", head_fault::version_not_supported},
      {"HTTP/3.7", "GET / HTTP/3.7\r\n\r\n", head_fault::version_not_supported},
      {"HTTP/2 has no minor version", "GET / HTTP/2\r\n\r\n", head_fault::malformed},
      {"no version", "GET /\r\n\r\n", head_fault::malformed},
      {"lower case", "GET / http/1.1\r\n\r\n", head_fault::malformed},
      {"another protocol", "GET / ICY/1.1\r\n\r\n", head_fault::malformed},
      {"two digits", "GET / HTTP/1.10\r\n\r\n", head_fault::malformed},
      {"space behind", "GET / HTTP/1.1 \r\n\r\n", head_fault::malformed},
      {"two spaces", "GET  / HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"two spaces", "GET /  HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"tab", "GET\t/ HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"space in the target", "GET /a b HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"no target", "GET HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"no method", " / HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"method that is no token", "G\"T / HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"empty line first", "\r\nGET / HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"only an empty line", "\r\n", head_fault::malformed},
      {"nothing", "", head_fault::malformed},
      {"TLS", "\x16\x03\x01\x02\x00\r\n\r\n", head_fault::malformed},
      {"a bare CR before the line's end", "GET / HTTP/1.1\r\r\n\r\n", head_fault::malformed},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", head_fault::version_not_supported},
      {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\n\r\n", 19), head_fault::malformed},
      {"SP before the colon, RFC 9112 5.1", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
       head_fault::malformed},
      {"no colon", "GET / HTTP/1.1\r\nA\r\n\r\n", head_fault::malformed},
      {"no name, HAProxy CVE-2023-25725", "GET / HTTP/1.1\r\n: b\r\n\r\n", head_fault::malformed},
      {"name that is no token", "GET / HTTP/1.1\r\nA(b): c\r\n\r\n", head_fault::malformed},
      {"8-bit name", "GET / HTTP/1.1\r\n\xC3\xA4: c\r\n\r\n", head_fault::malformed},
      {"NUL in a name", std::string("GET / HTTP/1.1\r\nA\0: c\r\n\r\n", 25), head_fault::malformed},
      {"NUL in a value", std::string("GET / HTTP/1.1\r\nA: \0c\r\n\r\n", 26),
       head_fault::malformed},
      {"bare CR in a value", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", head_fault::malformed},
      {"bare CR in the first line", "GET /\r HTTP/1.1\r\n\r\n", head_fault::malformed},
      {"DEL in a value", "GET / HTTP/1.1\r\nA: \x7F\r\n\r\n", head_fault::malformed},
      {"length that is no number", "GET / HTTP/1.1\r\nContent-Length: +4\r\n\r\n",
       head_fault::malformed},
      {"parameter in Connection, Beast 1.81",
       "GET / HTTP/1.1\r\nConnection: Keep-Alive; timeout=15\r\n\r\n", head_fault::malformed},
      {"not whole", "GET / HTTP/1.1\r\nA: b\r\n", head_fault::malformed},
  };
  for (const auto& r : rows) {
    request_head head;
    BOOST_TEST(name_of(parse_request_head(r.text, head)) == name_of(r.wanted), r.why);
  }
}

BOOST_AUTO_TEST_CASE(knows_good_responses_from_bad_ones) {
  const struct {
    const char* why;
    std::string text;
    head_fault wanted;
    unsigned status;
    std::string reason;
  } rows[] = {
      {"plain", "HTTP/1.1 200 OK\r\n\r\n", head_fault::none, 200, "OK"},
      {"HTTP/1.0", "HTTP/1.0 404 Not Found\r\n\r\n", head_fault::none, 404, "Not Found"},
      {"no reason", "HTTP/1.1 200 \r\n\r\n", head_fault::none, 200, ""},
      {"8-bit reason", "HTTP/1.1 200 \xE9t\xE9\r\n\r\n", head_fault::none, 200, "\xE9t\xE9"},
      {"000", "HTTP/1.1 000 X\r\n\r\n", head_fault::none, 0, "X"},
      {"999", "HTTP/1.1 999 X\r\n\r\n", head_fault::none, 999, "X"},
      {"with fields", "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\n", head_fault::none,
       200, "OK"},
      {"HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", head_fault::malformed, 0, ""},
      {"ICY", "ICY 200 OK\r\n\r\n", head_fault::malformed, 0, ""},
      {"four digits", "HTTP/1.1 2000 OK\r\n\r\n", head_fault::malformed, 0, ""},
      {"two digits", "HTTP/1.1 20 OK\r\n\r\n", head_fault::malformed, 0, ""},
      {"letters", "HTTP/1.1 OK\r\n\r\n", head_fault::malformed, 0, ""},
      {"sign", "HTTP/1.1 -20 OK\r\n\r\n", head_fault::malformed, 0, ""},
      {"space first", " HTTP/1.1 200 OK\r\n\r\n", head_fault::malformed, 0, ""},
      {"NUL in the reason", std::string("HTTP/1.1 200 \0\r\n\r\n", 18), head_fault::malformed, 0,
       ""},
      {"no line", "\r\n", head_fault::malformed, 0, ""},
      {"HTML without a head", "<html>\r\n\r\n", head_fault::malformed, 0, ""},
      {"field without a colon", "HTTP/1.1 200 OK\r\nGarbage\r\n\r\n", head_fault::malformed, 0, ""},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.why) {
      response_head head;
      const auto fault = parse_response_head(r.text, head);
      BOOST_TEST((fault == head_fault::none) == (r.wanted == head_fault::none));
      if (r.wanted != head_fault::none || fault != head_fault::none) continue;
      BOOST_TEST(head.status == r.status);
      BOOST_TEST(head.reason == r.reason);
      BOOST_TEST(head.version_minor == (r.text[7] - '0'));
    }
  }
}

// The framing policy decides about these, so the parser has to let them pass.
BOOST_AUTO_TEST_CASE(leaves_framing_to_the_policy) {
  const char* const lines[] = {
      "Transfer-Encoding: xchunked",
      "Transfer-Encoding: chunked, identity",
      "Host: a b",
      "Content-Length: 4\r\nContent-Length: 4",
  };
  for (const std::string line : lines) {
    request_head head;
    BOOST_TEST(
        name_of(parse_request_head("POST / HTTP/1.1\r\n" + line + "\r\n\r\n", head)) == "none",
        line);
  }
}

BOOST_AUTO_TEST_CASE(never_throws_whatever_the_size) {
  for (const std::size_t size : {8'191U, 8'192U, 65'535U, 65'536U, 70'000U, 1'000'000U}) {
    const std::string name = "GET / HTTP/1.1\r\n" + std::string(size, 'a') + ": b\r\n\r\n";
    const std::string value = "GET / HTTP/1.1\r\nA: " + std::string(size, 'b') + "\r\n\r\n";
    const std::string target = "GET /" + std::string(size, 'c') + " HTTP/1.1\r\n\r\n";
    for (const std::string& text : {name, value, target}) {
      request_head head;
      const auto fault = parse_request_head(text, head);
      if (size < 60'000) BOOST_TEST(name_of(fault) == "none", size);
    }
  }
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 10'000; ++i) many += "A:\r\n";
  request_head head;
  BOOST_TEST(name_of(parse_request_head(many + "\r\n", head)) == "none");
  BOOST_TEST(head.fields.size() == 10'000u);
}

BOOST_AUTO_TEST_SUITE_END()
