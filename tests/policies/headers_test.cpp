#include "policies/headers.hpp"

#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

using namespace errata;

BOOST_AUTO_TEST_SUITE(headers)

namespace {

using lines = std::vector<std::pair<std::string, std::string>>;

field_list fields_of(const lines& from) {
  field_list fields;
  for (const auto& [name, value] : from) fields.add(name, value);
  return fields;
}

forwarding_facts plain_facts() {
  forwarding_facts facts;
  facts.peer = "203.0.113.9";
  facts.authority = "api.example";
  facts.endpoint = "10.0.0.1:8080";
  facts.pseudonym = "errata";
  facts.request_id_field = "X-Request-Id";
  facts.request_id = "id-1";
  facts.pass_trace = true;
  return facts;
}

std::string forwarded(const lines& from, const forwarding_facts& facts = plain_facts(),
                      std::string_view method = "GET", int version_minor = 1) {
  request_head head;
  head.method = method;
  head.target = "/";
  head.version_minor = version_minor;
  head.fields = fields_of(from);
  std::string out;
  BOOST_TEST(append_request_fields(out, head, facts));
  return out;
}

std::string passed_on(const lines& from, std::string_view request_id_field = "X-Request-Id") {
  response_head head;
  head.status = 200;
  head.fields = fields_of(from);
  std::string out;
  append_response_fields(out, head, request_id_field);
  return out;
}

// The values of every line `name` of `text`, each followed by a bar.
std::string values(std::string_view text, std::string_view name) {
  std::string out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(line.size() + 2);
    const auto colon = line.find(": ");
    if (iequals(line.substr(0, colon), name)) out.append(line.substr(colon + 2)).append("|");
  }
  return out;
}

bool has_line(std::string_view text, const std::string& line) {
  return text.starts_with(line + "\r\n") ||
         text.find("\r\n" + line + "\r\n") != std::string_view::npos;
}

const char* const always_of_this_hop[] = {
    "Connection",          "HTTP2-Settings",   "Keep-Alive", "Proxy-Authenticate",
    "Proxy-Authorization", "Proxy-Connection", "TE",         "Trailer",
    "Transfer-Encoding",   "Upgrade",
};

const char* const not_to_be_nominated[] = {
    "Authorization",
    "Cookie",
    "Content-Length",
    "Content-Type",
    "Content-Encoding",
    "Date",
    "Forwarded",
    "Host",
    "Retry-After",
    "Set-Cookie",
    "Traceparent",
    "Tracestate",
    "Via",
    "WWW-Authenticate",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "X-Request-Id",
};

}  // namespace

BOOST_AUTO_TEST_CASE(strips_what_rfc_9110_section_7_6_1_lists) {
  for (const std::string name : always_of_this_hop) {
    for (const bool upper : {false, true}) {
      std::string spelled = name;
      if (upper) {
        for (char& c : spelled) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      }
      const lines from = {{"A", "1"}, {spelled, "x"}, {"B", "2"}};
      const auto request = forwarded(from);
      BOOST_TEST(values(request, name) == "", spelled);
      BOOST_TEST((has_line(request, "A: 1") && has_line(request, "B: 2")), spelled);
      BOOST_TEST(passed_on(from) == "A: 1\r\nB: 2\r\n", spelled);
    }
  }
}

