#include "proxy/cli/capture.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace errata {
namespace {

using namespace std::string_literals;

std::string told(const read_captures& read) {
  std::string text;
  for (const capture_problem& p : read.problems) {
    text += "line " + std::to_string(p.line) + ": " + p.message + '\n';
  }
  return text;
}

// The one capture that `text` must hold.
capture only(std::string_view text, const capture_defaults& defaults = {}) {
  const read_captures read = parse_captures(text, defaults);
  BOOST_TEST_INFO(told(read));
  BOOST_REQUIRE(read.problems.empty());
  BOOST_REQUIRE_EQUAL(read.captures.size(), 1U);
  return read.captures.front();
}

std::string value_of(const std::vector<capture_field>& fields, std::string_view name) {
  std::string all;
  for (const capture_field& f : fields) {
    if (iequals(f.name, name)) all += (all.empty() ? "" : "|") + f.value;
  }
  return all;
}

// The one problem that `text` must have.
std::string refusal(std::string_view text, const capture_defaults& defaults = {}) {
  const read_captures read = parse_captures(text, defaults);
  BOOST_REQUIRE_EQUAL(read.problems.size(), 1U);
  return told(read);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(capture_reader)

BOOST_AUTO_TEST_CASE(reads_a_response_as_on_the_wire) {
  const capture got = only(
      "HTTP/1.0 404 Not Found\r\nContent-Type: text/plain\r\nSet-Cookie: a=1\r\n"
      "Set-Cookie:b=2 \r\nX-Name: caf\xE9\r\nContent-Length: 9\r\n\r\nnot found");
  BOOST_TEST(got.status == 404U);
  BOOST_TEST(got.version_minor == 0);
  BOOST_TEST(got.reason == "Not Found");
  BOOST_TEST(got.method == "GET");
  BOOST_TEST(got.line == 1U);
  BOOST_TEST(value_of(got.fields, "set-cookie") == "a=1|b=2");
  BOOST_TEST(value_of(got.fields, "x-name") == "caf\xE9");
  BOOST_TEST(got.body == "not found");
  BOOST_TEST(!got.truncated);
  BOOST_TEST(got.notes.empty());
  const response_head head = head_of(got);
  BOOST_TEST(head.status == 404U);
  BOOST_TEST(head.fields.value(field_id::content_type) == "text/plain");
}

struct body_case {
  const char* what;
  std::string text;
  std::string body;
  bool truncated = false;
  std::size_t notes = 0;
};

BOOST_AUTO_TEST_CASE(finds_where_a_body_ends) {
  const std::string zipped = "\x1F\x8B\x08\x00\x01\x02"s;
  const body_case cases[] = {
      {"line feeds alone", "HTTP/1.1 500 Oops\nContent-Length: 3\n\nabc", "abc"},
      {"no reason", "HTTP/1.1 500\r\n\r\nabc", "abc"},
      {"HTTP/2 as curl prints it", "HTTP/2 404 \r\nserver: x\r\n\r\nabc", "abc"},
      {"a head that is all there is", "HTTP/1.1 404 Not Found\r\nAllow: GET", ""},
      {"to the end", "HTTP/1.1 500 X\r\n\r\na\r\n\r\nHTTP/1.1 b\n", "a\r\n\r\nHTTP/1.1 b\n"},
      {"any bytes", "HTTP/1.1 500 X\r\n\r\n\0\xFF\x80"s, "\0\xFF\x80"s},
      {"folded line", "HTTP/1.1 500 X\r\nA: b\r\n  c\r\nContent-Length: 1\r\n\r\nx", "x"},
      {"cut short", "HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\nabc", "abc", true},
      {"two lengths that agree",
       "HTTP/1.1 500 X\r\nContent-Length: 9\r\nContent-Length: 9\r\n\r\nabc", "abc", true},
      {"two lengths that do not",
       "HTTP/1.1 500 X\r\nContent-Length: 9\r\nContent-Length: 1\r\n\r\nabc", "abc"},
      {"no number", "HTTP/1.1 500 X\r\nContent-Length: -1\r\n\r\nabc", "abc"},
      {"an editor's last line end", "HTTP/1.1 500 X\r\nContent-Length: 3\r\n\r\nabc\n", "abc"},
      {"bytes that nobody announced", "HTTP/1.1 500 X\r\nContent-Length: 3\r\n\r\nabcdef", "abc",
       false, 1},
      {"chunks",
       "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
       "abc"},
      {"chunks and trailers",
       "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n", "abc"},
      {"chunks without CR", "HTTP/1.1 500 X\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n", "abc"},
      {"a chunk cut short", "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", "abc",
       true},
      {"no last chunk", "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "abc",
       true},
      {"chunks taken off by curl",
       "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n{\"error\":\"x\"}",
       "{\"error\":\"x\"}"},
      {"chunks taken off a body that begins with a digit",
       "HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n404\npage not found\n",
       "404\npage not found\n"},
      {"coding taken off, longer",
       "HTTP/1.1 500 X\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabcdef", "abcdef"},
      {"coding taken off, shorter",
       "HTTP/1.1 500 X\r\nContent-Encoding: gzip\r\nContent-Length: 30\r\n\r\nabcdef", "abcdef"},
      {"coding still on",
       "HTTP/1.1 500 X\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\n" + zipped, zipped},
      {"coding still on, cut short",
       "HTTP/1.1 500 X\r\nContent-Encoding: gzip\r\nContent-Length: 60\r\n\r\n" + zipped, zipped,
       true},
      {"204 has no body", "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", ""},
      {"a byte order mark", "\xEF\xBB\xBFHTTP/1.1 500 X\r\n\r\nabc", "abc"},
      {"empty lines before it", "\r\n\nHTTP/1.1 500 X\r\n\r\nabc", "abc"},
  };
  for (const body_case& c : cases) {
    BOOST_TEST_CONTEXT(c.what) {
      const capture got = only(c.text);
      BOOST_TEST(got.body == c.body);
      BOOST_TEST(got.truncated == c.truncated);
      BOOST_TEST(got.notes.size() == c.notes);
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_the_last_of_several_heads) {
  const std::string last = "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx";
  const std::string before[] = {
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
      "HTTP/1.1 200 Connection established\r\n\r\n",
      "HTTP/1.1 301 Moved Permanently\r\nLocation: /x\r\nContent-Length: 162\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: 12\r\n\r\n",
      "HTTP/1.0 200 OK\r\nProxy-Agent: p\r\n\r\nHTTP/2 100 \r\n\r\n",
  };
  for (const std::string& heads : before) {
    BOOST_TEST_CONTEXT(heads) {
      const capture got = only(heads + last);
      BOOST_TEST(got.status == 404U);
      BOOST_TEST(got.body == "x");
      BOOST_TEST(value_of(got.fields, "Location").empty());
      BOOST_TEST(got.line ==
                 1U + static_cast<unsigned>(std::count(heads.begin(), heads.end(), '\n')));
    }
  }
}

BOOST_AUTO_TEST_CASE(leaves_a_head_inside_a_body_alone) {
  const std::string shown = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
  const capture got =
      only("HTTP/1.1 502 Bad Gateway\r\nContent-Length: " + std::to_string(shown.size()) +
           "\r\n\r\n" + shown);
  BOOST_TEST(got.status == 502U);
  BOOST_TEST(got.body == shown);
}

BOOST_AUTO_TEST_CASE(reads_several_responses_where_lengths_tell_them_apart) {
  const read_captures read = parse_captures(
      "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 500 Oops\r\n"
      "Transfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n\r\nHTTP/1.1 410 Gone\r\n"
      "Content-Length: 0\r\n\r\nHTTP/1.1 409 Conflict\r\n\r\nrest",
      {});
  BOOST_TEST_INFO(told(read));
  BOOST_REQUIRE_EQUAL(read.captures.size(), 4U);
  BOOST_TEST(read.captures[0].body == "ab");
  BOOST_TEST(read.captures[1].status == 500U);
  BOOST_TEST(read.captures[1].body == "c");
  BOOST_TEST(read.captures[2].status == 410U);
  BOOST_TEST(read.captures[3].body == "rest");
  BOOST_TEST(read.captures[3].line == 15U);
}

BOOST_AUTO_TEST_CASE(knows_that_head_has_no_body) {
  capture_defaults defaults;
  defaults.method = "HEAD";
  const capture got = only("HTTP/1.1 404 Not Found\r\nContent-Length: 120\r\n\r\n", defaults);
  BOOST_TEST(got.method == "HEAD");
  BOOST_TEST(!got.truncated);
}

BOOST_AUTO_TEST_CASE(reads_what_curl_v_writes) {
  const capture got = only(
      "  % Total    % Received % Xferd  Average Speed\n"
      "*   Trying 127.0.0.1:8080...\n* Connected to localhost (127.0.0.1) port 8080 (#0)\n"
      "> POST /orders HTTP/1.1\r\n> Host: localhost:8080\r\n> Accept: */*\r\n>\r\n"
      "} [12 bytes data]\n* upload completely sent off: 12 out of 12 bytes\n"
      "< HTTP/1.1 100 Continue\r\n< \r\n"
      "< HTTP/1.1 422 Unprocessable Entity\r\n< Content-Type: application/json\r\n"
      "< Transfer-Encoding: chunked\r\n< \r\n{ [17 bytes data]\n"
      "\r100    17    0    17    0     0   8500      0 --:--:-- --:--:-- --:--:--  8500\n"
      "{\"errors\":[\"x\"]}\n* Connection #0 to host localhost left intact\n");
  BOOST_TEST(got.method == "POST");
  BOOST_TEST(value_of(got.request_fields, "accept") == "*/*");
  BOOST_TEST(got.status == 422U);
  BOOST_TEST(got.body == "{\"errors\":[\"x\"]}\n");
  BOOST_TEST(!got.truncated);
  BOOST_TEST(got.line == 12U);
}

BOOST_AUTO_TEST_CASE(reads_curl_v_whose_remarks_stand_elsewhere) {
  const std::string request = "> DELETE /a HTTP/2\r\n> accept: */*\r\n> \r\n";
  const std::string head = "< HTTP/2 409 \r\n< content-type: text/plain\r\n";
  const body_case cases[] = {
      {"on the body's last line", "< \r\nno way* Connection #0 to host x left intact\n", "no way"},
      {"before the body", "< \r\n* Connection #0 to host x left intact\nno way", "no way"},
      {"inside a body of known length",
       "< content-length: 24\r\n< \r\nsay * Connection # twice* Closing connection 0\n",
       "say * Connection # twice"},
      {"broken off", "< content-length: 24\r\n< \r\nno* transfer closed with 22 bytes remaining\n",
       "no", true},
      {"broken off, length unknown", "< \r\nno* transfer closed with outstanding read data\n", "no",
       true},
      {"coding taken off",
       "< content-encoding: gzip\r\n< content-length: 3\r\n< \r\nno way* Closing connection\n",
       "no way"},
  };
  for (const body_case& c : cases) {
    BOOST_TEST_CONTEXT(c.what) {
      const capture got = only(request + head + c.text);
      BOOST_TEST(got.method == "DELETE");
      BOOST_TEST(got.status == 409U);
      BOOST_TEST(got.body == c.body);
      BOOST_TEST(got.truncated == c.truncated);
    }
  }
}

BOOST_AUTO_TEST_CASE(follows_curl_v_through_credentials_and_tunnels) {
  const capture got = only(
      "> CONNECT api.example:443 HTTP/1.1\r\n> \r\n< HTTP/1.1 200 Connection established\r\n< \r\n"
      "* CONNECT phase completed\n"
      "> GET /a HTTP/1.1\r\n> \r\n< HTTP/1.1 401 Unauthorized\r\n< Content-Length: 12\r\n< \r\n"
      "* Ignoring the response-body\n* Connection #0 to host api.example left intact\n"
      "* Issue another request to this URL: 'http://api.example/a'\n"
      "> GET /a HTTP/1.1\r\n> Authorization: Digest x\r\n> \r\n"
      "< HTTP/1.1 403 Forbidden\r\n< Content-Length: 2\r\n< \r\nno");
  BOOST_TEST(got.status == 403U);
  BOOST_TEST(got.body == "no");
  BOOST_TEST(value_of(got.request_fields, "authorization") == "Digest x");
}

BOOST_AUTO_TEST_CASE(reads_corpus_lines) {
  const read_captures read = parse_captures(
      R"({"id":"a","request":{"method":"PUT","path":"/x","headers":{"Accept":"*/*"}},"status":404,)"
      R"("reason":"Not Found","http":"1.0","headers":[["Set-Cookie","a=1"],["Set-Cookie","b=é"]],)"
      R"("framing":"content-length","body_b64":"eyJhIjoxfQ==","expect":{}})"
      "\n\n"
      R"({"status":500,"headers":{"Vary":["A","B"],"Allow":"GET"},"framing":"truncated","body":"ž"})"
      "\n",
      {});
  BOOST_TEST_INFO(told(read));
  BOOST_REQUIRE_EQUAL(read.captures.size(), 2U);
  const capture& first = read.captures[0];
  BOOST_TEST(first.id == "a");
  BOOST_TEST(first.method == "PUT");
  BOOST_TEST(value_of(first.request_fields, "accept") == "*/*");
  BOOST_TEST(first.status == 404U);
  BOOST_TEST(first.reason == "Not Found");
  BOOST_TEST(first.version_minor == 0);
  BOOST_TEST(value_of(first.fields, "set-cookie") == "a=1|b=\xE9");
  BOOST_TEST(first.body == "{\"a\":1}");
  BOOST_TEST(!first.truncated);
  const capture& second = read.captures[1];
  BOOST_TEST(second.line == 3U);
  BOOST_TEST(second.method == "GET");
  BOOST_TEST(value_of(second.fields, "vary") == "A|B");
  BOOST_TEST(second.body == "ž");
  BOOST_TEST(second.truncated);
}

BOOST_AUTO_TEST_CASE(reads_a_corpus_case_over_several_lines) {
  const capture got =
      only("\n{\n  \"status\": 404,\n  \"headers\": [],\n  \"body_b64\": \"YQ\"\n}\n");
  BOOST_TEST(got.status == 404U);
  BOOST_TEST(got.body == "a");
}

BOOST_AUTO_TEST_CASE(leaves_out_what_cannot_be_a_header_of_the_request) {
  const std::string texts[] = {
      R"({"status":400,"headers":[],"request":{"method":"PUT","headers":{"A":"b","C D":"e"}}})",
      "> PUT / HTTP/1.1\n> A: b\n> C D: e\n> \n< HTTP/1.1 400 X\n< \n",
  };
  for (const std::string& text : texts) {
    BOOST_TEST_CONTEXT(text) {
      const capture got = only(text);
      BOOST_TEST(got.method == "PUT");
      BOOST_TEST(value_of(got.request_fields, "a") == "b");
      BOOST_TEST(got.request_fields.size() == 1U);
      BOOST_TEST(got.notes.size() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_a_bare_body_only_with_a_status) {
  const std::string bodies[] = {"<html>oops</html>", R"({"status":404,"message":"no"})",
                                "\xFF\xFE\0"s, "say HTTP/1.1 404"};
  for (const std::string& body : bodies) {
    BOOST_TEST_CONTEXT(body) {
      BOOST_TEST(refusal(body).starts_with("line 1: expected "));
      capture_defaults defaults;
      defaults.status = 422;
      BOOST_TEST(only(body, defaults).fields.empty());
      defaults.content_type = "text/html";
      const capture got = only(body, defaults);
      BOOST_TEST(got.status == 422U);
      BOOST_TEST(value_of(got.fields, "content-type") == "text/html");
      BOOST_TEST(got.body == body);
    }
  }
}

BOOST_AUTO_TEST_CASE(says_what_was_expected_and_where) {
  const struct {
    std::string text;
    const char* problem;
  } cases[] = {
      {"", "line 1: expected a recorded response"},
      {" \r\n", "line 1: expected a recorded response"},
      {"HTTP/1.1 abc\r\n\r\n", "line 1: expected a status line"},
      {"HTTP/1.1 4040 X\r\n\r\n", "line 1: expected a status line"},
      {"HTTP/1.1 404 X\r\nA: b\r\nno colon\r\n\r\n", "line 3: expected a header line"},
      {"HTTP/1.1 404 X\r\nA b: c\r\n\r\n", "line 2: expected a header line"},
      {"HTTP/1.1 404 X\r\nA: b\x1B[0m\r\n\r\n", "line 2: expected a header value without control"},
      {"HTTP/1.1 404 X\r\n folded: b\r\n\r\n", "line 2: expected a header line"},
      {"HTTP/1.1 100 Continue\r\n\r\n", "line 3: expected the final response"},
      {"> GET / HTTP/1.1\n< HTTP/1.1 404 X\n< no colon\n", "line 3: expected a header line"},
      {"> GET / HTTP/1.1\n< HTTP/1.1 404 X\n< A: b\n", "line 1: expected a whole response"},
      {"< A: b\n< HTTP/1.1 404 X\n< \n", "line 1: expected a status line"},
      {R"({"status":4040,"headers":[]})", "line 1: expected a number from 0 to 999"},
      {R"({"status":"404","headers":[]})", "line 1: expected a number from 0 to 999"},
      {R"({"status":404,"headers":[1]})", "line 1: expected 'headers' as a list"},
      {R"({"status":404,"headers":7})", "line 1: expected 'headers' as a list"},
      {R"({"status":404,"headers":[["a",1]]})", "line 1: expected a string as a header's value"},
      {R"({"status":404,"headers":[["a b","c"]]})", "line 1: expected a header line"},
      {R"({"status":404,"headers":[["a","b\u0000"]]})", "line 1: expected a header value"},
      {R"({"status":404,"body_b64":"a*"})", "line 1: expected base64"},
      {R"({"status":404,"body_b64":"a"})", "line 1: expected base64"},
      {R"({"status":404,"headers":[],"framing":"odd"})", "line 1: expected 'framing'"},
      {R"({"status":404,"headers":[],"request":[]})", "line 1: expected an object as 'request'"},
      {R"({"status":404,"headers":[],"request":{"method":"A B"}})", "line 1: expected a method"},
      {"\xFF\xFEH\0T\0"s, "line 1: expected bytes as they came over the wire"},
      {std::string(max_capture_bytes + 1, 'x'), "line 1: expected at most 8 MiB"},
  };
  for (const auto& c : cases) {
    BOOST_TEST_CONTEXT(c.text.substr(0, 80)) {
      const std::string got = refusal(c.text);
      BOOST_TEST_INFO(got);
      BOOST_TEST(got.starts_with(c.problem));
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_the_other_lines_when_one_is_wrong) {
  const read_captures read = parse_captures(
      "{\"status\":404,\"headers\":[]}\n{\"status\":\n{\"status\":500,\"headers\":[]}\n", {});
  BOOST_TEST(read.captures.size() == 2U);
  BOOST_TEST(told(read).starts_with("line 2: expected a JSON object"));
}

BOOST_AUTO_TEST_CASE(tells_no_more_than_twenty_problems) {
  std::string text = "{\"status\":404,\"headers\":[]}\n";
  for (int i = 0; i < 1000; ++i) text += "{\n";
  BOOST_TEST(parse_captures(text, {}).problems.size() == 20U);
}

// Each of these would take minutes if anything were looked at again for every response.
BOOST_AUTO_TEST_CASE(is_linear) {
  const auto many = [](std::string_view piece) {
    std::string text;
    text.reserve(1024 * 1024);
    while (text.size() + piece.size() <= 1024 * 1024) text += piece;
    return text;
  };
  for (const std::string& text : {
           many("HTTP/1.1 404 X\r\n\r\n"),
           many("HTTP/1.1 404 X\r\nContent-Length: 1\r\n\r\nx"),
           many("HTTP/1.1 301 X\r\nLocation: x\r\n\r\n"),
           many("HTTP/1.1 404 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
           many("> GET / HTTP/1.1\n< HTTP/1.1 404 X\n< \nx* Closing connection\n"),
           many("< HTTP/1.1 404 X\n< Content-Length: 1\n< \nx\n"),
           "< HTTP/1.1 404 X\n< \n" + many("* "),
           many("< HTTP/"),
           "HTTP/1.1 404 X\r\nTransfer-Encoding: chunked\r\n\r\n" + many("1\r\nx\r\n"),
           "HTTP/1.1 404 X\r\n" + many("A: b\r\n c\r\n"),
       }) {
    BOOST_TEST_CONTEXT(text.substr(0, 60)) {
      const read_captures read = parse_captures(text, {});
      BOOST_TEST((!read.captures.empty() || !read.problems.empty()));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
