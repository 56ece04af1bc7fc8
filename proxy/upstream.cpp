#include "proxy/upstream.hpp"

#include <algorithm>

namespace errata {

upstream_connection::upstream_connection(endpoint& owner, boost::asio::io_context& loop, int fd,
                                         waker& user)
    : owner_(owner), socket_(loop, fd, user) {
  ++owner_.open_;
  ++owner_.open_total_;
}

upstream_connection::~upstream_connection() {
  --owner_.open_;
  --owner_.open_total_;
}

void upstream_connection::wake() {
  // A wake-up may be spurious; only what the kernel says counts.
  if (socket_.peek().status == wire::io_status::would_block) {
    socket_.want_read();
    return;
  }
  owner_.drop(*this);
}

std::unique_ptr<upstream_connection> endpoint::take_idle(waker& user, bool sure) {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (sure && connection->socket_.peek().status != wire::io_status::would_block) continue;
    connection->socket_.notify(user);
    connection->reused_ = true;
    return connection;
  }
  return nullptr;
}

void endpoint::give_back(std::unique_ptr<upstream_connection> connection, std::int64_t now_ms) {
  connection->socket_.notify(*connection);
  connection->socket_.assume_drained();
  // An event came behind the response: bytes nobody asked for, or the end.
  if (connection->socket_.maybe_readable() &&
      connection->socket_.peek().status != wire::io_status::would_block) {
    return;
  }
  connection->idle_since_ms_ = now_ms;
  connection->checked_ = false;
  connection->socket_.want_read();
  idle_.push_back(std::move(connection));
}

void endpoint::sweep(std::int64_t now_ms) {
  const auto limit = settings_.idle.count();
  std::erase_if(idle_, [&](const std::unique_ptr<upstream_connection>& one) {
    if (now_ms - one->idle_since_ms_ >= limit) return true;
    // An end that came with the last response's bytes raised no event of its own.
    if (one->checked_) return false;
    one->checked_ = true;
    return one->socket_.peek().status != wire::io_status::would_block;
  });
}

void endpoint::drop(upstream_connection& connection) {
  std::erase_if(idle_, [&](const auto& one) { return one.get() == &connection; });
}

upstream_group::upstream_group(const upstream_config& settings,
                               const std::vector<std::unique_ptr<endpoint_address>>& addresses,
                               std::size_t& open_total)
    : settings_(settings) {
  for (const auto& address : addresses) {
    endpoints_.push_back(std::make_unique<endpoint>(*address, settings, open_total));
  }
}

void upstream_group::sweep(std::int64_t now_ms) {
  for (const auto& one : endpoints_) one->sweep(now_ms);
}

}  // namespace errata
