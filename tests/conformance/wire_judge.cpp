#include "tests/conformance/wire_judge.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

namespace errata::testing {
namespace {

bool is_canonical_length(std::string_view text) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  return digits && (text.size() == 1 || text.front() != '0');
}

// Without an extension and, but for the last chunk, without leading zeros.
bool is_canonical_size(std::string_view line) {
  const bool digits = !line.empty() && std::all_of(line.begin(), line.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
  return digits && (line == "0" || line.front() != '0');
}

bool is_visible(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t') || u == 0x7F;
  });
}

void check_canonical(const text_head& head, const text_body& body) {
  const auto lengths = head.count("Content-Length");
  const auto codings = head.count("Transfer-Encoding");
  BOOST_TEST(lengths + codings <= 1u, "more than one framing");
  if (lengths > 0) BOOST_TEST(is_canonical_length(head.value("Content-Length")));
  if (codings > 0) BOOST_TEST(head.value("Transfer-Encoding") == "chunked");
  for (const auto& line : body.chunk_lines) BOOST_TEST(is_canonical_size(line), escaped(line));
  BOOST_TEST(body.trailers == "");
}

void check_fields(const text_head& head, const expected_message& expected) {
  for (const auto& field : expected.fields) {
    const auto values = head.values(field.name);
    const bool found = std::find(values.begin(), values.end(), field.value) != values.end();
    BOOST_TEST(found, "no field " << field.name << ": " << field.value);
  }
  for (const auto& name : expected.absent) BOOST_TEST(!head.has(name), name << " is there");
}

void check_framing(const text_body& body, body_end expected) {
  switch (expected) {
    case body_end::any:
      break;
    case body_end::none:
      BOOST_TEST((body.by == framing::none || body.raw.empty()));
      break;
    case body_end::length:
      BOOST_TEST((body.by == framing::length));
      break;
    case body_end::chunked:
      BOOST_TEST((body.by == framing::chunked));
      break;
    case body_end::until_close:
      BOOST_TEST((body.by == framing::until_close));
      break;
  }
}

}  // namespace

void check_freshly_framed(const recorded_request& seen) {
  const text_head& head = seen.head;
  BOOST_TEST(head.well_formed);
  BOOST_TEST(seen.version == "HTTP/1.1");
  BOOST_TEST(std::count(head.start_line.begin(), head.start_line.end(), ' ') == 2);
  BOOST_TEST(head.count("Host") == 1u);
  BOOST_TEST(head.count("X-Request-Id") == 1u);
  check_canonical(head, seen.body);
  const bool upgrades = same_name(head.value("Upgrade"), "websocket");
  for (const auto* name : {"Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE", "Trailer",
                           "HTTP2-Settings"}) {
    BOOST_TEST(!head.has(name), name << " crossed");
  }
  BOOST_TEST(head.has("Connection") == upgrades);
  BOOST_TEST(head.has("Upgrade") == upgrades);
  for (const auto& field : head.fields) BOOST_TEST(is_visible(field.value), escaped(field.value));
}

void check_request(const recorded_request& seen, const expected_message& expected) {
  BOOST_TEST(seen.method == expected.method);
  BOOST_TEST(seen.target == expected.target);
  check_fields(seen.head, expected);
  BOOST_TEST(seen.body.complete == !expected.broken);
  if (expected.broken) return;
  check_framing(seen.body, expected.framing);
  // A request without a word about its body has none.
  if (expected.body || expected.framing == body_end::any)
    BOOST_TEST(escaped(seen.body.content) == escaped(expected.body.value_or("")));
}

void check_reply(const received_response& reply, const expected_message& expected,
                 error_author author) {
  BOOST_TEST_CONTEXT("reply: " << reply.describe()) {
    BOOST_TEST(reply.status == expected.status);
    if (reply.status == 0) return;
    BOOST_TEST(reply.head.well_formed);
    BOOST_TEST(reply.head.count("X-Request-Id") == 1u);
    BOOST_TEST(is_request_id(reply.head.value("X-Request-Id")));
    BOOST_TEST(reply.head.count("Date") == 1u);
    check_canonical(reply.head, reply.body);
    for (const auto& field : reply.head.fields)
      BOOST_TEST(is_visible(field.value), escaped(field.value));
    if (expected.status >= 400) {
      check_error(reply, expected.status, expected.code, author);
    } else if (expected.broken) {
      // Short of its length or of its last chunk; what nothing delimits must be reset.
      BOOST_TEST(!reply.body.complete, "a whole response that should be broken off");
    } else {
      BOOST_TEST(reply.complete());
    }
    std::vector<unsigned> interim;
    for (const auto& head : reply.interim) {
      unsigned status = 0;
      if (head.start_line.size() >= 12)
        status = static_cast<unsigned>(std::stoul(head.start_line.substr(9, 3)));
      interim.push_back(status);
    }
    BOOST_TEST(interim == expected.interim, boost::test_tools::per_element());
    check_fields(reply.head, expected);
    check_framing(reply.body, expected.framing);
    if (expected.body) BOOST_TEST(escaped(reply.body.content) == escaped(*expected.body));
  }
}

}  // namespace errata::testing
