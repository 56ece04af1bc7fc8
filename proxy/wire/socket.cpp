#include "proxy/wire/socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace errata::wire {
namespace {

bool is_again(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK;
}

// One piece takes the kernel less without a message around it.
ssize_t send_all(int fd, std::span<const iovec> from, int flags) noexcept {
  if (from.size() == 1) return ::send(fd, from.front().iov_base, from.front().iov_len, flags);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(from.data());
  message.msg_iovlen = from.size();
  return ::sendmsg(fd, &message, flags);
}

}  // namespace

socket::socket(boost::asio::io_context& loop, int fd, waker& who, watching when)
    : registration_(readiness::attach(loop, fd, *this, when)), who_(&who), fd_(fd) {
  if (registration_ == nullptr) ::close(fd);
}

io_result socket::read(std::span<char> into) noexcept {
  if (!is_open()) return {io_status::failed, 0, EBADF};
  if (!readable_) return {};
  while (true) {
    const ssize_t got = ::recv(fd_, into.data(), into.size(), 0);
    if (got > 0) {
      short_read_ = static_cast<std::size_t>(got) < into.size();
      return {io_status::ok, static_cast<std::size_t>(got), 0};
    }
    if (got == 0) return {io_status::end, 0, 0};
    if (errno == EINTR) continue;
    if (!is_again(errno)) return {io_status::failed, 0, errno};
    readable_ = false;
    return {};
  }
}

io_result socket::discard() noexcept {
  std::array<char, 16 * 1024> dropped;
  return read(dropped);
}

io_result socket::peek() noexcept {
  if (!is_open()) return {io_status::failed, 0, EBADF};
  char byte = 0;
  const ssize_t got = ::recv(fd_, &byte, 1, MSG_PEEK);
  if (got > 0) return {io_status::ok, 1, 0};
  if (got == 0) return {io_status::end, 0, 0};
  if (!is_again(errno) && errno != EINTR) return {io_status::failed, 0, errno};
  readable_ = false;
  return {};
}

bool socket::is_silent() noexcept {
  pollfd asked{fd_, POLLIN | POLLRDHUP, 0};
  if (!is_open() || ::poll(&asked, 1, 0) != 0) return false;
  readable_ = false;
  return true;
}

io_result socket::write(std::span<const iovec> from, after comes) noexcept {
  if (!is_open()) return {io_status::failed, 0, EBADF};
  if (!writable_) return {};
  const int flags = MSG_NOSIGNAL | (comes == after::end ? MSG_MORE : 0);
  while (true) {
    const ssize_t sent = send_all(fd_, from, flags);
    if (sent >= 0) return {io_status::ok, static_cast<std::size_t>(sent), 0};
    if (errno == EINTR) continue;
    if (!is_again(errno)) return {io_status::failed, 0, errno};
    writable_ = false;
    return {};
  }
}

void socket::on_ready(direction which) {
  if (which == direction::read) {
    readable_ = true;
    // What came after the short read is not to be assumed away.
    short_read_ = false;
  } else {
    writable_ = true;
  }
  who_->wake();
}

void socket::shutdown_send() noexcept {
  if (is_open()) ::shutdown(fd_, SHUT_WR);
}

void socket::reset_on_close() noexcept {
  const linger now{1, 0};
  if (is_open()) ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void socket::close() noexcept {
  if (readiness* was = std::exchange(registration_, nullptr)) was->detach();
}

}  // namespace errata::wire
