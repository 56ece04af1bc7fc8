#include "scripts/load/client/connection.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace errata::load {

std::uint64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec);
}

ready_set::ready_set() : set_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!set_.is_open()) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

void ready_set::add(int fd, std::uint64_t key) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = key;
  if (::epoll_ctl(set_.number(), EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

std::span<epoll_event> ready_set::wait(std::uint64_t until) {
  timespec timeout{};
  if (until > 0) {
    const std::uint64_t now = now_ns();
    const std::uint64_t left = until > now ? until - now : 0;
    timeout.tv_sec = static_cast<time_t>(left / 1'000'000'000U);
    timeout.tv_nsec = static_cast<long>(left % 1'000'000'000U);
  }
  const int count = ::epoll_pwait2(set_.number(), events_, static_cast<int>(std::size(events_)),
                                   until > 0 ? &timeout : nullptr, nullptr);
  return {events_, count > 0 ? static_cast<std::size_t>(count) : 0};
}

void connection::open(ready_set& ready, std::uint64_t key, std::uint16_t port, int receive_buffer) {
  socket_ = connect_to_loopback(port);
  if (receive_buffer > 0) {
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  ready.add(socket_.number(), key);
  busy_ = false;
}

connection::outcome connection::start(std::string_view bytes, bool to_head,
                                      std::uint64_t counted_from) {
  counted_from_ = counted_from;
  busy_ = true;
  has_more_ = false;
  reader_.begin(to_head);
  unsent_ = bytes;
  const outcome result = send_rest();
  if (result == outcome::under_way && !unsent_.empty() && unsent_.size() <= 65536) {
    copy_.assign(unsent_);
    unsent_ = copy_;
  }
  return result;
}

connection::outcome connection::send_rest() {
  while (!unsent_.empty()) {
    const ssize_t count = ::send(socket_.number(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EAGAIN || errno == EINTR) break;
      // An answer may be there all the same: the server need not read a body to its end.
      unsent_ = {};
      break;
    }
    unsent_.remove_prefix(static_cast<std::size_t>(count));
  }
  return outcome::under_way;
}

connection::outcome connection::go_on(std::size_t limit) {
  static std::array<char, 65536> buffer;
  has_more_ = false;
  send_rest();
  std::size_t taken = 0;
  while (true) {
    const std::size_t wanted = std::min(buffer.size(), limit - taken);
    const ssize_t count = ::recv(socket_.number(), buffer.data(), wanted, 0);
    if (count < 0 && errno == EAGAIN) return outcome::under_way;
    if (count <= 0) {
      busy_ = false;
      const bool ended =
          count == 0 && reader_.end_of_stream() == response_reader::progress::complete;
      return ended ? outcome::answered : outcome::broken;
    }
    const auto result = reader_.take({buffer.data(), static_cast<std::size_t>(count)});
    if (result != response_reader::progress::need_more) {
      busy_ = false;
      return result == response_reader::progress::complete ? outcome::answered : outcome::broken;
    }
    taken += static_cast<std::size_t>(count);
    if (taken >= limit) {
      has_more_ = true;
      return outcome::under_way;
    }
  }
}

bool connection::is_quiet() const {
  char byte = 0;
  return ::recv(socket_.number(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

}  // namespace errata::load
