// What one configuration becomes when it is served: the policies built from it, the log it writes
// to, the addresses of its endpoints. Immutable but for the addresses; shared by every thread.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "policies/normalize/normalizer.hpp"
#include "policies/rate_limit.hpp"
#include "policies/route.hpp"
#include "proxy/access_log.hpp"
#include "proxy/config/config.hpp"

namespace errata {

struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// Where a configured server is. A literal address is known from the start; a name is looked up by
// resolve(), which may block and belongs to the server's resolver thread.
class endpoint_address {
 public:
  explicit endpoint_address(const endpoint_config& server);

  const std::string& name() const noexcept { return name_; }  // "host:port"
  bool is_literal() const noexcept { return literal_; }

  // Looks the name up and publishes what it found; keeps the old addresses when that fails.
  void resolve();

  unsigned weight() const noexcept { return server_.weight; }

  // What the health checks say; true until they say otherwise. Any thread.
  bool is_healthy() const noexcept { return healthy_.load(std::memory_order_relaxed); }
  void set_healthy(bool healthy) noexcept { healthy_.store(healthy, std::memory_order_relaxed); }

  // The current addresses; null while the name was never resolved. Any thread.
  using list = std::vector<socket_address>;
  std::shared_ptr<const list> addresses() const { return std::atomic_load(&addresses_); }

 private:
  endpoint_config server_;
  std::string name_;
  bool literal_;
  std::atomic<bool> healthy_{true};
  std::shared_ptr<const list> addresses_;
};

struct runtime {
  // `limits` outlives reloads. Throws std::runtime_error when the log cannot be opened.
  runtime(std::shared_ptr<const configuration> used, std::shared_ptr<limit_table> limits);

  std::shared_ptr<const configuration> settings;
  route_table routes;
  rate_limiter limiter;
  normalizer errors;
  std::string request_id_line;  // the name of the id's field, with colon and blank
  std::vector<std::vector<std::unique_ptr<endpoint_address>>> endpoints;  // by upstream, by server

  // What the health checks of `before` found out holds for the same servers here.
  void inherit_health(const runtime& before);

  log_sink log;
};

}  // namespace errata
