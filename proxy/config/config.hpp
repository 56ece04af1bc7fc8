// The configuration after reading: typed, checked, immutable. proxy/config/reader.hpp makes it.
// Shared by every thread as shared_ptr<const configuration>; a reload swaps the pointer and
// exchanges under way keep the one they began with.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/balance.hpp"
#include "policies/catalog.hpp"
#include "policies/client_address.hpp"
#include "policies/cors.hpp"
#include "policies/normalize/normalizer.hpp"
#include "policies/normalize/shape_rule.hpp"
#include "policies/outlier.hpp"
#include "policies/rate_limit.hpp"
#include "policies/route.hpp"

namespace errata {

using milliseconds = std::chrono::milliseconds;

struct listener_config {
  std::string host;        // an address: "0.0.0.0", "::"
  std::uint16_t port = 0;  // 0: any free one; the log line that says "listening" names it
};

struct endpoint_config {
  std::string host;  // name or address
  std::uint16_t port = 80;
  unsigned weight = 1;
};

// Active checks: GET `path`, well when the status is 200 to 399.
struct health_config {
  std::string path;  // empty: no checks
  milliseconds interval{5000};
  milliseconds timeout{1000};
  unsigned healthy = 2;    // checks in a row that bring a server back
  unsigned unhealthy = 3;  // checks in a row that take it out
};

struct upstream_config {
  std::string name;
  std::vector<endpoint_config> servers;
  milliseconds connect{1000};
  milliseconds first_byte{30000};
  milliseconds body{30000};  // between two reads of a response body
  milliseconds idle{30000};  // of a pooled connection
  balance_method balance = balance_method::round_robin;
  std::size_t max_connections = 256;  // per worker thread and endpoint
  std::size_t max_pending = 1024;     // requests that wait for one, per worker thread
  milliseconds pending{1000};         // how long
  health_config health;
  outlier_settings outlier;
  circuit_settings circuit;
  retry_budget_settings retries;
  bool tolerant_head = true;  // what old services write in heads is mended
};

struct route_config {
  std::string name;
  std::size_t upstream = 0;            // index into configuration::upstreams
  std::optional<std::string> respond;  // a code of the catalog instead of an upstream
  bool strip_prefix = false;
  std::string path_prefix;  // as in its route_match
  normalize_mode normalize = normalize_mode::enforce;
  status_policy policy = status_policy::preserve;
  std::vector<std::uint16_t> rate_limits;  // indexes into configuration::rate_rules
  std::uint64_t body_limit = 10 * 1024 * 1024;
  std::shared_ptr<const route_shapes> shapes;  // errors.shapes and success_errors; null: none
};

enum class id_trust : std::uint8_t { trusted_proxies, always, never };

struct limits_config {
  std::size_t header_bytes = 32 * 1024;  // request head; at most 60 KiB
  std::size_t header_count = 100;
  std::size_t target_bytes = 8 * 1024;
  std::size_t connections = 20000;     // client connections, all threads
  std::size_t connections_per_ip = 0;  // 0: no limit; trusted proxies have none
  std::uint64_t memory_bytes = 0;      // 0: of the cgroup, if it has a limit
  std::uint64_t body_rate = 500;       // bytes a second that a request body must reach; 0: any
};

struct timeouts_config {
  milliseconds header{10000};
  milliseconds body{10000};  // between two reads of a request body
  milliseconds keep_alive{60000};
  milliseconds request{60000};  // up to the head of the response
  milliseconds drain{30000};
  milliseconds drain_idle{1000};  // of a connection between requests; part of drain
};

struct access_log_config {
  enum class sink : std::uint8_t { off, standard_output, file } to = sink::standard_output;
  std::string path;  // sink::file
};

struct configuration {
  std::vector<listener_config> listeners;
  unsigned threads = 0;  // 0: one per core
  std::vector<upstream_config> upstreams;
  std::vector<route_config> routes;  // the same order as `matches`
  std::vector<route_match> matches;
  catalog errors;  // built-in or the operator's
  normalizer_options normalizer;
  std::string request_id_header = "X-Request-Id";
  id_trust request_id_trust = id_trust::trusted_proxies;
  std::vector<ip_network> trusted_proxies;
  std::vector<rate_rule> rate_rules;
  limits_config limits;
  timeouts_config timeouts;
  access_log_config access_log;
  std::string via_pseudonym = "errata";
  cors_settings cors;
  bool proxy_status = false;  // errors say by Proxy-Status (RFC 9209) whose fault they are
};

}  // namespace errata
