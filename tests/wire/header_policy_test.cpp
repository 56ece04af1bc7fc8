// The whole proxy does what tests/headers/policy.txt says.
#include "tests/support/header_policy.hpp"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(header_policy)

using namespace errata::testing;

namespace {

constexpr std::string_view body_that_came = "served";

const std::vector<header_rule>& all_rules() {
  static const auto rules = read_header_policy(ERRATA_SOURCE_DIR "/tests/headers/policy.txt");
  return rules;
}

// What the origin answers to the rule whose number is the target.
std::string response_for(const header_rule& rule) {
  if (rule.direction == way::request) return ok_with(body_that_came);
  const bool bodiless = rule.method == "HEAD" || rule.status == 204 || rule.status == 304;
  const bool chunked = rule.name == "Transfer-Encoding";
  std::string out = "HTTP/1.1 " + std::to_string(rule.status) + " Legacy\r\n" + rule.lines();
  if (chunked) {
    return out + "\r\n" + in_chunks(body_that_came, 3);
  }
  if (!bodiless && rule.name != "Content-Length") {
    out += "Content-Length: " + std::to_string(body_that_came.size()) + "\r\n";
  }
  return out + "\r\n" + (bodiless ? std::string() : std::string(body_that_came));
}

origin_behaviour answer_by_rule() {
  return [](origin_connection& connection) {
    while (connection.read_request()) {
      const std::string number = connection.request().target.substr(1);
      connection.send(response_for(all_rules().at(std::stoul(number))));
    }
  };
}

// Where a request goes for errata to answer it with `status` itself.
std::string own_target(unsigned status) {
  return "/own/" + std::to_string(status);
}

std::string request_for(const header_rule& rule, std::size_t number) {
  const bool own = rule.direction == way::authored;
  std::string out = rule.method + " " +
                    (own ? own_target(rule.status) : "/" + std::to_string(number)) +
                    " HTTP/1.1\r\n";
  if (rule.name != "Host") out += "Host: test.example\r\n";
  if (rule.configured == setup::telling) out += "Accept: application/problem+json\r\n";
  if (!rule.origin.empty()) out += "Origin: " + rule.origin + "\r\n";
  if (rule.direction != way::request) return out + "\r\n";
  out += rule.lines() + "\r\n";
  if (rule.name == "Content-Length") out += "hello";
  if (rule.name == "Transfer-Encoding") out += in_chunks("hello", 3);
  return out;
}

settings settings_for(setup configured) {
  settings out;
  out.routes = R"([
    { "name": "401", "match": { "path_prefix": "/own/401" }, "respond": "authentication_required" },
    { "name": "404", "match": { "path_prefix": "/own/404" }, "respond": "route_not_found" },
    { "name": "503", "match": { "path_prefix": "/own/503" }, "respond": "service_unavailable" },
    { "name": "429", "match": { "path_prefix": "/own/429" }, "upstream": "legacy",
      "strip_prefix": true, "rate_limits": ["once"] },
    { "name": "all", "upstream": "legacy" }])";
  out.top = R"("rate_limits": { "once": { "key": ["ip"], "rate": "1/h", "burst": 1 } },
    "cors": { "origins": ["https://app.example"] })";
  if (configured == setup::trusting) out.top += R"(, "trusted_proxies": ["127.0.0.0/8"])";
  if (configured == setup::telling) {
    out.top += R"(, "errors": { "problem_json": true, "proxy_status": true })";
  }
  return out;
}

std::string shown(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out.append("[").append(value).append("]");
  return out;
}

// The origin and a proxy for each setup; the rate limit is used up.
struct house {
  scripted_origin origin{answer_by_rule()};
  std::map<setup, std::unique_ptr<test_server>> servers;

  house() {
    for (const setup one : {setup::plain, setup::trusting, setup::telling}) {
      servers[one] = std::make_unique<test_server>(origin, settings_for(one));
      servers[one]->fetch(get("/own/429/0"));
    }
    origin.forget();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_field_leaves_as_the_list_says) {
  house all;
  for (std::size_t number = 0; number < all_rules().size(); ++number) {
    const header_rule& rule = all_rules()[number];
    const auto reply = all.servers[rule.configured]->fetch(request_for(rule, number), rule.method);
    BOOST_TEST_CONTEXT(rule.describe() << reply.describe()) {
      if (rule.direction != way::request) {
        BOOST_TEST(reply.status == rule.status);
        const auto values = reply.head.values(rule.name);
        BOOST_TEST(rule.agrees(values), shown(values));
        continue;
      }
      BOOST_TEST(reply.status == 200u);
      const auto seen = all.origin.requests();
      all.origin.forget();
      BOOST_REQUIRE(seen.size() == 1u);
      const auto values = seen.front().head.values(rule.name);
      BOOST_TEST(rule.agrees(values), shown(values));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
