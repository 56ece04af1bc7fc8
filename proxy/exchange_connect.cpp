// To a connection to the upstream: which endpoint, which connection, or a place in the queue.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "proxy/exchange.hpp"

namespace errata {
namespace {

// What open_connection() says, beside errno's values, of a name without an address.
constexpr int unresolved = -1;

std::string_view connect_detail(int error) noexcept {
  switch (error) {
    case ECONNREFUSED:
      return "the upstream refuses connections";
    case ETIMEDOUT:
      return "no connection to the upstream in time";
    case unresolved:
      return "the upstream's name cannot be resolved";
    case EMFILE:
    case ENFILE:
      return "out of descriptors for a connection to the upstream";
    default:
      return "the upstream cannot be reached";
  }
}

// RFC 9209 section 2.3.
std::string_view proxy_error_of(int error) noexcept {
  switch (error) {
    case ECONNREFUSED:
      return "connection_refused";
    case ETIMEDOUT:
      return "connection_timeout";
    case unresolved:
      return "dns_error";
    case EMFILE:
    case ENFILE:
      return "proxy_internal_error";
    default:
      return "destination_ip_unroutable";
  }
}

// Our own want of descriptors is not the endpoint's fault.
bool is_endpoints_fault(int error) noexcept {
  return error != EMFILE && error != ENFILE && error != ENOBUFS && error != ENOMEM;
}

}  // namespace

bool exchange::ask_circuit() {
  const std::int64_t now = worker::now_ms();
  asked_ = group_->begin_request(now);
  if (asked_) return true;
  retry_after_s_ = group_->retry_after_seconds(now);
  return fail(failure_origin::upstream, failure_phase::connect, cause::upstream_unreachable,
              "the upstream failed too often in a row and is not asked for now");
}

// Tells the group how it went. A 502, 503 or 504 counts as a failure: it says that there was nobody
// to answer.
void exchange::settle_with_upstream() {
  if (!asked_) return;
  asked_ = false;
  using outcome = upstream_group::outcome;
  const std::int64_t now = worker::now_ms();
  outcome came = outcome::neither;
  if (failure_ && failure_->origin == failure_origin::upstream) {
    const bool saturated = failure_->why == cause::upstream_saturated;
    came = saturated ? outcome::neither : outcome::failed;
  } else if (record_.upstream_status >= 502 && record_.upstream_status <= 504) {
    came = outcome::failed;
  } else if (record_.upstream_status != 0) {
    came = outcome::succeeded;
  }
  // What failed while connecting was told at once.
  const bool connected = failure_ == std::nullopt || failure_->phase != failure_phase::connect;
  if (endpoint_ != nullptr && came == outcome::failed && connected) endpoint_->failed(now);
  if (endpoint_ != nullptr && came == outcome::succeeded) endpoint_->succeeded();
  group_->end_request(came, record_.retried, now);
}

// A connection, if need be after a wait in the queue.
task<bool> exchange::connect() {
  pending_queue& queue = group_->queue();
  pending_queue::place place(queue, client_);
  const std::int64_t until = worker::now_ms() + group_->settings().pending.count();
  // Nobody overtakes who waits already.
  bool wait = queue.has_waiting();
  while (true) {
    if (wait) {
      const bool called = co_await wait_for_turn(place, until);
      if (!called) {
        upload_.stop();
        co_return false;
      }
    }
    const attempt made = co_await try_endpoints();
    if (made == attempt::connected) {
      place.use();
      co_return true;
    }
    if (made == attempt::unreachable) {
      upload_.stop();
      co_return false;
    }
    wait = true;
  }
}

task<bool> exchange::wait_for_turn(pending_queue::place& place, std::int64_t until_ms) {
  if (!place.join()) {
    worker_.count().upstream_saturated.add();
    co_return fail(failure_origin::upstream, failure_phase::connect, cause::upstream_saturated,
                   "every connection to the upstream is in use, and the queue for one is full");
  }
  worker_.count().upstream_queued.add();
  client_.set_deadline(std::min(until_ms, total_deadline_ms_));
  while (!place.is_called()) {
    if (worker_.stopping() || client_.expired()) {
      worker_.count().upstream_saturated.add();
      co_return fail(failure_origin::upstream, failure_phase::connect, cause::upstream_saturated,
                     "no connection to the upstream came free in time");
    }
    if (client_reset()) {
      co_return fail(failure_origin::downstream, failure_phase::connect, cause::internal,
                     "the client reset the connection");
    }
    co_await client_.woken();
  }
  place.come();
  co_return true;
}

// Lends an idle connection or opens one; each endpoint is tried once, because nothing was sent yet.
task<exchange::attempt> exchange::try_endpoints() {
  bool saturated = false;
  int error = 0;
  tried_endpoints tried = 0;
  while (endpoint* picked = group_->pick(tried, worker::now_ms())) {
    endpoint_ = picked;
    record_.endpoint = picked->name();
    if (!record_.retried) {
      upstream_ = picked->take_idle(client_.own_waker(), may_send_again());
      if (upstream_) co_return attempt::connected;
    }
    if (picked->is_full()) {
      saturated = true;
      continue;
    }
    error = co_await open_connection(*picked);
    if (error == 0) co_return attempt::connected;
    if (is_endpoints_fault(error)) picked->failed(worker::now_ms());
    if (worker_.stopping()) break;
  }
  if (saturated && !worker_.stopping()) co_return attempt::saturated;
  fail(failure_origin::upstream, failure_phase::connect, cause::upstream_unreachable,
       connect_detail(error));
  failure_->proxy_error = proxy_error_of(error);
  co_return attempt::unreachable;
}

task<int> exchange::open_connection(endpoint& to) {
  const auto addresses = to.address().addresses();
  if (!addresses) co_return unresolved;
  int error = EHOSTUNREACH;
  const std::int64_t until = worker::now_ms() + group_->settings().connect.count();
  for (const socket_address& address : *addresses) {
    const int fd =
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) co_return errno;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int begun =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size);
    error = begun == 0 ? 0 : errno;
    if (error != 0 && error != EINPROGRESS) {
      ::close(fd);
      continue;
    }
    auto opened =
        std::make_unique<upstream_connection>(to, worker_.loop(), fd, client_.own_waker());
    worker_.count().upstream_connections_open.set(worker_.upstream_open());
    if (error == EINPROGRESS) {
      client_.set_deadline(std::min(until, total_deadline_ms_));
      while (true) {
        socklen_t size = sizeof error;
        sockaddr_storage peer{};
        socklen_t peer_size = sizeof peer;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) break;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0) break;
        error = ETIMEDOUT;
        if (client_.expired() || worker_.stopping()) break;
        opened->socket().want_write();
        co_await client_.woken();
      }
      if (error != 0) continue;
    }
    upstream_ = std::move(opened);
    co_return 0;
  }
  co_return error;
}

}  // namespace errata