BOOST_AUTO_TEST_CASE(strips_what_connection_nominates) {
  const struct {
    lines from;
    std::string left;
  } rows[] = {
      {{{"Connection", "X-One"}, {"X-One", "1"}, {"X-Two", "2"}}, "X-Two: 2\r\n"},
      {{{"X-One", "1"}, {"Connection", "x-one"}}, ""},
      {{{"Connection", "close, X-ONE , x-two"}, {"X-One", "1"}, {"X-Two", "2"}}, ""},
      {{{"Connection", "X-One"}, {"Connection", "X-Two"}, {"X-One", "1"}, {"X-Two", "2"}}, ""},
      {{{"Connection", ",,X-One,,"}, {"X-One", "1"}, {"X-One", "2"}}, ""},
      {{{"Connection", "X-On"}, {"X-One", "1"}}, "X-One: 1\r\n"},
      {{{"Connection", "X-One;q=1"}, {"X-One", "1"}}, "X-One: 1\r\n"},
      {{{"Connection", ""}, {"X-One", "1"}}, "X-One: 1\r\n"},
      {{{"Connection", "User-Agent, Accept"}, {"User-Agent", "a"}, {"Accept", "b"}}, ""},
  };
  for (const auto& r : rows) {
    BOOST_TEST(passed_on(r.from) == r.left);
    const auto request = forwarded(r.from);
    BOOST_TEST(values(request, "X-One") == values(r.left, "X-One"));
    BOOST_TEST(values(request, "X-Two") == values(r.left, "X-Two"));
    BOOST_TEST(values(request, "Accept") == "");
  }
}

BOOST_AUTO_TEST_CASE(keeps_what_a_client_must_not_have_removed) {
  for (const std::string name : not_to_be_nominated) {
    const lines from = {{"Connection", "close, " + name}, {name, "kept"}};
    const auto fields = fields_of(from);
    const connection_options nominated(fields);
    BOOST_TEST(nominated.nominates(name), name);
    BOOST_TEST(!is_hop_by_hop(*fields.find(identify_field(name)), nominated), name);
  }
  const auto request = forwarded({{"Connection", "X-Request-Id, Host, Authorization, Via"},
                                  {"Host", "api.example"},
                                  {"Authorization", "secret"},
                                  {"Via", "1.1 front"}});
  BOOST_TEST(values(request, "Host") == "api.example|");
  BOOST_TEST(values(request, "Authorization") == "secret|");
  BOOST_TEST(values(request, "X-Request-Id") == "id-1|");
  BOOST_TEST(values(request, "Via") == "1.1 front, 1.1 errata|");
  BOOST_TEST(passed_on({{"Connection", "Set-Cookie, WWW-Authenticate"},
                        {"Set-Cookie", "a"},
                        {"WWW-Authenticate", "Bearer"}}) ==
             "Set-Cookie: a\r\nWWW-Authenticate: Bearer\r\n");
}

BOOST_AUTO_TEST_CASE(reads_32_nominations_and_refuses_33) {
  for (const bool spread : {false, true}) {
    lines from = {{"X-31", "1"}};
    for (int i = 0; i < 33; ++i) {
      const std::string name = "X-" + std::to_string(i);
      if (i == 32) {
        const auto whole = fields_of(from);
        BOOST_TEST(!connection_options(whole).overflow);
        BOOST_TEST(connection_options(whole).names.size() == 32u);
        BOOST_TEST(connection_options(whole).nominates("x-31"));
        BOOST_TEST(values(forwarded(from), "X-31") == "");
      }
      if (spread || i == 0) {
        from.emplace_back("Connection", name);
      } else {
        from.back().second += ", " + name;
      }
    }
    const auto over = fields_of(from);
    BOOST_TEST(connection_options(over).overflow);
    request_head head;
    head.fields = over;
    std::string out = "before";
    BOOST_TEST(!append_request_fields(out, head, plain_facts()));
    BOOST_TEST(out == "before");
  }
}

BOOST_AUTO_TEST_CASE(forwards_unknown_fields_in_order_and_byte_for_byte) {
  const auto request = forwarded({{"Host", "api.example"},
                                  {"x-ODD_name", "a  b\tc;\"d\" \xFF\xC3"},
                                  {"Cookie", "a=1"},
                                  {"X-Empty", ""},
                                  {"cookie", "b=2"},
                                  {"Accept", "*/*"}});
  BOOST_TEST(request.starts_with("Host: api.example\r\n"
                                 "x-ODD_name: a  b\tc;\"d\" \xFF\xC3\r\n"
                                 "Cookie: a=1\r\nX-Empty: \r\ncookie: b=2\r\nAccept: */*\r\n"
                                 "X-Request-Id: id-1\r\n"),
             request);
  BOOST_TEST(passed_on({{"Set-Cookie", "a=1"}, {"x-b", "\xFF"}, {"set-cookie", "c=2"}}) ==
             "Set-Cookie: a=1\r\nx-b: \xFF\r\nset-cookie: c=2\r\n");
}

