#include "proxy/retry_after.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace errata;

BOOST_AUTO_TEST_SUITE(retry_after)

BOOST_AUTO_TEST_CASE(goes_with_429_and_503_unless_the_upstream_said_it) {
  response_head silent;
  response_head told;
  told.fields.add("RETRY-AFTER", "Fri, 31 Dec 1999 23:59:59 GMT");
  const struct {
    unsigned status;
    const response_head* upstream;
    unsigned seconds;
    std::string line;
  } rows[] = {
      {429, nullptr, 7, "Retry-After: 7\r\n"},
      {503, nullptr, 7, "Retry-After: 7\r\n"},
      {429, nullptr, 0, "Retry-After: 5\r\n"},
      {503, nullptr, 0, "Retry-After: 5\r\n"},
      {503, nullptr, 1, "Retry-After: 1\r\n"},
      {503, nullptr, std::numeric_limits<unsigned>::max(), "Retry-After: 4294967295\r\n"},
      {503, &silent, 0, "Retry-After: 5\r\n"},
      {429, &silent, 3, "Retry-After: 3\r\n"},
      {503, &told, 7, ""},
      {429, &told, 0, ""},
      {200, nullptr, 7, ""},
      {413, nullptr, 7, ""},
      {428, nullptr, 7, ""},
      {430, nullptr, 7, ""},
      {500, nullptr, 7, ""},
      {502, &silent, 7, ""},
      {504, nullptr, 7, ""},
  };
  for (const auto& r : rows) {
    std::string head = "A: b\r\n";
    append_retry_after(head, r.status, r.upstream, r.seconds);
    BOOST_TEST(head == "A: b\r\n" + r.line, r.status << " " << r.seconds);
  }
}

BOOST_AUTO_TEST_CASE(number_lines_hold_any_64_bit_number) {
  const struct {
    std::uint64_t value;
    const char* line;
  } rows[] = {
      {0, "N: 0\r\n"},
      {9, "N: 9\r\n"},
      {10, "N: 10\r\n"},
      {std::numeric_limits<std::uint64_t>::max(), "N: 18446744073709551615\r\n"},
  };
  for (const auto& r : rows) {
    std::string head;
    append_number_line(head, "N: ", r.value);
    BOOST_TEST(head == r.line);
  }
}

BOOST_AUTO_TEST_SUITE_END()
