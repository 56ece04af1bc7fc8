#include "proxy/config/reader.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

namespace {

using namespace errata;
using namespace std::chrono_literals;

const std::string conf_dir = ERRATA_SOURCE_DIR "/conf/";
const std::string test_dir = ERRATA_SOURCE_DIR "/tests/proxy/config/";

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in, path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::optional<std::string> only_set(std::string_view name) {
  if (name == "SET") return "soon";
  return {};
}

read_config read(std::string_view text) {
  return read_config_text(text, "c", only_set);
}

std::string lines_of(const read_config& read) {
  std::string out;
  for (const config_problem& p : read.problems) out += p.to_string() + '\n';
  return out;
}

constexpr std::string_view minimal =
    R"({"listeners": [{"address": "127.0.0.1:8080"}], )"
    R"("upstreams": {"legacy": {"servers": ["http://h:1"]}}, "routes": [{"upstream": "legacy"}],)"
    "\n";

std::string with_member(std::string_view member) {
  return std::string(minimal) + std::string(member) + '}';
}

// The templates of bad_configurations.txt. What is put in begins a line.
std::string fill(std::string_view kind, const std::string& json) {
  if (kind == "whole") return json;
  if (kind == "member") return with_member(json);
  if (kind == "limit") return with_member("\"rate_limits\": {\"r\":\n" + json + '}');
  if (kind == "upstream") {
    return R"({"listeners": [{"address": "127.0.0.1:8080"}], "routes": [{"upstream": "u"}], )"
           "\"upstreams\": {\"u\":\n" +
           json + "}}";
  }
  BOOST_REQUIRE_EQUAL(kind, "route");
  return R"({"listeners": [{"address": "127.0.0.1:8080"}], )"
         R"("upstreams": {"legacy": {"servers": ["http://h:1"]}},)"
         "\n"
         R"("rate_limits": {"per_ip": {"key": ["ip"], "rate": "1/s"}}, "routes": [)"
         "\n" +
         json + "]}";
}

BOOST_AUTO_TEST_SUITE(config_reader)

BOOST_AUTO_TEST_CASE(says_what_is_wrong_and_where) {
  std::istringstream table(text_of(test_dir + "bad_configurations.txt"));
  std::string row;
  std::string expected;
  std::size_t count = 0;
  const auto check_row = [&] {
    if (row.empty()) return;
    ++count;
    const auto space = row.find(' ');
    const read_config got = read(fill(row.substr(0, space), row.substr(space + 1)));
    BOOST_TEST(lines_of(got) == expected, row << "\n--- is:\n"
                                              << lines_of(got) << "--- should be:\n"
                                              << expected);
    row.clear();
    expected.clear();
  };
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with("  ")) {
      expected += "c:" + line.substr(2) + '\n';
      continue;
    }
    check_row();
    if (!line.empty() && !line.starts_with('#')) row = line;
  }
  check_row();
  BOOST_TEST(count > 170U);
}

BOOST_AUTO_TEST_CASE(gives_every_default) {
  const read_config got =
      read(R"({"listeners": [{"address": "0.0.0.0:0"}], "routes": [{"respond": "not_found"}]})");
  BOOST_REQUIRE_EQUAL(lines_of(got), "");
  const configuration& c = got.value;
  BOOST_TEST(c.threads == 0U);
  BOOST_TEST(c.upstreams.empty());
  BOOST_TEST(c.request_id_header == "X-Request-Id");
  BOOST_TEST((c.request_id_trust == id_trust::trusted_proxies));
  BOOST_TEST(c.trusted_proxies.empty());
  BOOST_TEST(c.rate_rules.empty());
  BOOST_TEST(c.limits.header_bytes == 32U * 1024U);
  BOOST_TEST(c.limits.connections == 20000U);
  BOOST_TEST((c.timeouts.request == 60s));
  BOOST_TEST((c.access_log.to == access_log_config::sink::standard_output));
  BOOST_TEST(c.via_pseudonym == "errata");
  BOOST_TEST(c.normalizer.max_body == 64U * 1024U);
  BOOST_TEST(c.normalizer.doc_url_base == "");
  BOOST_TEST(c.normalizer.auth_challenge == "Bearer");
  BOOST_TEST(c.errors.for_status(404).code == "not_found");
  BOOST_REQUIRE_EQUAL(c.routes.size(), 1U);
  BOOST_REQUIRE_EQUAL(c.matches.size(), 1U);
  BOOST_TEST(c.routes[0].name == "not_found");
  BOOST_TEST(c.routes[0].respond.value() == "not_found");
  BOOST_TEST(c.matches[0].path_prefix == "");
  BOOST_TEST(c.listeners[0].port == 0);
}

