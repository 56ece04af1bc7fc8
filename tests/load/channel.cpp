#include "tests/load/channel.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace errata::load {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

descriptor new_socket() {
  descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) fail("socket");
  const int on = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

void descriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

descriptor bind_on_loopback(std::uint16_t port) {
  descriptor socket = new_socket();
  const int on = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("bind");
  }
  return socket;
}

descriptor listen_on_loopback(std::uint16_t port) {
  descriptor socket = bind_on_loopback(port);
  if (::listen(socket.number(), 1024) != 0) fail("listen");
  return socket;
}

descriptor connect_to_loopback(std::uint16_t port) {
  descriptor socket = new_socket();
  const sockaddr_in address = loopback(port);
  const int result =
      ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (result != 0 && errno != EINPROGRESS) fail("connect");
  return socket;
}

std::uint16_t port_of(const descriptor& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fail("getsockname");
  }
  return ntohs(address.sin_port);
}

channel::read_result channel::read(std::span<char> buffer, std::string_view& got) {
  const ssize_t count = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
  if (count > 0) {
    got = {buffer.data(), static_cast<std::size_t>(count)};
    return read_result::bytes;
  }
  const bool later = count < 0 && (errno == EAGAIN || errno == EINTR);
  return later ? read_result::nothing_yet : read_result::closed;
}

bool channel::write(std::string_view bytes) {
  unsent_.append(bytes);
  return flush();
}

bool channel::flush() {
  while (has_unsent()) {
    const ssize_t count =
        ::send(socket_.number(), unsent_.data() + sent_, unsent_.size() - sent_, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR || errno == ENOTCONN;
    sent_ += static_cast<std::size_t>(count);
  }
  unsent_.clear();
  sent_ = 0;
  return true;
}

void channel::close() {
  socket_.reset();
  unsent_.clear();
  sent_ = 0;
}

void channel::abort() {
  const linger at_once{1, 0};
  if (is_open()) {
    ::setsockopt(number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  close();
}

poller::poller() : set_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!set_.is_open()) fail("epoll_create1");
}

void poller::control(int operation, int fd, std::uint64_t key, bool writable) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (writable) event.events |= EPOLLOUT;
  event.data.u64 = key;
  if (::epoll_ctl(set_.number(), operation, fd, &event) != 0) fail("epoll_ctl");
}

void poller::add(int fd, std::uint64_t key, bool writable) {
  control(EPOLL_CTL_ADD, fd, key, writable);
}

void poller::change(int fd, std::uint64_t key, bool writable) {
  control(EPOLL_CTL_MOD, fd, key, writable);
}

void poller::remove(int fd) {
  control(EPOLL_CTL_DEL, fd, 0, false);
}

std::span<epoll_event> poller::wait(int timeout_ms) {
  const int capacity = static_cast<int>(std::size(events_));
  const int count = ::epoll_wait(set_.number(), events_, capacity, timeout_ms);
  return {events_, count > 0 ? static_cast<std::size_t>(count) : 0};
}

}  // namespace errata::load
