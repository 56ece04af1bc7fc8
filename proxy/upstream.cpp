#include "proxy/upstream.hpp"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <iterator>

namespace errata {

upstream_connection::upstream_connection(endpoint& owner, boost::asio::io_context& loop, int fd,
                                         waker& user)
    : owner_(owner), socket_(loop, fd, user) {
  ++owner_.open_;
  ++owner_.group_.host_.open;
}

upstream_connection::~upstream_connection() {
  --owner_.open_;
  --owner_.group_.host_.open;
  owner_.group_.queue_.call_next();
}

void upstream_connection::wake() {
  // A wake-up may be spurious; only what the kernel says counts.
  if (socket_.peek().status == wire::io_status::would_block) {
    socket_.want_read();
    return;
  }
  owner_.drop(*this);
}

bool endpoint::is_full() const noexcept {
  return open_ >= group_.settings().max_connections;
}

void endpoint::failed(std::int64_t now_ms) {
  if (!detector_.failed(group_.settings().outlier, now_ms, group_.may_eject(now_ms))) return;
  group_.host_.count.endpoints_ejected.add();
  spdlog::warn("upstream {}: {} failed {} times in a row and is left out for a while",
               group_.settings().name, name(), group_.settings().outlier.consecutive_failures);
}

// The last of those that were put back before the loop last looked, of which it can vouch;
// otherwise the last.
std::unique_ptr<upstream_connection> endpoint::take_last() {
  const std::uint64_t looked = wire::readiness::asked_after();
  auto end = std::partition_point(idle_.begin(), idle_.end(), [looked](const auto& one) {
    return one->idle_since_moment_ < looked;
  });
  if (end == idle_.begin()) end = idle_.end();
  const auto last = std::prev(end);
  auto taken = std::move(*last);
  idle_.erase(last);
  return taken;
}

std::unique_ptr<upstream_connection> endpoint::take_idle(waker& user, bool may_send_again) {
  while (!idle_.empty()) {
    auto connection = take_last();
    // Not one that was never kept open: old servers end a connection with the response and do not
    // say so, and an end that comes with the last bytes raises no event.
    connection->doubted_ = may_send_again && connection->reused_ &&
                           connection->socket_.was_silent_since(connection->idle_since_moment_);
    if (!connection->doubted_ && !connection->socket_.is_silent()) continue;
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
  connection->idle_since_moment_ = wire::readiness::moment();
  connection->socket_.want_read();
  idle_.push_back(std::move(connection));
  group_.queue_.call_next();
}

void endpoint::sweep(std::int64_t now_ms) {
  const auto limit = group_.settings().idle.count();
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

namespace {

std::vector<unsigned> weights_of(const std::vector<std::unique_ptr<endpoint_address>>& addresses) {
  std::vector<unsigned> weights;
  for (const auto& one : addresses) weights.push_back(one->weight());
  return weights;
}

}  // namespace

upstream_group::upstream_group(upstream_host& host, const upstream_config& settings,
                               const std::vector<std::unique_ptr<endpoint_address>>& addresses)
    : host_(host),
      settings_(settings),
      queue_(host.wake_later, settings.max_pending),
      balancer_(settings.balance, weights_of(addresses)) {
  for (const auto& address : addresses) {
    endpoints_.push_back(std::make_unique<endpoint>(*this, *address));
  }
  standings_.resize(endpoints_.size());
}

endpoint* upstream_group::pick(tried_endpoints& tried, std::int64_t now_ms) {
  std::size_t index = 0;
  if (endpoints_.size() == 1) {
    if (tried != 0) return nullptr;
  } else {
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
      const endpoint& one = *endpoints_[i];
      standings_[i] = {one.in_flight(), one.is_usable(now_ms), (tried >> i & 1U) != 0};
    }
    index = balancer_.pick(standings_);
    if (index == balancer::npos) return nullptr;
  }
  tried |= tried_endpoints{1} << index;
  return endpoints_[index].get();
}

// At least half of them stay.
bool upstream_group::may_eject(std::int64_t now_ms) const noexcept {
  const auto usable = std::count_if(endpoints_.begin(), endpoints_.end(),
                                    [now_ms](const auto& e) { return e->is_usable(now_ms); });
  return (static_cast<std::size_t>(usable) - 1) * 2 >= endpoints_.size() && usable > 1;
}

bool upstream_group::begin_request(std::int64_t now_ms) {
  if (!circuit_.admits(settings_.circuit, now_ms)) {
    host_.count.circuit_refusals.add();
    return false;
  }
  ++requests_;
  return true;
}

void upstream_group::end_request(outcome came, bool was_retried, std::int64_t now_ms) {
  --requests_;
  if (was_retried) --retries_;
  if (came == outcome::succeeded) {
    circuit_.succeeded();
  } else if (came == outcome::neither) {
    circuit_.abandoned();
  } else if (circuit_.failed(settings_.circuit, now_ms)) {
    host_.count.circuits_opened.add();
    spdlog::warn("upstream {}: failed too often in a row and is not asked for {} ms",
                 settings_.name, settings_.circuit.open_ms);
  }
}

bool upstream_group::begin_retry() noexcept {
  if (!has_retries_left()) return false;
  ++retries_;
  host_.count.upstream_retries.add();
  return true;
}

void upstream_group::sweep(std::int64_t now_ms) {
  for (const auto& one : endpoints_) one->sweep(now_ms);
}

}  // namespace errata
