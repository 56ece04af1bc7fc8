// policies/headers and policies/normalize/error_fields do what tests/headers/policy.txt says.
#include "tests/support/header_policy.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policies/headers.hpp"
#include "policies/normalize/error_fields.hpp"
#include "policies/request_id.hpp"

namespace errata {
namespace {

using testing::header_rule;
using testing::setup;
using testing::way;

const std::vector<header_rule>& all_rules() {
  static const auto rules =
      testing::read_header_policy(ERRATA_SOURCE_DIR "/tests/headers/policy.txt");
  return rules;
}

// Takes "Name: value\r\n" lines apart; the views point into `lines`.
field_list fields_of(std::string_view lines) {
  field_list out;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n"));
    const auto colon = line.find(": ");
    out.add(line.substr(0, colon), line.substr(colon + 2));
    lines.remove_prefix(line.size() + 2);
  }
  return out;
}

std::string request_fields(const header_rule& rule, const std::string& came) {
  request_head head;
  head.method = rule.method;
  head.target = "/";
  head.fields = fields_of(came);
  const bool trusted = rule.configured == setup::trusting;
  const field* id = head.fields.find("X-Request-Id");
  forwarding_facts facts;
  facts.peer = "127.0.0.1";
  facts.peer_is_trusted = trusted;
  facts.authority = head.fields.has(field_id::host) ? head.fields.value(field_id::host)
                                                    : std::string_view("test.example");
  facts.pseudonym = "errata";
  facts.request_id_field = "X-Request-Id";
  facts.request_id = trusted && id != nullptr ? id->value : std::string_view("an-id-of-ours");
  facts.pass_trace = head.fields.count(field_id::traceparent) == 1 &&
                     is_valid_traceparent(head.fields.value(field_id::traceparent));
  std::string out;
  BOOST_TEST(append_request_fields(out, head, facts));
  return out;
}

std::string response_fields(const header_rule& rule, const std::string& came) {
  response_head head;
  head.status = rule.direction == way::authored ? 0 : rule.status;
  head.fields = fields_of(came);
  std::string out;
  if (rule.direction == way::passed) {
    append_response_fields(out, head, "X-Request-Id");
    return out;
  }
  const bool tells = rule.configured == setup::telling;
  append_error_fields(out, head,
                      {.sent_status = rule.status,
                       .content_type = tells ? "application/problem+json" : "application/json",
                       .varies_by_accept = tells,
                       .auth_challenge = "Bearer"});
  return out;
}

std::vector<std::string> values_in(const std::string& lines, std::string_view name) {
  std::vector<std::string> out;
  for (const field& f : fields_of(lines)) {
    if (iequals(f.name, name)) out.emplace_back(f.value);
  }
  return out;
}

std::string shown(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out.append("[").append(value).append("]");
  return out;
}

// What the standards name that errata honours: RFC 9110 to 9112, 9209, 9457, 9530, trace-context,
// baggage, the RateLimit draft, Fetch, and the names that go around with the same meaning.
constexpr std::string_view requests[] = {
    "Accept",
    "Accept-Encoding",
    "Access-Control-Request-Method",
    "Authorization",
    "baggage",
    "Connection",
    "Content-Length",
    "Cookie",
    "Expect",
    "Forwarded",
    "Host",
    "HTTP2-Settings",
    "Keep-Alive",
    "Max-Forwards",
    "Origin",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "traceparent",
    "tracestate",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "X-Request-Id",
};
constexpr std::string_view responses[] = {
    "Accept-Ranges",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Age",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Digest",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-MD5",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Type",
    "Date",
    "Digest",
    "ETag",
    "Expires",
    "HTTP2-Settings",
    "Keep-Alive",
    "Last-Modified",
    "Link",
    "Pragma",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "RateLimit",
    "RateLimit-Policy",
    "Refresh",
    "Repr-Digest",
    "Retry-After",
    "Server",
    "Server-Timing",
    "Set-Cookie",
    "Signature",
    "Signature-Input",
    "Strict-Transport-Security",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-AspNet-Version",
    "X-Content-Type-Options",
    "X-Debug-Token",
    "X-Error-Code",
    "X-Frame-Options",
    "X-Powered-By",
    "X-RateLimit-Limit",
    "X-Request-Id",
};

BOOST_AUTO_TEST_SUITE(header_policy)

BOOST_AUTO_TEST_CASE(each_field_leaves_as_the_list_says) {
  for (const header_rule& rule : all_rules()) {
    BOOST_TEST_CONTEXT(rule.describe()) {
      const std::string came = rule.lines();
      const std::string left =
          rule.direction == way::request ? request_fields(rule, came) : response_fields(rule, came);
      const auto values = values_in(left, rule.name);
      if (rule.by_proxy) {
        BOOST_TEST(values.empty(), shown(values));
      } else {
        BOOST_TEST(rule.agrees(values), shown(values));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_field_that_standards_name_is_in_the_list) {
  std::set<std::pair<way, std::string>> listed;
  for (const header_rule& rule : all_rules()) listed.emplace(rule.direction, rule.name);
  for (const std::string_view name : requests) {
    BOOST_TEST(listed.contains({way::request, std::string(name)}), name << " of requests");
  }
  for (const std::string_view name : responses) {
    BOOST_TEST(listed.contains({way::passed, std::string(name)}), name << " of passed responses");
    BOOST_TEST(listed.contains({way::rewritten, std::string(name)}), name << " of rewritten ones");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