BOOST_AUTO_TEST_CASE(writes_framing_fields_never) {
  for (const std::string name :
       {"Content-Length", "content-LENGTH", "Transfer-Encoding", "Connection", "Upgrade"}) {
    BOOST_TEST(values(forwarded({{name, "4"}}), name) == "", name);
    BOOST_TEST(passed_on({{name, "4"}}) == "", name);
  }
}

BOOST_AUTO_TEST_CASE(names_the_host_once) {
  auto facts = plain_facts();
  BOOST_TEST(values(forwarded({{"Host", "other.example"}}, facts), "Host") == "api.example|");
  facts.authority = "";
  BOOST_TEST(values(forwarded({}, facts, "GET", 0), "Host") == "10.0.0.1:8080|");
}

BOOST_AUTO_TEST_CASE(drops_names_that_an_upstream_takes_for_checked_ones) {
  const struct {
    std::string name;
    bool imitates;
  } rows[] = {
      {"Transfer_Encoding", true},
      {"TRANSFER_ENCODING", true},
      {"Content_Length", true},
      {"X_Forwarded_For", true},
      {"X-Forwarded_For", true},
      {"X_Request-Id", true},
      {"Proxy_Authorization", true},
      {"X_Content_Type_Options", true},
      {"X-Forwarded-For", false},
      {"Host", false},
      {"Ho_st", false},
      {"_Host", false},
      {"X_Custom", false},
      {"_", false},
      {"", false},
      {std::string(32, '_'), false},
      {std::string(33, '_'), false},
      {std::string(5000, '_'), false},
  };
  for (const auto& r : rows) {
    BOOST_TEST(imitates_known_field(r.name) == r.imitates, r.name);
    if (r.imitates) BOOST_TEST(values(forwarded({{r.name, "1"}}), r.name) == "", r.name);
  }
  BOOST_TEST(values(forwarded({{"X_Custom", "1"}}), "X_Custom") == "1|");
}

BOOST_AUTO_TEST_CASE(replaces_the_request_id_in_both_directions) {
  auto facts = plain_facts();
  const lines from = {{"x-request-ID", "evil"}, {"X-Correlation-Id", "c"}, {"X-Request-Id", "two"}};
  BOOST_TEST(values(forwarded(from, facts), "X-Request-Id") == "id-1|");
  BOOST_TEST(passed_on(from) == "X-Correlation-Id: c\r\n");
  facts.request_id_field = "X-Correlation-Id";
  const auto renamed = forwarded(from, facts);
  BOOST_TEST(values(renamed, "X-Correlation-Id") == "id-1|");
  BOOST_TEST(values(renamed, "X-Request-Id") == "evil|two|");
  BOOST_TEST(passed_on(from, "X-Correlation-Id") == "x-request-ID: evil\r\nX-Request-Id: two\r\n");
}

