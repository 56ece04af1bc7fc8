#include "proxy/cli/explained.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "policies/catalog.hpp"

namespace {

using namespace errata;

explained explain(std::string_view text, normalize_mode mode = normalize_mode::enforce,
                  status_policy policy = status_policy::preserve) {
  static const normalizer errors(catalog::built_in(), {});
  read_captures read = parse_captures(text, {});
  BOOST_REQUIRE_EQUAL(read.captures.size(), 1U);
  return explain_capture({errors, mode, policy}, std::move(read.captures.front()), "a file");
}

std::string names(const std::vector<capture_field>& fields) {
  std::string all;
  for (const capture_field& f : fields) all += (all.empty() ? "" : " ") + f.name;
  return all;
}

constexpr std::string_view not_found =
    "HTTP/1.1 404 Not Found\r\nServer: x/1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
    "Content-Type: text/json\r\nVary: Accept\r\n\r\n"
    R"({"code":"NO_ORDER","message":"There is no order 7."})";

BOOST_AUTO_TEST_SUITE(cli_explained)

BOOST_AUTO_TEST_CASE(tells_kept_dropped_and_added_fields_apart) {
  const explained e = explain(not_found);
  BOOST_TEST((e.handled == handling::rewritten));
  BOOST_TEST(names(e.kept) == "Set-Cookie Set-Cookie Vary");
  BOOST_TEST(names(e.dropped) == "Server Content-Type");
  BOOST_TEST(names(e.added) == "Content-Type X-Content-Type-Options Content-Length");
  BOOST_TEST(e.head.starts_with("HTTP/1.1 404 Not Found\r\nSet-Cookie: a=1\r\n"));
  BOOST_TEST(e.head.ends_with("Content-Length: " + std::to_string(e.answer.body.size()) + "\r\n"));
}

BOOST_AUTO_TEST_CASE(says_where_things_came_from) {
  const explained e = explain(not_found);
  BOOST_TEST(!e.fell_back());
  BOOST_TEST(e.why.inspected);
  BOOST_REQUIRE(!e.why.messages.empty());
  BOOST_TEST(e.why.messages.front().text == "There is no order 7.");
  BOOST_TEST(e.why.messages.front().origin == "/message");
  BOOST_TEST(e.why.code.origin == "/code");
}

BOOST_AUTO_TEST_CASE(knows_what_the_catalog_had_to_give) {
  const struct {
    const char* text;
    std::size_t defaults;
  } cases[] = {
      {"HTTP/1.1 404 X\r\n\r\n{\"code\":\"no_order\",\"message\":\"There is no order 7.\"}", 0},
      {"HTTP/1.1 404 X\r\n\r\n{\"message\":\"There is no order 7.\"}", 1},
      {"HTTP/1.1 404 X\r\n\r\n", 2},
      {"HTTP/1.1 200 OK\r\n\r\n{\"code\":\"no_order\"}", 0},
      {"HTTP/1.1 500 X\r\n\r\n{\"message\":\"NullPointerException\"}", 2},
  };
  for (const auto& c : cases) BOOST_TEST(explain(c.text).defaults.size() == c.defaults, c.text);
}

BOOST_AUTO_TEST_CASE(passes_what_is_no_error_or_not_looked_at) {
  const explained success = explain("HTTP/1.1 200 OK\r\n\r\nfine");
  BOOST_TEST((success.handled == handling::passes));
  BOOST_TEST(success.why_it_passes == "not the status of an error");
  const explained off = explain(not_found, normalize_mode::off);
  BOOST_TEST((off.handled == handling::passes));
  BOOST_TEST(off.why_it_passes == "the route's normalize is off");
}

BOOST_AUTO_TEST_CASE(leaves_an_envelope_alone) {
  const explained e = explain(
      "HTTP/1.1 404 X\r\nContent-Type: application/json\r\n\r\n"
      R"({"error":{"type":"resource_not_found","message":"No order.","code":"no_order"}})");
  BOOST_TEST((e.handled == handling::untouched));
  BOOST_TEST(!e.fell_back());
}

BOOST_AUTO_TEST_CASE(sends_what_the_route_would) {
  const explained folded = explain("HTTP/1.1 410 Gone\r\n\r\n{\"message\":\"It is gone.\"}",
                                   normalize_mode::enforce, status_policy::strict);
  BOOST_TEST(folded.answer.status == 404U);
  BOOST_TEST(folded.head.starts_with("HTTP/1.1 404 Not Found\r\n"));
  const explained later = explain("HTTP/1.1 503 X\r\n\r\n");
  BOOST_TEST(later.head.find("Retry-After: 5\r\n") != std::string::npos);
  const explained large = explain("HTTP/1.1 400 X\r\n\r\n" + std::string(200000, 'x'));
  BOOST_TEST(large.why.text.size() <= 64U * 1024U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
