#include "policies/route.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(route)

namespace {

bool picks(const route_match& match, std::string_view host, std::string_view path,
           std::string_view method = "GET") {
  return route_table({match}).pick(host, path, method).has_value();
}

bool picks_path(std::string prefix, std::string_view path) {
  return picks({"", std::move(prefix), {}}, "example.com", path);
}

}  // namespace

BOOST_AUTO_TEST_CASE(matches_hosts) {
  struct row {
    std::string wanted;
    std::string_view host;
    bool matches;
  };
  const row rows[] = {
      {"", "example.com", true},
      {"", "", true},
      {"example.com", "example.com", true},
      {"example.com", "EXAMPLE.Com", true},
      {"example.com", "example.com.", true},
      {"example.com.", "example.com", true},
      {"Example.COM", "example.com", true},
      {"example.com", "example.com..", false},
      {"example.com", "a.example.com", false},
      {"example.com", "example.co", false},
      {"example.com", "example.com.evil.test", false},
      {"example.com", "", false},
      {"example.com", ".", false},
      {"*.example.com", "a.example.com", true},
      {"*.example.com", "a.b.c.EXAMPLE.com.", true},
      {"*.Example.com", "a.example.com", true},
      {"*.example.com", "example.com", false},
      {"*.example.com", ".example.com", false},
      {"*.example.com", "aexample.com", false},
      {"*.example.com", "a.example.com.evil.test", false},
      {"*.example.com", "", false},
      {"[::1]", "[::1]", true},
      {"[2001:db8::a]", "[2001:DB8::A]", true},
      {"192.0.2.1", "192.0.2.1", true},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.wanted << " and " << r.host) {
      BOOST_TEST(picks({r.wanted, "", {}}, r.host, "/") == r.matches);
    }
  }
}

BOOST_AUTO_TEST_CASE(matches_prefixes_on_segment_boundaries) {
  struct row {
    std::string prefix;
    std::string_view path;
    bool matches;
  };
  const row rows[] = {
      {"", "/", true},
      {"", "/any/thing", true},
      {"", "*", true},
      {"", "", true},
      {"/", "/", true},
      {"/", "/any", true},
      {"/", "", true},
      {"/v1", "/v1", true},
      {"/v1", "/v1/", true},
      {"/v1", "/v1/x", true},
      {"/v1", "/v1?x", true},
      {"/v1", "/v1/?x=/../", true},
      {"/v1", "/v10", false},
      {"/v1", "/v1x/y", false},
      {"/v1", "/v", false},
      {"/v1", "/", false},
      {"/v1", "", false},
      {"/v1", "*", false},
      {"/v1", "v1", false},
      {"/v1", "/x/v1", false},
      {"/v1", "/x?/v1", false},
      {"/v1", "/V1", false},
      {"/v1/", "/v1", true},
      {"/v1/", "/v1/", true},
      {"/v1/", "/v1/x", true},
      {"/v1/", "/v10", false},
      {"/v1//a/./b/../c", "/v1/a/c/d", true},
      {"/%61%2fb", "/a%2Fb", true},
      {"/v1/billing", "/v1/billing/invoices", true},
      {"/v1/billing", "/v1", false},
      {"/v1/billing", "/v1/billings", false},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.prefix << " and " << r.path) {
      BOOST_TEST(picks_path(r.prefix, r.path) == r.matches);
    }
  }
}

// Each of these reaches "/internal" on a server that resolves paths as RFC 3986 says.
BOOST_AUTO_TEST_CASE(no_spelling_hides_a_path) {
  const std::string_view spellings[] = {
      "/internal",
      "/internal/",
      "/internal/x",
      "/internal?x",
      "/internal/?",
      "//internal",
      "///internal//x",
      "/./internal",
      "/././/internal",
      "/x/../internal",
      "/x/y/../../internal",
      "/../internal",
      "/../../../internal",
      "/x/../../internal",
      "/x//../internal",
      "/x/./../internal",
      "/%69nternal",
      "/%69%6E%74%65%72%6e%61%6C",
      "/%2e/internal",
      "/%2E/internal",
      "/%2e%2e/internal",
      "/x/%2e%2e/internal",
      "/x/.%2e/internal",
      "/x/%2E./internal",
      "/internal/.",
      "/internal/x/..",
      "/internal/%2e",
      "/x/../%69nternal",
      "/internal/..%2f..",
      "//x/..//internal",
      "/internal/../internal",
  };
  for (const auto path : spellings) {
    BOOST_TEST_CONTEXT(path) {
      BOOST_TEST(picks_path("/internal", path));
    }
  }
}

BOOST_AUTO_TEST_CASE(another_path_stays_another) {
  const std::string_view paths[] = {
      "/INTERNAL",
      "/Internal",
      "/internal%00",
      "/internal%00/x",
      "/internal%20",
      "/internal%2F",
      "/internal%2fx",
      "/%2Finternal",
      "/x%2F..%2Finternal",
      "/x/..%2finternal",
      "/x%2f../internal2",
      "/%2569nternal",
      "/%252e%252e/internal",
      "/internal;x",
      "/internal;/x",
      "/internal\\x",
      "/x\\..\\internal",
      "/..;/internal",
      "/.../internal",
      "/x/.internal",
      "/x/..internal",
      "/internal..",
      "/internal/..",
      "/internal/../",
      "/internal/../x",
      "/internal/%2e%2e/x",
      "/internal/x/../../y",
      "/internals",
      "/int",
      "/intern%61ls",
      "/internal%",
      "/%6",
      "/%",
      "/%6gnternal",
      "/%zznternal",
      "internal",
      "*",
      "/?/internal",
      "/x?/../internal",
  };
  for (const auto path : paths) {
    BOOST_TEST_CONTEXT(path) {
      BOOST_TEST(!picks_path("/internal", path));
    }
  }
}

