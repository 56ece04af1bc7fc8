// One client connection: the keep-alive loop around exchanges, and its deadline.
#pragma once

#include <sys/socket.h>

#include <array>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <string_view>

#include "policies/client_address.hpp"
#include "proxy/frame_memory.hpp"
#include "proxy/task.hpp"
#include "proxy/wire/buffer.hpp"
#include "proxy/wire/socket.hpp"

namespace errata {

class worker;

class connection : public boost::intrusive::list_base_hook<> {
 public:
  // Takes `fd`. serve() must follow, once.
  // `counts_by_address`: it is one of its client's, for limits.connections_per_ip.
  connection(worker& owner, int fd, const sockaddr_storage& peer, bool counts_by_address);

  // Memory that the thread keeps for its next connection.
  static void* operator new(std::size_t size) { return take_frame_memory(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    give_frame_memory(memory, size);
  }

  // Serves the client until the connection ends, then calls owner.finished(*this), which destroys
  // it.
  void serve();

  // What an exchange works with.
  worker& owner() noexcept { return owner_; }
  wire::socket& client() noexcept { return client_; }
  wire::buffer& input() noexcept { return input_; }
  const ip_address& peer() const noexcept { return peer_; }
  std::string_view peer_text() const noexcept { return {peer_text_.data(), peer_text_size_}; }
  bool counts_by_address() const noexcept { return counts_by_address_; }
  bool first_exchange() const noexcept { return exchanges_ == 0; }
  std::int64_t accepted_ms() const noexcept { return accepted_ms_; }
  // The connection must be closed so that the peer can still read what was sent: unread bytes of
  // the client would make the kernel send a reset instead.
  void linger() noexcept { lingers_ = true; }

  // One deadline at a time, in worker::now_ms(); 0 for none. When it passes, expired() turns true
  // and the coroutine is woken: by the worker's tick, so up to a tick late.
  void set_deadline(std::int64_t ms) noexcept {
    deadline_ms_ = ms;
    expired_ = false;
  }
  std::int64_t deadline_ms() const noexcept { return deadline_ms_; }
  bool expired() const noexcept { return expired_; }

  // Sleeps until a socket, the deadline or a stop wakes it. Look at the state before and after.
  // co_await connection.woken();
  sleeper& woken() noexcept { return sleeper_; }
  waker& own_waker() noexcept { return sleeper_; }

  // A client that the kernel does not watch yet may be left unwatched until the next tick, which
  // wakes this connection: most answers come before, and closed behind them it costs no epoll_ctl.
  // False: it is to be watched now.
  bool may_watch_later() noexcept {
    if (watch_ == watch_state::due || client_.is_watched()) return false;
    watch_ = watch_state::deferred;
    return true;
  }

  // For the worker.
  // Whether the tick has to wake it, to watch its client from now on.
  bool watch_now() noexcept {
    if (watch_ != watch_state::deferred || client_.is_watched()) return false;
    watch_ = watch_state::due;
    return true;
  }
  void expire() noexcept { expired_ = true; }
  // Wakes a connection so that it notices a stop.
  void wake() { sleeper_.wake(); }
  // An idle connection waits for its next request no longer than the drain lets it.
  void drain() noexcept;
  bool is_idle() const noexcept { return idle_; }
  // An idle connection looks once whether the client has gone: see socket::assume_drained().
  bool look_once() noexcept;

 private:
  root_task drive();
  task<void> run();
  // Whether bytes of a request are in the buffer, are still waited for, or will not come.
  enum class wait_state : std::uint8_t { arrived, pending, over };
  void begin_wait() noexcept;
  enum class watch_state : std::uint8_t { wanted, deferred, due };
  wait_state look_for_request();
  task<void> close_lingering(std::int64_t patience_ms);

  worker& owner_;
  sleeper sleeper_;
  wire::socket client_;
  wire::buffer input_;
  std::int64_t accepted_ms_;
  std::int64_t deadline_ms_ = 0;
  std::uint64_t exchanges_ = 0;
  ip_address peer_;
  std::array<char, 46> peer_text_;
  std::uint8_t peer_text_size_ = 0;
  watch_state watch_ = watch_state::wanted;
  bool expired_ = false;
  bool idle_ = false;
  bool looked_ = false;
  bool lingers_ = false;
  bool left_idle_ = false;  // nothing came in time
  bool counts_by_address_;
};

// Thousands of connections idle: what only a request needs belongs to exchange, not here. The whole
// of an idle one, frames and registration included, is held by the bar in scripts/load/bars.txt.
static_assert(sizeof(connection) <= 208);

// The address of a peer, IPv4 in its mapped form.
ip_address address_of(const sockaddr_storage& peer);

}  // namespace errata