// Envoy CVE-2024-45806: what an untrusted client says of addresses is replaced.
BOOST_AUTO_TEST_CASE(believes_forwarding_fields_of_trusted_peers_only) {
  const lines from = {{"X-Forwarded-For", "198.51.100.1"},  {"X-Forwarded-Proto", "https"},
                      {"X-Forwarded-Host", "shop.example"}, {"Forwarded", "for=198.51.100.1"},
                      {"X-Real-IP", "198.51.100.1"},        {"X-Forwarded-For", ""},
                      {"X-Forwarded-For", "10.0.0.5"},      {"Forwarded", "for=10.0.0.5"}};
  const struct {
    const char* name;
    const char* untrusted;
    const char* trusted;
  } rows[] = {
      {"X-Forwarded-For", "203.0.113.9|", "198.51.100.1, 10.0.0.5, 203.0.113.9|"},
      {"X-Forwarded-Proto", "http|", "https|"},
      {"X-Forwarded-Host", "api.example|", "shop.example|"},
      {"Forwarded", "for=203.0.113.9;host=\"api.example\";proto=http|",
       "for=198.51.100.1, for=10.0.0.5, for=203.0.113.9;host=\"api.example\";proto=http|"},
      {"X-Real-IP", "", "198.51.100.1|"},
  };
  auto facts = plain_facts();
  const auto untrusted = forwarded(from, facts);
  facts.peer_is_trusted = true;
  const auto trusted = forwarded(from, facts);
  const auto silent = forwarded({}, facts);
  for (const auto& r : rows) {
    BOOST_TEST(values(untrusted, r.name) == r.untrusted, r.name);
    BOOST_TEST(values(trusted, r.name) == r.trusted, r.name);
    // A trusted peer that says nothing is itself the client.
    BOOST_TEST(values(silent, r.name) == r.untrusted, r.name);
  }
}

BOOST_AUTO_TEST_CASE(writes_forwarded_as_rfc_7239_has_it) {
  auto facts = plain_facts();
  facts.peer = "2001:db8::1";
  const auto v6 = forwarded({}, facts);
  BOOST_TEST(values(v6, "Forwarded") == "for=\"[2001:db8::1]\";host=\"api.example\";proto=http|");
  BOOST_TEST(values(v6, "X-Forwarded-For") == "2001:db8::1|");
  facts.authority = "";
  const auto no_host = forwarded({}, facts);
  BOOST_TEST(values(no_host, "Forwarded") == "for=\"[2001:db8::1]\";proto=http|");
  BOOST_TEST(values(no_host, "X-Forwarded-Host") == "");
}

BOOST_AUTO_TEST_CASE(adds_itself_to_via) {
  const struct {
    lines from;
    int version_minor;
    std::string via;
  } rows[] = {
      {{}, 1, "1.1 errata|"},
      {{}, 0, "1.0 errata|"},
      {{{"Via", "1.0 a"}}, 1, "1.0 a, 1.1 errata|"},
      {{{"Via", "1.0 a, 1.1 b (c)"}, {"via", ""}, {"VIA", "1.1 d"}},
       1,
       "1.0 a, 1.1 b (c), 1.1 d, 1.1 errata|"},
  };
  for (const auto& r : rows) {
    BOOST_TEST(values(forwarded(r.from, plain_facts(), "GET", r.version_minor), "Via") == r.via);
  }
}

BOOST_AUTO_TEST_CASE(finds_itself_in_via) {
  const struct {
    lines from;
    bool found;
  } rows[] = {
      {{}, false},
      {{{"Via", "1.1 errata"}}, true},
      {{{"Via", "1.0 errata"}}, true},
      {{{"Via", "HTTP/1.1 errata"}}, true},
      {{{"Via", "1.1 \t errata"}}, true},
      {{{"Via", "1.1 errata (v1)"}}, true},
      {{{"Via", "1.0 a, 1.1 errata, 1.1 b"}}, true},
      {{{"Via", "1.0 a"}, {"via", "1.1 b"}, {"VIA", "1.1 errata"}}, true},
      {{{"Via", "1.1 errata-2"}}, false},
      {{{"Via", "1.1 not-errata"}}, false},
      {{{"Via", "1.1 errata:80"}}, false},
      {{{"Via", "1.1 a (errata)"}}, false},
      {{{"Via", "errata"}}, false},
      {{{"Via", "errata 1.1"}}, false},
      {{{"Via", ""}}, false},
      {{{"Via", ",,,"}}, false},
      {{{"X-Via", "1.1 errata"}}, false},
  };
  for (const auto& r : rows) {
    BOOST_TEST(went_through(fields_of(r.from), "errata") == r.found,
               (r.from.empty() ? "" : r.from[0].second));
  }
}