BOOST_AUTO_TEST_CASE(normalizes_once) {
  struct row {
    std::string_view path, expected;
  };
  constexpr row rows[] = {
      {"", "/"},
      {"/", "/"},
      {"//", "/"},
      {"/.", "/"},
      {"/..", "/"},
      {"/a", "/a"},
      {"/a/", "/a/"},
      {"/a//", "/a/"},
      {"/a/.", "/a/"},
      {"/a/..", "/"},
      {"/a/b/..", "/a/"},
      {"/a/b/../c", "/a/c"},
      {"/a/b/../../../c", "/c"},
      {"/a//../b", "/b"},
      {"/a?b//c", "/a"},
      {"?x", "/"},
      {"/%7Euser/%2D%5f%2e", "/~user/-_."},
      {"/%2f%3f%23%25%3b%c3%a9", "/%2F%3F%23%25%3B%C3%A9"},
      {"/%2541", "/%2541"},
      {"/%%41", "/%A"},
      {"/%4%31", "/%41"},
      {"/a%2", "/a%2"},
      {"/a%", "/a%"},
      {"/.well-known/x", "/.well-known/x"},
      {"*", "*"},
      {"x/../y", "x/../y"},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.path) {
      BOOST_TEST(normalized_path(r.path) == r.expected);
    }
  }
}

// What has to be looked at slowly must come out as what is compared at once.
BOOST_AUTO_TEST_CASE(normalizing_again_changes_no_plain_path) {
  const std::string_view alphabet[] = {"/", ".", "..", "a", "/a", "/.", "/..", "//"};
  std::size_t wrong = 0;
  for (unsigned i = 0; i < 8U * 8U * 8U * 8U; ++i) {
    std::string path = "/";
    for (unsigned shift = 0; shift < 12; shift += 3) path += alphabet[i >> shift & 7U];
    const std::string once = normalized_path(path);
    const bool clean = once.find("//") == std::string::npos &&
                       (once + '/').find("/./") == std::string::npos &&
                       (once + '/').find("/../") == std::string::npos && once.starts_with('/');
    const bool same = normalized_path(once) == once;
    const bool agrees = picks_path("/a", path) == (once == "/a" || once.starts_with("/a/"));
    if (!clean || !same || !agrees) {
      ++wrong;
      BOOST_TEST_MESSAGE(path << " became " << once);
    }
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(matches_methods) {
  struct row {
    std::vector<std::string> methods;
    std::string_view method;
    bool matches;
  };
  const row rows[] = {
      {{}, "GET", true},
      {{}, "BREW", true},
      {{"GET"}, "GET", true},
      {{"GET"}, "HEAD", true},
      {{"GET"}, "get", false},
      {{"GET"}, "POST", false},
      {{"GET"}, "GETX", false},
      {{"GET"}, "", false},
      {{"HEAD"}, "HEAD", true},
      {{"HEAD"}, "GET", false},
      {{"POST", "GET"}, "HEAD", true},
      {{"POST", "PUT"}, "PUT", true},
      {{"POST"}, "HEAD", false},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.method) {
      BOOST_TEST(picks({"", "", r.methods}, "example.com", "/", r.method) == r.matches);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_first_match_wins) {
  const route_table table({
      {"", "/internal", {}},
      {"api.example.com", "/v1/billing", {"POST"}},
      {"api.example.com", "/v1", {}},
      {"*.example.com", "", {}},
      {"", "/v1", {"GET"}},
  });
  struct row {
    std::string_view host, path, method;
    int expected;  // -1: none
  };
  constexpr row rows[] = {
      {"api.example.com", "/internal/x", "GET", 0},
      {"api.example.com", "/v1/../internal", "GET", 0},
      {"api.example.com", "/v1/billing", "POST", 1},
      {"api.example.com", "/v1/billing", "GET", 2},
      {"api.example.com", "/v2", "GET", 3},
      {"www.example.com", "/v1", "GET", 3},
      {"example.com", "/v1", "HEAD", 4},
      {"example.com", "/v1", "POST", -1},
      {"example.com", "/v2", "GET", -1},
      {"", "/v1", "GET", 4},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.method << ' ' << r.host << r.path) {
      const auto picked = table.pick(r.host, r.path, r.method);
      BOOST_TEST((picked ? static_cast<int>(*picked) : -1) == r.expected);
    }
  }
  BOOST_TEST(!route_table({}).pick("example.com", "/", "GET"));
}

BOOST_AUTO_TEST_CASE(long_hostile_paths_stay_linear) {
  std::string dots;
  std::string deep;
  std::string escapes;
  for (int i = 0; i < 100'000; ++i) {
    dots += "/..";
    deep += "/a";
    escapes += "/%2e%2e";
  }
  BOOST_TEST(picks_path("/internal", deep + dots + "/internal"));
  BOOST_TEST(picks_path("/internal", deep + escapes + "/internal"));
  BOOST_TEST(picks_path("/internal", std::string(1'000'000, '/') + "internal"));
}

BOOST_AUTO_TEST_CASE(takes_the_port_off) {
  struct row {
    std::string_view authority, host;
  };
  constexpr row rows[] = {
      {"example.com", "example.com"},
      {"example.com:8080", "example.com"},
      {"example.com:", "example.com"},
      {"192.0.2.1:80", "192.0.2.1"},
      {"[::1]", "[::1]"},
      {"[::1]:80", "[::1]"},
      {"[::1", "[::1"},
      {"::1", "::1"},
      {"", ""},
      {":80", ""},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.authority) {
      BOOST_TEST(host_without_port(r.authority) == r.host);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
