#include "proxy/wire/option_parameters.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(option_parameters)

namespace {

struct row {
  const char* what;
  std::string head;
  std::string expected;  // empty: nothing is changed
};

}  // namespace

BOOST_AUTO_TEST_CASE(blanks_what_follows_an_option_and_nothing_else) {
  const std::string start = "GET / HTTP/1.1\r\n";
  const row rows[] = {
      {"one", "Connection: Keep-Alive; timeout=15\r\n", "Connection: Keep-Alive            \r\n"},
      {"several", "Connection: a; b=1; c\r\n", "Connection: a        \r\n"},
      {"in a list", "connection: a;b, close;c\r\n", "connection: a  , close  \r\n"},
      {"a semicolon alone", "Connection: close;\r\n", "Connection: close \r\n"},
      {"Proxy-Connection", "Proxy-Connection: a;b\r\n", "Proxy-Connection: a  \r\n"},
      {"each of two fields", "Connection: a;b\r\nX: y\r\nConnection: c;d\r\n",
       "Connection: a  \r\nX: y\r\nConnection: c  \r\n"},
      {"one that can and one that cannot", "Connection: a;b, c d;e\r\n",
       "Connection: a  , c d;e\r\n"},
      {"other fields", "Keep-Alive: timeout=15;x\r\nX-Connection: a;b\r\n", ""},
      {"none", "Connection: close\r\n", ""},
      {"a quoted comma", "Connection: a; b=\"c,close\"\r\n", ""},
      {"quotes", "Connection: a; b=\"c\"\r\n", ""},
      {"no option", "Connection: ; b\r\n", ""},
      {"no token", "Connection: a b; c\r\n", ""},
      {"a control character", "Connection: a; b\x01\r\n", ""},
      {"a bare CR", "Connection: a; b\rc\r\n", ""},
      {"8-bit", "Connection: a; b\xe9\r\n", ""},
      {"no colon", "Connection\r\n", ""},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.what) {
      std::string head = start + r.head + "\r\n";
      const std::string expected = start + (r.expected.empty() ? r.head : r.expected) + "\r\n";
      BOOST_TEST(wire::blank_option_parameters(head) == !r.expected.empty());
      BOOST_TEST(head == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(takes_any_bytes) {
  for (std::string head : {"", "\r\n", "Connection:", "Connection:;", "Connection: a;b", ";;,;"}) {
    wire::blank_option_parameters(head);
    BOOST_TEST(head.find(" ; ") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
