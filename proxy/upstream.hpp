// Upstreams as one worker thread sees them: groups of endpoints, and the pool of each one's idle
// connections. Threads: all of it belongs to one worker.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "proxy/runtime.hpp"
#include "proxy/wire/socket.hpp"

namespace errata {

class endpoint;

// One connection to an endpoint: lent to an exchange, or idle in the endpoint's pool, where an
// event (bytes nobody asked for, or the end) makes it drop itself.
class upstream_connection final : private waker {
 public:
  upstream_connection(endpoint& owner, boost::asio::io_context& loop, int fd, waker& user);
  ~upstream_connection();

  wire::socket& socket() noexcept { return socket_; }
  endpoint& owner() noexcept { return owner_; }
  bool reused() const noexcept { return reused_; }

 private:
  friend class endpoint;
  void wake() override;

  endpoint& owner_;
  wire::socket socket_;
  std::int64_t idle_since_ms_ = 0;
  bool reused_ = false;
  bool checked_ = false;  // looked at once while idle
};

class endpoint {
 public:
  endpoint(const endpoint_address& address, const upstream_config& settings,
           std::size_t& open_total)
      : address_(address), settings_(settings), open_total_(open_total) {}
  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;

  const std::string& name() const noexcept { return address_.name(); }
  const endpoint_address& address() const noexcept { return address_; }
  bool is_full() const noexcept { return open_ >= settings_.max_connections; }

  // The connection that was used last, or nullptr. `sure`: only one that is certainly alive now,
  // for requests that must not be sent twice.
  std::unique_ptr<upstream_connection> take_idle(waker& user, bool sure);

  // Takes back a connection whose last response was read to its end.
  void give_back(std::unique_ptr<upstream_connection> connection, std::int64_t now_ms);

  // Closes what was idle for longer than the configuration allows; looks once at the others.
  void sweep(std::int64_t now_ms);

 private:
  friend class upstream_connection;
  void drop(upstream_connection& connection);

  const endpoint_address& address_;
  const upstream_config& settings_;
  std::size_t& open_total_;
  std::size_t open_ = 0;
  std::vector<std::unique_ptr<upstream_connection>> idle_;  // last used at the back
};

// Several endpoints that answer alike, used in turn.
class upstream_group {
 public:
  upstream_group(const upstream_config& settings,
                 const std::vector<std::unique_ptr<endpoint_address>>& addresses,
                 std::size_t& open_total);

  const upstream_config& settings() const noexcept { return settings_; }
  std::size_t size() const noexcept { return endpoints_.size(); }
  endpoint& next() noexcept {
    endpoint& picked = *endpoints_[turn_];
    turn_ = turn_ + 1 == endpoints_.size() ? 0 : turn_ + 1;
    return picked;
  }
  void sweep(std::int64_t now_ms);

 private:
  const upstream_config& settings_;
  std::vector<std::unique_ptr<endpoint>> endpoints_;
  std::size_t turn_ = 0;
};

}  // namespace errata