BOOST_AUTO_TEST_CASE(passes_trace_context_only_when_it_is_valid) {
  const lines from = {{"traceparent", "00-a-b-01"}, {"tracestate", "x=y"}, {"baggage", "a=b"}};
  auto facts = plain_facts();
  const auto valid = forwarded(from, facts);
  BOOST_TEST(values(valid, "traceparent") == "00-a-b-01|");
  BOOST_TEST(values(valid, "tracestate") == "x=y|");
  facts.pass_trace = false;
  const auto invalid = forwarded(from, facts);
  BOOST_TEST(values(invalid, "traceparent") == "");
  BOOST_TEST(values(invalid, "tracestate") == "");
  BOOST_TEST(values(invalid, "baggage") == "a=b|");
}

BOOST_AUTO_TEST_CASE(counts_max_forwards_of_options_down) {
  const struct {
    const char* method;
    const char* came;
    const char* goes;
  } rows[] = {
      {"OPTIONS", "10", "9|"},
      {"OPTIONS", "1", "0|"},
      {"OPTIONS", "4294967295", "4294967294|"},
      {"OPTIONS", "4294967296", "4294967296|"},
      {"OPTIONS", "0", "0|"},
      {"OPTIONS", "-1", "-1|"},
      {"OPTIONS", "5x", "5x|"},
      {"OPTIONS", "", "|"},
      {"GET", "10", "10|"},
  };
  for (const auto& r : rows) {
    BOOST_TEST(values(forwarded({{"Max-Forwards", r.came}}, plain_facts(), r.method),
                      "Max-Forwards") == r.goes,
               r.method << " " << r.came);
  }
}

BOOST_AUTO_TEST_CASE(passes_one_date_of_a_response) {
  BOOST_TEST(passed_on({{"Date", "one"}}) == "Date: one\r\n");
  BOOST_TEST(passed_on({{"Date", "one"}, {"A", "b"}, {"date", "two"}}) == "Date: one\r\nA: b\r\n");
}

BOOST_AUTO_TEST_CASE(takes_what_else_is_forwarded_of_trusted_peers_only) {
  const char* const of_hops[] = {"X-Forwarded-Port", "x-forwarded-PREFIX", "X-Forwarded-Ssl",
                                 "X_Forwarded_Prefix", "X-Forwarded_Server"};
  const char* const others[] = {"X-Forwarded", "X-Forwarded-", "X-Forwarding-Port", "Forwarded-By"};
  for (const bool trusted : {false, true}) {
    auto facts = plain_facts();
    facts.peer_is_trusted = trusted;
    for (const std::string name : of_hops) {
      BOOST_TEST(values(forwarded({{name, "1"}}, facts), name) == (trusted ? "1|" : ""), name);
    }
    for (const std::string name : others) {
      BOOST_TEST(values(forwarded({{name, "1"}}, facts), name) == "1|", name);
    }
  }
}

BOOST_AUTO_TEST_CASE(says_what_a_426_wants) {
  response_head head;
  head.status = 426;
  const lines wants = {{"Upgrade", "TLS/1.2"}, {"A", "1"}, {"upgrade", "HTTP/3.0"}};
  head.fields = fields_of(wants);
  std::string out;
  append_upgrade(out, head, 426);
  BOOST_TEST(out == "Upgrade: TLS/1.2\r\nupgrade: HTTP/3.0\r\nConnection: Upgrade\r\n");
  out.clear();
  append_upgrade(out, head, 400);
  BOOST_TEST(out == "", "of another status");
  const lines wants_nothing = {{"A", "1"}};
  head.fields = fields_of(wants_nothing);
  append_upgrade(out, head, 426);
  BOOST_TEST(out == "", "there is nothing to say");
}

BOOST_AUTO_TEST_SUITE_END()
