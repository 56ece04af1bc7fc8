#include "policies/envelope.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

bool canonical(std::string_view body, unsigned status) {
  return is_canonical(body, status, catalog::built_in());
}

std::string written(const envelope& e) {
  std::string out;
  append_envelope(out, e);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(envelope_test)

BOOST_AUTO_TEST_CASE(writes_members_in_order_and_leaves_out_the_empty) {
  BOOST_TEST(written({"conflict", "Taken.", "slot_taken", "", ""}) ==
             R"({"error":{"type":"conflict","message":"Taken.","code":"slot_taken"}})");
  BOOST_TEST(written({"invalid_request", "Bad.", "bad_value", "a[0].b", "https://d.example/#x"}) ==
             R"({"error":{"type":"invalid_request","message":"Bad.","code":"bad_value",)"
             R"("param":"a[0].b","doc_url":"https://d.example/#x"}})");
}

BOOST_AUTO_TEST_CASE(appends_to_what_is_there) {
  std::string out = "before";
  append_envelope(out, {"conflict", "m", "cc", "", ""});
  BOOST_TEST(out.starts_with("before{\"error\""));
}

BOOST_AUTO_TEST_CASE(escapes_what_json_and_old_javascript_need) {
  struct {
    std::string_view text, escaped;
  } const rows[] = {
      {"a\"b", "a\\\"b"},
      {"a\\b", "a\\\\b"},
      {"\b\f\n\r\t", "\\b\\f\\n\\r\\t"},
      {std::string_view("\0x", 2), "\\u0000x"},
      {"\x1F", "\\u001f"},
      {"\x7F", "\\u007f"},
      {"a/b", "a/b"},
      {"\xE2\x80\xA8-\xE2\x80\xA9", "\\u2028-\\u2029"},
      {"\xE2\x80\xA7", "\xE2\x80\xA7"},
      {"\xE2\x82\xAC \xF0\x9F\x98\x80 \xC3\xA9", "\xE2\x82\xAC \xF0\x9F\x98\x80 \xC3\xA9"},
  };
  for (const auto& row : rows) {
    const std::string body = written({"conflict", row.text, "cc", "", ""});
    BOOST_TEST(body.find("\"message\":\"" + std::string(row.escaped) + "\",") != std::string::npos,
               body);
    const auto parsed = boost::json::parse(body);
    BOOST_TEST(std::string_view(parsed.at("error").at("message").as_string()) == row.text);
  }
}

BOOST_AUTO_TEST_CASE(codes_follow_the_grammar) {
  for (const char* good : {"ab", "a1", "not_found", "e1007", "a_1_b"}) BOOST_TEST(is_code(good));
  BOOST_TEST(is_code("a" + std::string(62, 'b')));
  for (const char* bad :
       {"", "a", "A1", "aB", "1a", "_ab", "ab_", "a__b", "a-b", "a b", "\xC3\xA9x"}) {
    BOOST_TEST(!is_code(bad), bad);
  }
  BOOST_TEST(!is_code("a" + std::string(63, 'b')));
}

BOOST_AUTO_TEST_CASE(recognises_the_envelope_however_it_is_spelled) {
  struct {
    std::string_view body;
    unsigned status;
  } const rows[] = {
      {R"({"error":{"type":"invalid_request","message":"M","code":"cc"}})", 400},
      {R"({"error":{"type":"invalid_request","message":"M","code":"cc","param":"p","doc_url":"https://x.example/y"}})",
       422},
      {"{\n  \"error\": {\n    \"type\": \"resource_not_found\",\n    \"message\": \"M\",\n"
       "    \"code\": \"cc\"\n  }\n}\n\n",
       404},
      {R"({"error":{"code":"cc","message":"M","type":"conflict"}})", 409},
      {"{\"error\":{\"type\":\"authentication_error\",\"message\":\"Cl\\u00e9 "
       "\\u2014\",\"code\":\"cc\"}}",
       401},
      {R"({"error":{"type":"server_error","message":"M","code":"cc"}})", 503},
      {R"({"error":{"type":"rate_limit_error","message":"M","code":"cc"}})", 429},
      {"{\"err\\u006fr\":{\"type\":\"conflict\",\"message\":\"M\",\"code\":\"cc\"}}", 409},
  };
  for (const auto& row : rows) BOOST_TEST(canonical(row.body, row.status), row.body);
}

BOOST_AUTO_TEST_CASE(refuses_whatever_differs) {
  const std::string_view bodies[] = {
      "",
      " ",
      "{}",
      "null",
      "7",
      "\"x\"",
      "[]",
      R"({"error":null})",
      R"({"error":"x"})",
      R"({"error":{}})",
      R"({"error":[]})",
      R"([{"error":{"type":"invalid_request","message":"M","code":"cc"}}])",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc"},"status":400})",
      R"({"status":400,"error":{"type":"invalid_request","message":"M","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc"},"error":{"type":"invalid_request","message":"M","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc","more":"x"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc","param":null}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc","param":""}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc","param":["a"]}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc","doc_url":"/errors"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc","doc_url":"https://"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"CamelCase"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":7}})",
      R"({"error":{"type":"invalid_request","message":"M"}})",
      R"({"error":{"type":"invalid_request","code":"cc"}})",
      R"({"error":{"message":"M","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":"","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":"  ","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":"a\nb","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":{"en":"M"},"code":"cc"}})",
      R"({"error":{"type":"server_error","message":"M","code":"cc"}})",
      R"({"error":{"type":"validation_error","message":"M","code":"cc"}})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc"}} x)",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc"}}{})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc"})",
      R"({"error":{"type":"invalid_request","message":"M","code":"cc",}})",
      R"(/* x */{"error":{"type":"invalid_request","message":"M","code":"cc"}})",
      "{\"error\":{\"type\":\"invalid_request\",\"message\":\"\xFF\",\"code\":\"cc\"}}",
      R"({"error":{"type":"invalid_request","message":"\ud800","code":"cc"}})",
      R"({"Error":{"type":"invalid_request","message":"M","code":"cc"}})",
      R"({"error":{"error":{"type":"invalid_request","message":"M","code":"cc"}}})",
  };
  for (const std::string_view body : bodies) BOOST_TEST(!canonical(body, 400), body);
  BOOST_TEST(
      !canonical("\xEF\xBB\xBF{\"error\":{\"type\":\"invalid_request\",\"message\":\"M\","
                 "\"code\":\"cc\"}}",
                 400));
}

BOOST_AUTO_TEST_CASE(messages_have_a_longest) {
  const auto body = [](std::size_t size) {
    return written({"invalid_request", std::string(size, 'x'), "cc", "", ""});
  };
  BOOST_TEST(canonical(body(max_message_bytes), 400));
  BOOST_TEST(!canonical(body(max_message_bytes + 1), 400));
  BOOST_TEST(!canonical(body(1 << 20), 400));
}

BOOST_AUTO_TEST_CASE(every_prefix_is_refused) {
  const std::string body =
      written({"conflict", "Taken.", "slot_taken", "slot", "https://d.example"});
  BOOST_TEST(canonical(body, 409));
  for (std::size_t size = 0; size < body.size(); ++size) {
    BOOST_TEST(!canonical(body.substr(0, size), 409));
  }
}

BOOST_AUTO_TEST_CASE(depth_is_bounded) {
  BOOST_TEST(!canonical(std::string(1 << 20, '['), 400));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"error\":";
  BOOST_TEST(!canonical(deep, 400));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
