#include "policies/normalize/text.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "policies/normalize/utf8.hpp"
#include "tests/support/repeated.hpp"

namespace {

using errata::extract_text;
using errata::extracted;
using errata::testing::repeated;

}  // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(finds_the_human_lines) {
  const struct {
    unsigned status;
    const char* body;
    const char* message;
  } rows[] = {
      {409, "order already paid", "order already paid"},
      {400, "customer_id is required\n", "customer_id is required"},
      {403, "\r\n  Not your order \r\n\r\n", "Not your order"},
      {401, "Could not verify your access.\nYou have to log in.",
       "Could not verify your access. You have to log in."},
      {404, "404: Not Found: no such order", "no such order"},
      {404, "404 Not Found - order 5 is gone", "order 5 is gone"},
      {403, "403: Not allowed to view invoices", "Not allowed to view invoices"},
      {403, "Forbidden\n\nYour plan does not include exports.\n",
       "Your plan does not include exports."},
      {400, "Bad Request\n===========\nThe date is in the past", "The date is in the past"},
      {404, "The requested resource could not be found.\n\nOrder 5 is gone", "Order 5 is gone"},
      {404, "The requested resource could not be found.",
       "The requested resource could not be found."},
      {400, "First paragraph.\n\nSecond paragraph.", "First paragraph."},
      {409, "Stock réservé", "Stock réservé"},
      {409, "在庫なし", "在庫なし"},
      {200, "Invalid coupon", "Invalid coupon"},
      {429, "Too many requests, please try again later.",
       "Too many requests, please try again later."},
      {400, "859: unexpected token at '{\"a\"'", "859: unexpected token at '{\"a\"'"},
      {409, "\x1b[31mOut of stock\x1b[0m", "Out of stock"},
      {503, "Closed for maintenance until 14:00 UTC", "Closed for maintenance until 14:00 UTC"},
      // Nothing is said.
      {404, "", ""},
      {404, "   \t\n", ""},
      {404, "404 page not found", ""},
      {404, "Not Found", ""},
      {404, "NOT FOUND.", ""},
      {404, "404: Not Found: /zzz", ""},
      {404, "/zzz", ""},
      {405, "405 method not allowed", ""},
      {400, "HTTP Error 400: Bad Request", ""},
      {403, "Error 403 (Forbidden)", ""},
      {418, "I'm a teapot", ""},
      {404, "-----", ""},
      {404, "-3", ""},
      {409, "weird", ""},
      // For other readers.
      {400, "{\"error\":\"x y\"", ""},
      {400, "[1, 2]", ""},
      {400, "/* debug */ {'error': 'x y'}", ""},
      {400, "callback({\"msg\":\"login required\"})", ""},
      {400, "<?xml version='1.0'?><a>b c</a>", ""},
      {400, "\x01\x02\x03\x04 ab", ""},
      // A failure is not the client's to read about.
      {500, "order already paid", ""},
      {500, "Could not connect: Access denied for user 'shop'", ""},
      {502, "connection failed", ""},
      {503, "no healthy upstream", ""},
      {504, "upstream request timeout", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.status << " " << row.body) {
      const extracted e = extract_text(row.body, row.status);
      BOOST_TEST(e.message == row.message);
      BOOST_TEST(e.code == "");
      BOOST_TEST(e.shape == "text");
      BOOST_TEST(!e.internal);
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_a_lone_identifier_for_a_code) {
  const extracted e = extract_text("invalid_token\n", 401);
  BOOST_TEST(e.message == "");
  BOOST_TEST(e.code == "invalid_token");
}

BOOST_AUTO_TEST_CASE(keeps_only_the_harmless_first_line_of_a_dump) {
  const struct {
    unsigned status;
    const char* body;
    const char* message;
  } rows[] = {
      {409, "Slot already booked\n    at book (/srv/app.js:3:1)\n", "Slot already booked"},
      {500, "Slot already booked\n    at book (/srv/app.js:3:1)\n", ""},
      {500, "Internal Server Error\n\nTraceback (most recent call last):\n  File \"a\", line 1",
       ""},
      {400, "Traceback (most recent call last):\n  File \"/srv/a.py\", line 1\nValueError: x", ""},
      {400, "System.FormatException: bad input\n   at A.B(C d) in /src/A.cs:line 27\n", ""},
      {404, "OperationalError at /boom/\nno such table: t\n\nPython Path: ['/srv']", ""},
      {400, "Warning: Undefined array key in /srv/a.php on line 7", ""},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.body) {
      const extracted e = extract_text(row.body, row.status);
      BOOST_TEST(e.internal);
      BOOST_TEST(e.message == row.message);
    }
  }
}

BOOST_AUTO_TEST_CASE(is_bounded) {
  for (const std::string_view piece :
       {"a", "a b ", "<", "(", "\n", "404: ", "\xE2\x80\x93 ", "ü"}) {
    const extracted e = extract_text(repeated(piece, 1 << 20), 404);
    BOOST_TEST(e.message.size() <= 17 * 1024);
    BOOST_TEST(errata::is_utf8(e.message));
    BOOST_TEST(e.message.find('\n') == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
