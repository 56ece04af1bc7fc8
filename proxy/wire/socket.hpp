// A non-blocking stream socket that is tried first and waited for only when it would block.
//
// Nothing here suspends: the owner calls read() or write(), and when the answer is would_block it
// asks to be woken (want_read(), want_write()) and sleeps. Threads: the io_context's one thread.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "proxy/task.hpp"
#include "proxy/wire/readiness.hpp"

namespace errata::wire {

enum class io_status : std::uint8_t { ok, would_block, end, failed };

struct io_result {
  io_status status = io_status::would_block;
  std::size_t bytes = 0;  // > 0 when ok
  int error = 0;          // errno when failed
};

class socket final : private readiness_listener {
 public:
  // Takes `fd`, which must be non-blocking; for `when` see readiness. `who` is woken; it may be
  // exchanged with notify().
  socket(boost::asio::io_context& loop, int fd, waker& who, watching when = watching::at_once);
  ~socket() { close(); }
  socket(const socket&) = delete;
  socket& operator=(const socket&) = delete;

  bool is_open() const noexcept { return registration_ != nullptr; }
  int native_handle() const noexcept { return fd_; }
  void notify(waker& who) noexcept { who_ = &who; }

  // Whether the kernel tells of this socket yet.
  bool is_watched() const noexcept { return is_open() && registration_->is_watched(); }

  // Whether a read, or a write, is worth trying: false from a would_block until the next event.
  bool maybe_readable() const noexcept { return readable_; }
  bool maybe_writable() const noexcept { return writable_; }

  // For who reads or writes the descriptor by a call of its own (proxy/wire/splice): it took bytes,
  // or would have blocked.
  void took_aside() noexcept { short_read_ = false; }
  void found_empty() noexcept { readable_ = false; }
  void found_full() noexcept { writable_ = false; }

  // One recv, or none when the last one said would_block and no event came since. `end` is the
  // peer's orderly end of stream.
  io_result read(std::span<char> into) noexcept;
  // Reads as read() does, and drops what came.
  io_result discard() noexcept;
  // One send of all of `from`, or none as above: may send less. Never raises SIGPIPE.
  // `after::end`: what was taken may wait in the kernel for shutdown_send(), which must come at
  // once, so that the end travels with the last bytes and not behind them.
  enum class after : std::uint8_t { more, end };
  io_result write(std::span<const iovec> from, after comes = after::more) noexcept;
  // Whether bytes or the end wait to be read, without taking them. Always asks the kernel.
  io_result peek() noexcept;

  // Whether the connection is up and nothing, not even its end, waits to be read. Always asks the
  // kernel; cheaper than a peek where that is what is expected.
  bool is_silent() noexcept;
  // Whether the loop asked the kernel for events after `moment` (readiness::moment()) and none came
  // for this connection since. Asks nothing itself, and so tells of what arrived until then, not
  // until now; nor of an end that came together with bytes that were read before.
  bool was_silent_since(std::uint64_t moment) const noexcept {
    return readiness::asked_after() > moment && is_open() && !registration_->may_have_news();
  }

  // A whole message came with a short read: the next event, not a read that finds nothing, will
  // tell of more. Never said while the rest of a message is expected, because an end of stream that
  // came together with the last bytes raises no event of its own.
  void assume_drained() noexcept {
    if (short_read_) readable_ = false;
  }
  // Makes the next wait try a read first: for ends that assume_drained() may have passed over.
  void distrust() noexcept { readable_ = true; }

  void want_read() {
    if (registration_ != nullptr) registration_->arm(direction::read);
  }
  void want_write() {
    if (registration_ != nullptr) registration_->arm(direction::write);
  }

  // Ends our sending side.
  void shutdown_send() noexcept;
  // Makes close() send a reset: the peer must see that the transfer broke.
  void reset_on_close() noexcept;
  void close() noexcept;

 private:
  void on_ready(direction which) override;

  readiness* registration_;
  waker* who_;
  int fd_;
  bool readable_ = true;
  bool writable_ = true;
  bool short_read_ = false;
};

}  // namespace errata::wire
