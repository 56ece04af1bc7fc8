// Upstreams as one worker thread sees them: groups of endpoints, and the pool of each one's idle
// connections. Threads: all of it belongs to one worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "policies/balance.hpp"
#include "policies/outlier.hpp"
#include "proxy/counters.hpp"
#include "proxy/pending_queue.hpp"
#include "proxy/runtime.hpp"
#include "proxy/wire/socket.hpp"

namespace errata {

class endpoint;
class upstream_group;

// What the upstreams of one worker have in common.
struct upstream_host {
  worker_counters& count;
  pending_queue::wake_later wake_later;
  std::size_t open = 0;  // connections
};

// One connection to an endpoint: lent to an exchange, or idle in the endpoint's pool, where an
// event (bytes nobody asked for, or the end) makes it drop itself.
class upstream_connection final : private waker {
 public:
  upstream_connection(endpoint& owner, boost::asio::io_context& loop, int fd, waker& user);
  ~upstream_connection();

  wire::socket& socket() noexcept { return socket_; }
  endpoint& owner() noexcept { return owner_; }
  bool reused() const noexcept { return reused_; }
  // Whether it was lent without asking the kernel, and so may have ended together with its last
  // response; until trust().
  bool is_doubted() const noexcept { return doubted_; }
  void trust() noexcept { doubted_ = false; }

 private:
  friend class endpoint;
  void wake() override;

  endpoint& owner_;
  wire::socket socket_;
  std::int64_t idle_since_ms_ = 0;
  std::uint64_t idle_since_moment_ = 0;  // of the loop; see wire::readiness
  bool reused_ = false;
  bool doubted_ = false;
  bool checked_ = false;  // looked at once while idle
};

class endpoint {
 public:
  endpoint(upstream_group& group, const endpoint_address& address) noexcept
      : group_(group), address_(address) {}
  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;

  const std::string& name() const noexcept { return address_.name(); }
  const endpoint_address& address() const noexcept { return address_; }
  bool is_full() const noexcept;
  // Connections lent to requests, or being opened for one.
  std::size_t in_flight() const noexcept { return open_ - idle_.size(); }
  bool is_usable(std::int64_t now_ms) const noexcept {
    return address_.is_healthy() && !detector_.is_ejected(now_ms);
  }

  // The connection that was used last and is alive and silent, or nullptr: bytes that nobody asked
  // for must never be read as the answer to the next request (RFC 9112 section 6.3). For a request
  // that may be sent again it is enough that the event loop saw none (docs/decisions/0011); before
  // any other, and where the loop did not look, the kernel is asked.
  std::unique_ptr<upstream_connection> take_idle(waker& user, bool may_send_again);

  // Takes back a connection whose last response was read to its end.
  void give_back(std::unique_ptr<upstream_connection> connection, std::int64_t now_ms);

  // A request came to an end with it, or failed by its fault.
  void succeeded() noexcept { detector_.succeeded(); }
  void failed(std::int64_t now_ms);

  // Closes what was idle for longer than the configuration allows; looks once at the others.
  void sweep(std::int64_t now_ms);

 private:
  friend class upstream_connection;
  void drop(upstream_connection& connection);
  std::unique_ptr<upstream_connection> take_last();

  upstream_group& group_;
  const endpoint_address& address_;
  outlier_detector detector_;
  std::size_t open_ = 0;
  std::vector<std::unique_ptr<upstream_connection>> idle_;  // last used at the back
};

// Which endpoints of a group a request has tried; a group has at most 64.
using tried_endpoints = std::uint64_t;

// Several endpoints that answer alike.
class upstream_group {
 public:
  upstream_group(upstream_host& host, const upstream_config& settings,
                 const std::vector<std::unique_ptr<endpoint_address>>& addresses);

  const upstream_config& settings() const noexcept { return settings_; }

  // The endpoint to try next, which joins `tried`; nullptr when all were.
  endpoint* pick(tried_endpoints& tried, std::int64_t now_ms);

  // Whether the upstream may be asked at all; see circuit_breaker. One that may must be followed by
  // end_request().
  bool begin_request(std::int64_t now_ms);
  enum class outcome : std::uint8_t { succeeded, failed, neither };
  void end_request(outcome came, bool was_retried, std::int64_t now_ms);
  unsigned retry_after_seconds(std::int64_t now_ms) const noexcept {
    return circuit_.retry_after_seconds(now_ms);
  }

  bool has_retries_left() const noexcept {
    return within_retry_budget(settings_.retries, requests_, retries_);
  }
  // Counts a retry when the budget allows one more.
  bool begin_retry() noexcept;

  pending_queue& queue() noexcept { return queue_; }
  void sweep(std::int64_t now_ms);

 private:
  friend class endpoint;
  friend class upstream_connection;
  bool may_eject(std::int64_t now_ms) const noexcept;

  upstream_host& host_;
  const upstream_config& settings_;
  pending_queue queue_;  // outlives the connections, whose end calls it
  balancer balancer_;
  circuit_breaker circuit_;
  std::uint64_t requests_ = 0;  // under way
  std::uint64_t retries_ = 0;
  std::vector<std::unique_ptr<endpoint>> endpoints_;
  std::vector<endpoint_standing> standings_;
};

}  // namespace errata
