#include "policies/limit_key.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace errata;

BOOST_AUTO_TEST_SUITE(limit_keys)

namespace {

using part = limit_key_part;

constexpr std::array<std::uint64_t, 2> hash_key = {11, 22};
const part by_ip{part::kind::ip, ""};
const part by_route{part::kind::route, ""};
const part by_method{part::kind::method, ""};
part header(std::string name) {
  return {part::kind::header, std::move(name)};
}

struct request {
  std::string ip = "192.0.2.1";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string route = "billing";
  std::string method = "GET";
};

request from(std::string ip) {
  request r;
  r.ip = std::move(ip);
  return r;
}

request with(std::vector<std::pair<std::string, std::string>> headers) {
  request r;
  r.headers = std::move(headers);
  return r;
}

std::optional<std::uint64_t> hash_of(const std::vector<part>& key, const request& r,
                                     missing_part when_missing = missing_part::skip) {
  field_list fields;
  for (const auto& [name, value] : r.headers) fields.add(name, value);
  const limit_key limit("rule", key, when_missing, hash_key);
  return limit.hash({*ip_address::parse(r.ip), r.route, r.method, &fields});
}

bool share_a_key(const std::vector<part>& key, const request& first, const request& second) {
  const auto hash = hash_of(key, first);
  BOOST_REQUIRE(hash);
  return hash == hash_of(key, second);
}

}  // namespace

BOOST_AUTO_TEST_CASE(tells_keys_apart) {
  struct row {
    std::string_view what;
    std::vector<part> key;
    request first, second;
    bool same;
  };
  const part x = header("X-Key");
  const part y = header("Y-Key");
  request other_route;
  other_route.route = "search";
  const auto method = [](std::string name) {
    request r;
    r.method = std::move(name);
    return r;
  };
  const row rows[] = {
      {"nothing: everyone", {}, from("192.0.2.1"), from("2001:db8::1"), true},
      {"one address", {by_ip}, from("192.0.2.1"), from("192.0.2.1"), true},
      {"two addresses", {by_ip}, from("192.0.2.1"), from("192.0.2.2"), false},
      {"a mapped address", {by_ip}, from("192.0.2.1"), from("::ffff:192.0.2.1"), true},
      {"one /64", {by_ip}, from("2001:db8:1:2::1"), from("2001:db8:1:2:ffff::9"), true},
      {"two /64s", {by_ip}, from("2001:db8:1:2::1"), from("2001:db8:1:3::1"), false},
      {"::1 and 0.0.0.1", {by_ip}, from("::1"), from("0.0.0.1"), false},
      {"one header", {x}, with({{"X-Key", "a"}}), with({{"x-key", "a"}}), true},
      {"two values", {x}, with({{"X-Key", "a"}}), with({{"X-Key", "b"}}), false},
      {"a value's case", {x}, with({{"X-Key", "a"}}), with({{"X-Key", "A"}}), false},
      {"the first of two lines",
       {x},
       with({{"X-Key", "a"}, {"X-Key", "b"}}),
       with({{"X-Key", "a"}}),
       true},
      {"a header that is no part",
       {x},
       with({{"X-Key", "a"}, {"Y-Key", "1"}}),
       with({{"X-Key", "a"}, {"Y-Key", "2"}}),
       true},
      {"a tuple",
       {x, y},
       with({{"X-Key", "a"}, {"Y-Key", "1"}}),
       with({{"Y-Key", "1"}, {"X-Key", "a"}}),
       true},
      {"a tuple's second part",
       {x, y},
       with({{"X-Key", "a"}, {"Y-Key", "1"}}),
       with({{"X-Key", "a"}, {"Y-Key", "2"}}),
       false},
      {"a border that moves",
       {x, y},
       with({{"X-Key", "ab"}, {"Y-Key", "c"}}),
       with({{"X-Key", "a"}, {"Y-Key", "bc"}}),
       false},
      {"parts that swap",
       {x, y},
       with({{"X-Key", "a"}, {"Y-Key", "b"}}),
       with({{"X-Key", "b"}, {"Y-Key", "a"}}),
       false},
      {"an address and a header", {by_ip, x}, with({{"X-Key", "a"}}), with({{"X-Key", "a"}}), true},
      {"one route", {by_route}, from("192.0.2.1"), from("192.0.2.2"), true},
      {"two routes", {by_route}, from("192.0.2.1"), other_route, false},
      {"one method", {by_method}, method("POST"), method("POST"), true},
      {"two methods", {by_method}, method("POST"), method("PUT"), false},
      {"made-up methods", {by_method}, method("AAAA"), method("AAAB"), true},
      {"a made-up method and a known one", {by_method}, method("AAAA"), method("GET"), false},
      {"a method's case", {by_method}, method("get"), method("GET"), false},
      {"a known header",
       {header("cookie")},
       with({{"Cookie", "a"}}),
       with({{"COOKIE", "a"}}),
       true},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.what) {
      BOOST_TEST(share_a_key(r.key, r.first, r.second) == r.same);
    }
  }
}

