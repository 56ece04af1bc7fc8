#include "proxy/connection.hpp"

#include <netinet/in.h>

#include <spdlog/spdlog.h>
#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>

#include "proxy/exchange.hpp"
#include "proxy/worker.hpp"

namespace errata {
namespace {

// What a client that was answered early may still send before we stop listening to it.
constexpr std::int64_t linger_ms = 2000;
// A request that crosses the end of an idle connection is read, so that its client sees that end
// and not a reset.
constexpr std::int64_t linger_idle_ms = 250;
constexpr std::size_t linger_bytes = 1024 * 1024;

}  // namespace

ip_address address_of(const sockaddr_storage& peer) {
  ip_address address;
  if (peer.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    std::memcpy(address.bytes.data(), v6.sin6_addr.s6_addr, address.bytes.size());
    return address;
  }
  std::array<std::uint8_t, 4> octets{};
  std::memcpy(octets.data(), &reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr,
              octets.size());
  return ip_address::v4(octets);
}

connection::connection(worker& owner, int fd, const sockaddr_storage& peer, bool counts_by_address)
    : owner_(owner),
      client_(owner.loop(), fd, sleeper_, wire::watching::when_asked),
      input_(owner.buffers()),
      accepted_ms_(worker::now_ms()),
      peer_(address_of(peer)),
      counts_by_address_(counts_by_address) {
  const std::string text = peer_.to_string();
  peer_text_size_ = static_cast<std::uint8_t>(std::min(text.size(), peer_text_.size()));
  std::copy_n(text.begin(), peer_text_size_, peer_text_.begin());
}

void connection::serve() {
  drive();
}

root_task connection::drive() {
  try {
    co_await run();
  } catch (const std::exception& e) {
    // The last resort: a bug hurts only its own connection.
    owner_.count().internal_errors.add();
    spdlog::error("connection of {} ended by an internal error: {}", peer_text(), e.what());
  }
  owner_.finished(*this);
}

task<void> connection::run() {
  bool goes_on = client_.is_open();
  while (goes_on) {
    begin_wait();
    wait_state request = look_for_request();
    while (request == wait_state::pending) {
      client_.want_read();
      co_await sleeper_;
      request = look_for_request();
    }
    idle_ = false;
    if (request == wait_state::over) break;
    // Not in this frame: an idle connection would keep room for it.
    static_assert(sizeof(exchange) <= longest_kept_frame, "or every request calls the allocator");
    const auto one = std::make_unique<exchange>(*this);
    goes_on = co_await one->run();
    ++exchanges_;
    if (input_.held() && input_.empty()) input_.release();
  }
  if (owner_.stopping()) co_return;
  if (lingers_) {
    co_await close_lingering(linger_ms);
  } else if (left_idle_ && !(owner_.draining() && owner_.drain_idle_until_ms() == 0)) {
    co_await close_lingering(linger_idle_ms);
  }
}

void connection::begin_wait() noexcept {
  if (input_.held() && !input_.empty()) return;  // pipelined
  const auto& timeouts = owner_.current()->shared->settings->timeouts;
  const auto patience = first_exchange() ? timeouts.header : timeouts.keep_alive;
  set_deadline(worker::now_ms() + patience.count());
  idle_ = true;
  if (owner_.draining()) drain();
  looked_ = false;
}

// An idle connection holds no buffer: it takes one only when there is something to read, and gives
// it back when there was not.
connection::wait_state connection::look_for_request() {
  if (input_.held() && !input_.empty()) return wait_state::arrived;
  if (owner_.stopping()) return wait_state::over;
  // Whatever has come is served: the event that tells of it may still wait behind this one.
  left_idle_ = expired_;
  if (left_idle_) client_.distrust();
  if (client_.maybe_readable()) {
    input_.acquire();
    const auto got = client_.read(input_.space());
    if (got.status == wire::io_status::ok) {
      left_idle_ = false;
      input_.commit(got.bytes);
      return wait_state::arrived;
    }
    input_.release();
    left_idle_ &= got.status == wire::io_status::would_block;
    if (got.status != wire::io_status::would_block) return wait_state::over;
  }
  return left_idle_ ? wait_state::over : wait_state::pending;
}

bool connection::look_once() noexcept {
  if (looked_) return false;
  looked_ = true;
  client_.distrust();
  return true;
}

void connection::drain() noexcept {
  if (!idle_) return;
  const std::int64_t until = owner_.drain_idle_until_ms();
  if (until == 0) {
    expire();
  } else if (deadline_ms_ > until) {
    set_deadline(until);
  }
}

task<void> connection::close_lingering(std::int64_t patience_ms) {
  client_.shutdown_send();
  set_deadline(worker::now_ms() + patience_ms);
  if (input_.held()) input_.release();
  std::size_t left = linger_bytes;
  while (left > 0 && !expired_ && !owner_.stopping()) {
    const auto got = client_.discard();
    if (got.status == wire::io_status::ok) {
      left -= std::min(left, got.bytes);
    } else if (got.status == wire::io_status::would_block) {
      client_.want_read();
      co_await sleeper_;
    } else {
      break;
    }
  }
}

}  // namespace errata
