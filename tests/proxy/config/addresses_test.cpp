#include "proxy/config/addresses.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace errata;

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_AUTO_TEST_CASE(reads_listening_addresses) {
  struct row {
    std::string_view text;
    std::string_view host;
    unsigned port;
  };
  for (const row& r :
       {row{"127.0.0.1:8080", "127.0.0.1", 8080}, row{"0.0.0.0:0", "0.0.0.0", 0},
        row{"[::]:65535", "::", 65535}, row{"[2001:db8::1]:80", "2001:db8::1", 80}}) {
    const auto got = parse_listen_address(r.text);
    BOOST_TEST_CONTEXT(r.text) {
      BOOST_REQUIRE(got.has_value());
      BOOST_TEST(got->host == r.host);
      BOOST_TEST(got->port == r.port);
    }
  }
  for (const char* bad : {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1",
                          "127.0.0.1:65536", "127.0.0.1: 80", "::1:80", "[::1]", "[127.0.0.1]:80",
                          "[::1:80", "localhost:80", "*:80", "127.0.0.1:80 "}) {
    BOOST_TEST(!parse_listen_address(bad).has_value(), bad);
  }
}

BOOST_AUTO_TEST_CASE(reads_server_urls) {
  struct row {
    std::string_view text;
    std::string_view host;
    unsigned port;
  };
  for (const row& r :
       {row{"http://127.0.0.1:9001", "127.0.0.1", 9001}, row{"http://billing", "billing", 80},
        row{"HTTP://my-host.example_1:1/", "my-host.example_1", 1}, row{"http://[::1]:5", "::1", 5},
        row{"http://h:", "h", 80}}) {
    const auto got = parse_server_url(r.text);
    BOOST_TEST_CONTEXT(r.text) {
      BOOST_TEST(got.problem == "");
      BOOST_TEST(got.value.host == r.host);
      BOOST_TEST(got.value.port == r.port);
    }
  }
  for (const char* bad :
       {"", "h", "h:80", "//h:80", "http:h", "http://", "http://:80", "http://h:80:80",
        "http://h/path", "http://h#f", "http://h?", "http://u@h", "http://h%0d", "http://h h",
        "http://.h", "http://h..h", "http://[::x]", "http://[v1.x]", "unix:/run/x.sock"}) {
    BOOST_TEST(parse_server_url(bad).problem != "", bad);
  }
}

BOOST_AUTO_TEST_CASE(reads_host_patterns) {
  BOOST_TEST(parse_host_pattern("API.Example.com").value == "api.example.com");
  BOOST_TEST(parse_host_pattern("api.example.com.").value == "api.example.com");
  BOOST_TEST(parse_host_pattern("*.Example.com").value == "*.example.com");
  BOOST_TEST(parse_host_pattern("10.0.0.1").value == "10.0.0.1");
  BOOST_TEST(parse_host_pattern("[::1]").value == "[::1]");
  for (const char* bad : {"", "*", "*.", "**.a", "a.*", "*a.b", "a:80", "::1", "[127.0.0.1]", "[]",
                          "a b", "a/b", ".", "a..b", "\xC3\xA9.example"}) {
    BOOST_TEST(parse_host_pattern(bad).problem != "", bad);
  }
}

BOOST_AUTO_TEST_CASE(reads_path_prefixes) {
  BOOST_TEST(parse_path_prefix("/").value == "");
  BOOST_TEST(parse_path_prefix("/v1").value == "/v1");
  BOOST_TEST(parse_path_prefix("/v1/").value == "/v1");
  for (const char* good : {"/a;b=1,c/@x:y", "/a%20b/%2F", "/~u/$&'()*+!"}) {
    BOOST_TEST(parse_path_prefix(good).problem == "", good);
    BOOST_TEST(parse_path_prefix(good).value == good);
  }
  for (const char* bad : {"", "v1", "*", "//", "/a//b", "/.", "/a/./b", "/a/..", "/%61", "/a%2fb",
                          "/a?", "/a#b", "/a b", "/%", "/%4", "/\xC3\xA9"}) {
    BOOST_TEST(parse_path_prefix(bad).problem != "", bad);
  }
}

// The router decides on paths in their plainest form; a prefix that it would spell otherwise
// could not match.
BOOST_AUTO_TEST_CASE(takes_only_prefixes_that_the_router_leaves_alone) {
  for (const char* text : {"/v1", "/a%20b/%2F", "/~u/$&'()*+!", "/a;b=1,c/@x:y", "/a=b"}) {
    BOOST_REQUIRE_EQUAL(parse_path_prefix(text).problem, "");
    BOOST_TEST(normalized_path(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(tells_url_bases) {
  for (const char* good : {"https://docs.example.com/errors#", "http://h/?code="}) {
    BOOST_TEST(is_url_base(good), good);
  }
  for (const char* bad : {"", "/errors#", "docs.example.com", "ftp://h/", "https://", "https:x",
                          "https://h/a b", "https://h/##"}) {
    BOOST_TEST(!is_url_base(bad), bad);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
