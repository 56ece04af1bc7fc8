// listeners and upstreams.
#include <algorithm>
#include <array>
#include <set>

#include "proxy/config/addresses.hpp"
#include "proxy/config/sections.hpp"

namespace errata {
namespace {

using namespace std::chrono_literals;

constexpr entry_rule listener_list{1, 64, "[{ \"address\": \"127.0.0.1:8080\" }]"};
constexpr entry_rule upstream_names{0, 1024,
                                    "{ \"legacy\": { \"servers\": [\"http://127.0.0.1:9001\"] } }"};
constexpr std::array balance_methods = {
    choice_name<balance_method>{"round_robin", balance_method::round_robin},
    choice_name<balance_method>{"least_requests", balance_method::least_requests}};
constexpr entry_rule server_list{1, 64, "[\"http://127.0.0.1:9001\"]"};

void read_server_url(const located_value& value, upstream_config& out) {
  const auto text = value.text("a URL such as \"http://127.0.0.1:9001\"");
  if (!text) return;
  auto server = parse_server_url(*text);
  if (server.problem.empty()) {
    out.servers.push_back(std::move(server.value));
  } else {
    value.wrong(server.problem, *text);
  }
}

void read_server(const located_value& value, upstream_config& out) {
  if (value.node().what != json_node::kind::object) return read_server_url(value, out);
  value.object("{...}", [&](object_reader& server) {
    server.require("url", "\"http://127.0.0.1:9001\"");
    const std::size_t before = out.servers.size();
    if (const auto url = server.value("url", "string")) read_server_url(*url, out);
    unsigned weight = 1;
    server.integer("weight", weight, 1, 1000);
    if (out.servers.size() > before) out.servers.back().weight = weight;
  });
}

// As the target of a request: a path, with a query if need be.
bool is_check_path(std::string_view text) {
  constexpr std::size_t longest = 1024;
  return text.starts_with('/') && text.size() <= longest &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < '\x7F' && c != '#'; });
}

void read_health(object_reader& in, health_config& out) {
  in.require("path", "\"/health\"");
  if (const auto value = in.value("path", "string")) {
    constexpr std::string_view what = "the path of a health check, such as \"/health\"";
    const auto path = value->text(what);
    if (path && !is_check_path(*path)) value->wants(what, *path);
    if (path) out.path = *path;
  }
  in.duration("interval", out.interval, 100ms, 1h);
  in.duration("timeout", out.timeout, 1ms, 1h);
  in.integer("healthy", out.healthy, 1, 100);
  in.integer("unhealthy", out.unhealthy, 1, 100);
}

// How failures are answered: by looking elsewhere, by waiting, by asking again, by not asking.
void read_resilience(object_reader& in, upstream_config& out) {
  in.object("health", [&](object_reader& health) { read_health(health, out.health); });
  in.object("outlier", [&](object_reader& outlier) {
    outlier.integer("consecutive_failures", out.outlier.consecutive_failures, 0, 1000);
    milliseconds ejection{out.outlier.ejection_ms};
    outlier.duration("ejection", ejection, 100ms, 1h);
    out.outlier.ejection_ms = ejection.count();
    out.outlier.longest_ms = std::max(out.outlier.longest_ms, out.outlier.ejection_ms);
  });
  in.object("circuit", [&](object_reader& circuit) {
    circuit.integer("consecutive_failures", out.circuit.consecutive_failures, 0, 10000);
    milliseconds open{out.circuit.open_ms};
    circuit.duration("open", open, 100ms, 1h);
    out.circuit.open_ms = open.count();
  });
  in.object("retries", [&](object_reader& retries) {
    retries.integer("budget_percent", out.retries.percent, 0, 100);
    retries.integer("min_concurrent", out.retries.min_concurrent, 0, 1000);
  });
}

void read_upstream(object_reader& in, upstream_config& out) {
  in.require("servers", server_list.example);
  in.list("servers", server_list, [&](const located_value& v) { read_server(v, out); });
  in.object("timeouts", [&](object_reader& timeouts) {
    timeouts.duration("connect", out.connect, 1ms, 1h);
    timeouts.duration("first_byte", out.first_byte, 1ms, 24h);
    timeouts.duration("body", out.body, 1ms, 24h);
    timeouts.duration("idle", out.idle, 1ms, 24h);
  });
  in.boolean("tolerant_head", out.tolerant_head);
  in.choice("balance", out.balance, balance_methods);
  in.object("pool", [&](object_reader& pool) {
    pool.integer("max_connections", out.max_connections, 1, 65535);
    pool.integer("max_pending", out.max_pending, 0, 65535);
    pool.duration("pending_timeout", out.pending, 1ms, 1h);
  });
  read_resilience(in, out);
}

}  // namespace

void read_listeners(object_reader& root, configuration& out) {
  root.require("listeners", listener_list.example);
  constexpr std::string_view what =
      "an IP address and a port from 0 to 65535, such as \"127.0.0.1:8080\" or \"[::]:8080\"";
  std::set<std::pair<std::string, std::uint16_t>> seen;
  root.list("listeners", listener_list, [&](const located_value& listener) {
    listener.object("{ \"address\": \"127.0.0.1:8080\" }", [&](object_reader& in) {
      in.require("address", "\"127.0.0.1:8080\"");
      const auto value = in.value("address", "string");
      if (!value) return;
      auto address = value->parsed(what, parse_listen_address);
      if (!address) return;
      if (address->port != 0 && !seen.emplace(address->host, address->port).second) {
        value->problem("a listener before this one has the same address: remove one of them");
      }
      out.listeners.push_back(std::move(*address));
    });
  });
}

void read_upstreams(object_reader& root, configuration& out) {
  root.map("upstreams", upstream_names, [&](const std::string& name, const located_value& v) {
    upstream_config& upstream = out.upstreams.emplace_back();
    upstream.name = name;
    v.object("{ \"servers\": [\"http://127.0.0.1:9001\"] }",
             [&](object_reader& in) { read_upstream(in, upstream); });
  });
}

}  // namespace errata
