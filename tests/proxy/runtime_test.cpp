#include "proxy/runtime.hpp"

#include <arpa/inet.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(runtime_of_a_configuration)

namespace {

// "127.0.0.1 80" for each address; "null" when there are none yet.
std::string addresses_of(const endpoint_address& endpoint) {
  const auto list = endpoint.addresses();
  if (!list) return "null";
  std::string out;
  for (const socket_address& one : *list) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    std::uint16_t port = 0;
    if (one.storage.ss_family == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(one.storage);
      ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
      port = ntohs(v6.sin6_port);
      BOOST_TEST(one.size == sizeof v6);
    } else {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(one.storage);
      ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
      port = ntohs(v4.sin_port);
      BOOST_TEST(one.size == sizeof v4);
    }
    out.append(text.data()).append(" ").append(std::to_string(port)).append("|");
  }
  return out;
}

std::shared_ptr<configuration> quiet() {
  auto settings = std::make_shared<configuration>();
  settings->errors = catalog::built_in();
  settings->access_log.to = access_log_config::sink::off;
  return settings;
}

std::shared_ptr<limit_table> some_limits() {
  return std::make_shared<limit_table>(64, std::array<std::uint64_t, 2>{1, 2});
}

}  // namespace

BOOST_AUTO_TEST_CASE(knows_literal_addresses_from_the_start) {
  const struct {
    endpoint_config server;
    const char* name;
    bool literal;
    const char* addresses;
  } rows[] = {
      {{"127.0.0.1", 80}, "127.0.0.1:80", true, "127.0.0.1 80|"},
      {{"192.0.2.255", 65535}, "192.0.2.255:65535", true, "192.0.2.255 65535|"},
      {{"::1", 8080}, "[::1]:8080", true, "::1 8080|"},
      {{"2001:db8::a", 1}, "[2001:db8::a]:1", true, "2001:db8::a 1|"},
      {{"localhost", 80}, "localhost:80", false, "null"},
      {{"name.invalid", 80}, "name.invalid:80", false, "null"},
      {{"127.0.0.1.", 80}, "127.0.0.1.:80", false, "null"},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.server.host) {
      const endpoint_address endpoint(r.server);
      BOOST_TEST(endpoint.name() == r.name);
      BOOST_TEST(endpoint.is_literal() == r.literal);
      BOOST_TEST(addresses_of(endpoint) == r.addresses);
    }
  }
}

BOOST_AUTO_TEST_CASE(looks_names_up_only_when_it_is_told_to) {
  endpoint_address endpoint({"localhost", 8080});
  BOOST_TEST(addresses_of(endpoint) == "null");
  endpoint.resolve();
  const std::string found = addresses_of(endpoint);
  BOOST_TEST((found.find("127.0.0.1 8080|") != std::string::npos ||
              found.find("::1 8080|") != std::string::npos),
             found);
  const auto held = endpoint.addresses();
  endpoint.resolve();
  BOOST_TEST(addresses_of(endpoint) == found);
  BOOST_TEST(!held->empty(), "a list that is in use stays");
}

BOOST_AUTO_TEST_CASE(stays_without_an_address_when_a_name_has_none) {
  endpoint_address endpoint({std::string(300, 'x'), 80});
  endpoint.resolve();
  BOOST_TEST(addresses_of(endpoint) == "null");
}

BOOST_AUTO_TEST_CASE(has_every_server_of_every_upstream_in_order) {
  const auto settings = quiet();
  settings->upstreams.resize(3);
  settings->upstreams[0].servers = {{"127.0.0.1", 1}, {"127.0.0.1", 2}};
  settings->upstreams[2].servers = {{"::1", 3}};
  const runtime made(settings, some_limits());
  BOOST_REQUIRE(made.endpoints.size() == 3u);
  BOOST_REQUIRE(made.endpoints[0].size() == 2u);
  BOOST_TEST(made.endpoints[0][0]->name() == "127.0.0.1:1");
  BOOST_TEST(made.endpoints[0][1]->name() == "127.0.0.1:2");
  BOOST_TEST(made.endpoints[1].empty());
  BOOST_TEST(made.endpoints[2][0]->name() == "[::1]:3");
  BOOST_TEST(!made.log.is_on());
  BOOST_TEST((made.settings == settings));
}

BOOST_AUTO_TEST_CASE(says_why_its_log_cannot_be_opened) {
  const auto settings = quiet();
  settings->access_log = {access_log_config::sink::file, "/missing-folder/access.log"};
  std::string said;
  try {
    const runtime refused(settings, some_limits());
  } catch (const std::runtime_error& error) {
    said = error.what();
  }
  BOOST_TEST(said ==
             "cannot open the access log /missing-folder/access.log: No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()
