#include "proxy/wire/tolerant_head.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

using errata::wire::repair_response_head;

namespace {

std::string repaired(std::string_view head) {
  std::string out;
  return repair_response_head(head, out) ? out : "refused";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tolerant_head)

BOOST_AUTO_TEST_CASE(writes_what_rfc_9112_demands) {
  struct row {
    std::string_view head;
    std::string_view wanted;
  };
  constexpr row rows[] = {
      {"HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
      {"HTTP/1.1 404\r\n\r\n", "HTTP/1.1 404 \r\n\r\n"},
      {"HTTP/1.0 404\nA:b\n\n", "HTTP/1.0 404 \r\nA: b\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nA \t: b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\td\r\nE: f\r\n\r\n",
       "HTTP/1.1 200 OK\r\nA: b c d\r\nE: f\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nA:\r\n \r\n\r\n", "HTTP/1.1 200 OK\r\nA: \r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nConnection: X-A\r\n , close; timeout=15\r\n\r\n",
       "HTTP/1.1 200 OK\r\nConnection: X-A, close\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nConnection: a=\r\n c\r\n , close\r\n\r\n",
       "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nConnection: Keep-Alive; timeout=15, X-A;b, , c d\r\n\r\n",
       "HTTP/1.1 200 OK\r\nConnection: Keep-Alive, X-A\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=15; max=9\r\n\r\n",
       "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=15; max=9\r\n\r\n"},
      {"HTTP/1.1 200 OK\r\nContent-Length : 4\r\n\r\n",
       "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"},
  };
  for (const row& r : rows) BOOST_TEST(repaired(r.head) == r.wanted, r.head);
}

BOOST_AUTO_TEST_CASE(has_nothing_to_mend_the_second_time) {
  for (const std::string_view head : {
           "HTTP/1.1 404\nA: b\n c\n\n",
           "HTTP/1.1 200 OK\r\nConnection:\r\n close; x\r\n c=\r\n\r\n",
           "HTTP/1.1 200 OK\r\nProxy-Connection: a=\r\n close]\r\n\r\n",
       }) {
    const std::string once = repaired(head);
    BOOST_TEST(repaired(once) == once, head);
  }
}

BOOST_AUTO_TEST_CASE(does_not_guess) {
  using namespace std::string_view_literals;
  constexpr std::string_view rows[] = {
      "",
      "\r\n",
      "ICY 200 OK\r\n\r\n",
      "HTTP/2 200\r\n\r\n",
      "HTTP/1.1 20\r\n\r\n",
      "HTTP/1.1 200 OK",
      "HTTP/1.1 200 OK\r\nA: b\r\n",
      "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n",
      "HTTP/1.1 200 O\rK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"sv,
      "HTTP/1.1 200 OK\r\nA: b\r\n c\rd\r\n\r\n",
  };
  for (const std::string_view head : rows) BOOST_TEST(repaired(head) == "refused", head);
}

BOOST_AUTO_TEST_SUITE_END()
