#include "proxy/wire/splice.hpp"

#ifdef ERRATA_SPLICE
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "proxy/wire/chunked.hpp"
#endif

namespace errata::wire {

#ifdef ERRATA_SPLICE

namespace {

// A pipe has slots of which a piece of a body takes one, be it a page or a segment from the
// network: the 16 slots of an ordinary pipe would be full after 23 KiB of small segments.
constexpr int pipe_size = 256 * 1024;

}  // namespace

pipe_pool::pipe_pool(int descriptor_bound) : descriptor_bound_(descriptor_bound) {
  free_.reserve(most_pipes);
}

pipe_pool::~pipe_pool() {
  for (const pipe& one : free_) close(one);
}

void pipe_pool::block_broken_pipe_signal() noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void pipe_pool::sweep() noexcept {
  for (; spare_ > 0; --spare_) {
    close(free_.back());
    free_.pop_back();
  }
  spare_ = free_.size();
}

bool pipe_pool::take(pipe& lent) noexcept {
  if (!free_.empty()) {
    lent = free_.back();
    free_.pop_back();
    spare_ = std::min(spare_, free_.size());
    return true;
  }
  if (refused_ || open_ == most_pipes) return false;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) != 0) return false;
  ++open_;
  lent = {ends[0], ends[1]};
  if (std::max(ends[0], ends[1]) >= descriptor_bound_) {
    close(lent);
    return false;
  }
  // A user's pipes have a bound in all; over it this one stays as small as it is.
  ::fcntl(lent.write_end, F_SETPIPE_SZ, pipe_size);
  return true;
}

void pipe_pool::give_back(const pipe& returned, bool is_empty) noexcept {
  if (is_empty) {
    free_.push_back(returned);
  } else {
    close(returned);
  }
}

void pipe_pool::close(const pipe& one) noexcept {
  ::close(one.read_end);
  ::close(one.write_end);
  --open_;
}

std::optional<io_result> body_pipe::fill(socket& from, std::uint64_t bytes) noexcept {
  if (!from.is_open()) return io_result{io_status::failed, 0, EBADF};
  if (pool_->refused_) return std::nullopt;
  if (!from.maybe_readable()) return io_result{};
  if (held_ == 0 && !pool_->take(pipe_)) return std::nullopt;
  const auto at_most = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, pipe_fill - held_));
  ssize_t got = -1;
  do {
    got = ::splice(from.native_handle(), nullptr, pipe_.write_end, nullptr, at_most,
                   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    held_ += static_cast<std::size_t>(got);
    from.took_aside();
    return io_result{io_status::ok, static_cast<std::size_t>(got), 0};
  }
  const int error = got < 0 ? errno : 0;
  if (held_ == 0) pool_->give_back(std::exchange(pipe_, {}), true);
  if (got == 0) return io_result{io_status::end, 0, 0};
  if (error == EAGAIN || error == EWOULDBLOCK) {
    // A pipe with something in it may have no slot for more.
    if (held_ == 0) from.found_empty();
    return io_result{};
  }
  if (error == EINVAL || error == ENOSYS || error == EPERM || error == EOPNOTSUPP) {
    pool_->refused_ = true;
    return std::nullopt;
  }
  if (error == ENOMEM) return std::nullopt;  // the kernel has no room for its list of pieces
  return io_result{io_status::failed, 0, error};
}

io_result body_pipe::drain(socket& to) noexcept {
  if (!to.is_open()) return {io_status::failed, 0, EBADF};
  if (!to.maybe_writable()) return {};
  if (!before_.empty()) return send_framing(to, before_, MSG_MORE);
  if (held_ == 0) return send_framing(to, after_, 0);
  const unsigned more = after_.empty() ? 0 : SPLICE_F_MORE;
  ssize_t sent = -1;
  do {
    sent = ::splice(pipe_.read_end, nullptr, to.native_handle(), nullptr, held_,
                    SPLICE_F_MOVE | SPLICE_F_NONBLOCK | more);
  } while (sent < 0 && errno == EINTR);
  if (sent > 0) {
    held_ -= static_cast<std::size_t>(sent);
    if (held_ == 0) pool_->give_back(std::exchange(pipe_, {}), true);
    return {io_status::ok, static_cast<std::size_t>(sent), 0};
  }
  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    to.found_full();
    return {};
  }
  // A pipe that is empty against all reckoning breaks the transfer, and does not spin.
  return {io_status::failed, 0, sent < 0 ? errno : EPIPE};
}

io_result body_pipe::send_framing(socket& to, std::string_view& text, int flags) noexcept {
  ssize_t sent = -1;
  do {
    sent = ::send(to.native_handle(), text.data(), text.size(), flags | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent > 0) {
    text.remove_prefix(static_cast<std::size_t>(sent));
    return {io_status::ok, static_cast<std::size_t>(sent), 0};
  }
  if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return {io_status::failed, 0, errno};
  to.found_full();
  return {};
}

void body_pipe::as_chunk(bool last) noexcept {
  before_ = {size_line_.data(), write_chunk_size(size_line_.data(), held_)};
  after_ = last ? "\r\n0\r\n\r\n" : "\r\n";
}

void body_pipe::end_chunk() noexcept {
  after_ = "\r\n";
}

void body_pipe::release() noexcept {
  if (held_ > 0) pool_->give_back(std::exchange(pipe_, {}), false);
  held_ = 0;
  before_ = after_ = {};
}

#else

pipe_pool::pipe_pool(int descriptor_bound) : descriptor_bound_(descriptor_bound) {}
pipe_pool::~pipe_pool() = default;
void pipe_pool::block_broken_pipe_signal() noexcept {}
void pipe_pool::sweep() noexcept {}

std::optional<io_result> body_pipe::fill(socket&, std::uint64_t) noexcept {
  return std::nullopt;
}

// Nothing is ever held.
io_result body_pipe::drain(socket&) noexcept {
  return {io_status::failed, 0, 0};
}
void body_pipe::as_chunk(bool) noexcept {}
void body_pipe::end_chunk() noexcept {}
void body_pipe::release() noexcept {}

#endif  // ERRATA_SPLICE

}  // namespace errata::wire