BOOST_AUTO_TEST_CASE(credentials_are_one_key_however_the_scheme_is_spelt) {
  struct row {
    std::string first, second;
    bool same;
  };
  const row rows[] = {
      {"Bearer abc", "Bearer abc", true},
      {"Bearer abc", "bearer abc", true},
      {"Bearer abc", "BEARER \t abc", true},
      {"Bearer abc", "Bearer abC", false},
      {"Bearer abc", "Basic abc", false},
      {"Bearer abc", "Bearerabc", false},
      {"Bearer abc", "Bearer", false},
      {"abc", "ABC", false},
      {"Bearer a b", "Bearer a  b", false},
      {std::string(40, 'a'), std::string(40, 'b'), false},
      {std::string(40, 'a') + " x", std::string(40, 'a') + " y", false},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.first << " and " << r.second) {
      BOOST_TEST(share_a_key({header("authorization")}, with({{"Authorization", r.first}}),
                             with({{"Authorization", r.second}})) == r.same);
    }
  }
}

BOOST_AUTO_TEST_CASE(ten_thousand_addresses_of_one_network_are_one_key) {
  const limit_key limit("rule", {by_ip}, missing_part::skip, hash_key);
  ip_address client = *ip_address::parse("2001:db8::");
  std::set<std::uint64_t> keys;
  for (unsigned i = 0; i < 10'000; ++i) {
    client.bytes[15] = static_cast<std::uint8_t>(i);
    client.bytes[8] = static_cast<std::uint8_t>(i >> 8U);
    keys.insert(limit.hash({client, "", "GET", nullptr}).value());
  }
  BOOST_TEST(keys.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_missing_part_is_treated_as_configured) {
  const request bare = from("192.0.2.1");
  const request other = from("192.0.2.2");
  const request empty = with({{"X-Key", ""}});
  const std::vector<part> key = {header("X-Key"), by_route};
  for (const request& r : {bare, empty}) {
    BOOST_TEST(!hash_of(key, r, missing_part::skip));
    BOOST_TEST(hash_of(key, r, missing_part::ip).has_value());
    BOOST_TEST(hash_of(key, r, missing_part::constant).has_value());
  }
  const auto shared = [&](missing_part when, const request& first, const request& second) {
    return hash_of(key, first, when) == hash_of(key, second, when);
  };
  BOOST_TEST(shared(missing_part::ip, bare, empty));
  BOOST_TEST(!shared(missing_part::ip, bare, other));
  BOOST_TEST(shared(missing_part::constant, bare, other));
  BOOST_TEST(shared(missing_part::constant, bare, empty));
  for (const auto when : {missing_part::skip, missing_part::ip, missing_part::constant}) {
    BOOST_TEST(shared(when, with({{"X-Key", "a"}}), with({{"X-Key", "a"}})));
    BOOST_TEST(!shared(when, bare, with({{"X-Key", "a"}})));
    BOOST_TEST(!shared(when, bare, with({{"X-Key", "192.0.2.1"}})));
    BOOST_TEST(!shared(when, bare, with({{"X-Key", std::string("\xC0\x00\x02\x01", 4)}})));
  }
  const limit_key limit("r", key, missing_part::skip, hash_key);
  BOOST_TEST(!limit.hash({{}, "", "", nullptr}));
}

BOOST_AUTO_TEST_CASE(the_rule_and_the_process_are_part_of_the_key) {
  const limit_facts facts{ip_address::v4({192, 0, 2, 1}), "", "GET", nullptr};
  const auto with_name = [&](std::string_view name, std::array<std::uint64_t, 2> process) {
    return limit_key(name, {by_ip}, missing_part::skip, process).hash(facts);
  };
  BOOST_TEST((with_name("a", hash_key) == with_name("a", hash_key)));
  BOOST_TEST((with_name("a", hash_key) != with_name("b", hash_key)));
  BOOST_TEST((with_name("a", hash_key) != with_name("a", {11, 23})));
  // A name that ends like a key starts.
  const limit_key longer(std::string_view("a\0", 2), {}, missing_part::skip, hash_key);
  const limit_key shorter("a", {}, missing_part::skip, hash_key);
  BOOST_TEST((longer.hash(facts) != shorter.hash(facts)));
}

BOOST_AUTO_TEST_SUITE_END()