BOOST_AUTO_TEST_CASE(reads_the_example_file) {
  const read_config got = read_config_file(conf_dir + "errata.example.json");
  BOOST_REQUIRE_EQUAL(lines_of(got), "");
  const configuration& c = got.value;
  BOOST_REQUIRE_EQUAL(c.listeners.size(), 2U);
  BOOST_TEST(c.listeners[1].host == "::1");
  BOOST_REQUIRE_EQUAL(c.upstreams.size(), 1U);
  BOOST_TEST(c.upstreams[0].name == "billing");
  BOOST_REQUIRE_EQUAL(c.upstreams[0].servers.size(), 2U);
  BOOST_TEST(c.upstreams[0].servers[1].port == 9002);
  BOOST_REQUIRE_EQUAL(c.routes.size(), 2U);
  BOOST_TEST(c.routes[0].path_prefix == "/v1/billing");
  BOOST_TEST(c.routes[0].rate_limits == (std::vector<std::uint16_t>{0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(c.matches[0].host == "*.example.com");
  BOOST_TEST(c.matches[0].methods == (std::vector<std::string>{"GET", "POST"}),
             boost::test_tools::per_element());
  BOOST_TEST(c.routes[1].respond.value() == "route_not_found");
  BOOST_TEST(c.normalizer.doc_url_base == "https://docs.example.com/errors#");
  BOOST_TEST(c.trusted_proxies.size() == 3U);
  BOOST_REQUIRE_EQUAL(c.rate_rules.size(), 2U);
  BOOST_TEST(c.rate_rules[0].key[0].header == "Authorization");
  BOOST_TEST(c.rate_rules[0].burst == 200U);
  BOOST_TEST((c.rate_rules[1].mode == rate_rule::mode::shadow));
}

BOOST_AUTO_TEST_CASE(reads_the_shipped_file) {
  const read_config got = read_config_file(conf_dir + "errata.json");
  BOOST_REQUIRE_EQUAL(lines_of(got), "");
  BOOST_TEST(got.value.listeners[0].host == "127.0.0.1");
  BOOST_TEST(got.value.listeners[0].port == 8080);
  BOOST_TEST(got.value.upstreams[0].servers[0].host == "127.0.0.1");
  BOOST_TEST(got.value.upstreams[0].servers[0].port == 9001);
  BOOST_TEST(got.value.routes[0].name == "legacy");
}

BOOST_AUTO_TEST_CASE(takes_other_values_than_the_defaults) {
  const read_config got = read(with_member(R"(
    "threads": 3,
    "request_id": { "header": "X-Correlation-Id", "trust": "never" },
    "via": { "pseudonym": "edge-1" },
    "limits": { "header_bytes": "60KiB", "header_count": 1, "target_bytes": "1KiB",
                "connections": 7 },
    "timeouts": { "header": "1ms", "body": "2s", "keep_alive": "3m", "request": "4h",
                  "drain": "0s", "drain_idle": "5s" },
    "errors": { "max_body": "1MiB", "auth_challenge": "Bearer realm=\"api\"" },
    "access_log": { "path": "logs/access.log", "format": "json" })"));
  BOOST_REQUIRE_EQUAL(lines_of(got), "");
  const configuration& c = got.value;
  BOOST_TEST(c.threads == 3U);
  BOOST_TEST(c.request_id_header == "X-Correlation-Id");
  BOOST_TEST((c.request_id_trust == id_trust::never));
  BOOST_TEST(c.via_pseudonym == "edge-1");
  BOOST_TEST(c.limits.header_bytes == 60U * 1024U);
  BOOST_TEST(c.limits.header_count == 1U);
  BOOST_TEST(c.limits.target_bytes == 1024U);
  BOOST_TEST(c.limits.connections == 7U);
  BOOST_TEST((c.timeouts.header == 1ms));
  BOOST_TEST((c.timeouts.body == 2s));
  BOOST_TEST((c.timeouts.keep_alive == 3min));
  BOOST_TEST((c.timeouts.request == 4h));
  BOOST_TEST((c.timeouts.drain == 0ms));
  BOOST_TEST((c.timeouts.drain_idle == 5s));
  BOOST_TEST(c.normalizer.max_body == 1024U * 1024U);
  BOOST_TEST(c.normalizer.auth_challenge == "Bearer realm=\"api\"");
  BOOST_TEST((c.access_log.to == access_log_config::sink::file));
  BOOST_TEST(c.access_log.path == "logs/access.log");
}

BOOST_AUTO_TEST_CASE(puts_files_beside_the_configuration) {
  const auto got = read_config_text(with_member(R"("access_log": {"path": "a.log"})"),
                                    "etc/errata.json", only_set);
  BOOST_TEST(got.value.access_log.path == "etc/a.log");
  const auto absolute = read_config_text(with_member(R"("access_log": {"path": "/var/a.log"})"),
                                         "etc/errata.json", only_set);
  BOOST_TEST(absolute.value.access_log.path == "/var/a.log");
}

BOOST_AUTO_TEST_CASE(survives_every_prefix_of_the_example) {
  const std::string text = text_of(conf_dir + "errata.example.json");
  // The object ends with the last brace; what follows it is white space.
  const std::size_t end = text.rfind('}');
  for (std::size_t size = 0; size <= end; ++size) {
    const auto got = read_config_text(std::string_view(text).substr(0, size),
                                      conf_dir + "errata.example.json", only_set);
    BOOST_TEST_REQUIRE(got.problems.size() == 1U, "prefix of " << size << " bytes");
    BOOST_TEST_REQUIRE(got.problems[0].line > 0U);
  }
}

BOOST_AUTO_TEST_CASE(survives_every_single_byte_replaced) {
  const std::string text = text_of(conf_dir + "errata.json");
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'"', '{', ']', ',', '$', '\\', '\0', '\xFF', '5', '/'}) {
      std::string changed = text;
      changed[i] = c;
      for (const config_problem& p : read(changed).problems) {
        BOOST_TEST_REQUIRE(p.line > 0U);
        BOOST_TEST_REQUIRE(!p.message.empty());
        BOOST_TEST_REQUIRE(p.to_string().find('\n') == std::string::npos);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(stops_after_a_hundred_problems) {
  std::string text = "{";
  for (int i = 0; i < 5000; ++i) text += "\"key" + std::to_string(i) + "\": 1,";
  BOOST_TEST(read(text + "}").problems.size() == 100U);
}

BOOST_AUTO_TEST_CASE(says_why_a_file_cannot_be_read) {
  const read_config got = read_config_file(conf_dir + "nowhere.json");
  BOOST_TEST(lines_of(got) ==
             conf_dir + "nowhere.json: cannot be read: No such file or directory\n");
  BOOST_REQUIRE_EQUAL(got.problems.size(), 1U);
  BOOST_TEST(got.problems[0].line == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
