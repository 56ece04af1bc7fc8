#include "proxy/demo/plain_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace errata;

BOOST_AUTO_TEST_SUITE(plain_client_suite)

BOOST_AUTO_TEST_CASE(tells_whole_responses_from_others) {
  const struct {
    const char* bytes;
    bool ended;
    unsigned status;
    const char* body;
    const char* failure;
  } table[] = {
      {"", true, 0, "", "closed without an answer"},
      {"SSH-2.0-x\r\n", true, 0, "", "not HTTP"},
      {"HTTP/1.1 200 OK\r\nConte", true, 0, "", "cut off within the head"},
      {"HTTP/1.1 20x OK\r\n\r\n", true, 0, "", "a head that is not HTTP"},
      {"HTTP/1.1 204 No\r\n\r\n", false, 204, "", ""},
      {"HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", false, 304, "", ""},
      {"HTTP/1.1 999 No\r\nContent-Length: 1\r\n\r\nx", false, 999, "x", ""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, 200, "hi", ""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", true, 200, "hi",
       "cut off: 2 of 3 bytes came"},
      {"HTTP/1.1 200 OK\r\n\r\nhi", true, 200, "hi", ""},
      {"HTTP/1.1 200 OK\r\n\r\nhi", false, 200, "hi", "the body has no end"},
      {"HTTP/1.1 103 E\r\nLink: a\r\n\r\nHTTP/1.1 404 N\r\nContent-Length: 0\r\n\r\n", false, 404,
       "", ""},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1;x=y\r\n!\r\n0\r\n\r\n",
       false, 200, "hi!", ""},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", true, 200, "hi",
       "cut off between two chunks"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhi", true, 200,
       "hi", "cut off within a chunk"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nhi", true, 200, "",
       "a chunk without a size"},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.bytes) {
      fetched got;
      BOOST_TEST(read_response(row.bytes, row.ended, got) == (*row.failure == '\0'));
      BOOST_TEST(got.status == row.status);
      BOOST_TEST(got.body == row.body);
      BOOST_TEST(got.failure == row.failure);
    }
  }
}

BOOST_AUTO_TEST_CASE(finds_fields_case_blind) {
  fetched got;
  read_response("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:2 \r\nContent-Length: 0\r\n\r\n", false, got);
  BOOST_TEST(got.value("x-A") == "1");
  BOOST_TEST(got.count("X-a") == 2u);
  BOOST_TEST(got.value("none") == "");
}

BOOST_AUTO_TEST_SUITE_END()
