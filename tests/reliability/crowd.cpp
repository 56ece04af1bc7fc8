#include "tests/reliability/crowd.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/reliability/figures.hpp"

namespace errata::reliability {
namespace {

constexpr std::int64_t period_us = 1'000'000;
constexpr std::int64_t opening_patience_us = 30'000'000;
constexpr std::size_t opened_at_once = 200;
constexpr std::size_t read_at_once = 1024;

std::string_view beginning_of(held_kind kind) {
  switch (kind) {
    case held_kind::idle:
      return "GET /small HTTP/1.1\r\nHost: bench.example\r\n\r\n";
    case held_kind::slow_head:
      return "GET /small HTTP/1.1\r\nHost: bench.example\r\nX-Slow: ";
    case held_kind::slow_body:
      return "POST /small HTTP/1.1\r\nHost: bench.example\r\nContent-Length: 1000000\r\n\r\n";
    case held_kind::slow_reader:
      return "GET /large HTTP/1.1\r\nHost: bench.example\r\n\r\n";
  }
  return {};
}

// Whether the first thing that comes back shows that it is under way.
bool is_answered(held_kind kind) {
  return kind == held_kind::idle || kind == held_kind::slow_reader;
}

}  // namespace

crowd::crowd(std::uint16_t port) : port_(port), thread_([this] { run(); }) {}

crowd::~crowd() {
  stopping_ = true;
  thread_.join();
}

void crowd::add(held_kind kind, std::size_t count) {
  const std::int64_t until = monotonic_us() + opening_patience_us;
  const std::size_t wanted = under_way_ + count;
  std::size_t opened = 0;
  while (under_way_ + lost_ < wanted) {
    const std::size_t waiting = opened - (under_way_ + lost_ + count - wanted);
    if (opened < count && waiting < opened_at_once) {
      const std::lock_guard lock(mutex_);
      open(kind);
      ++opened;
      continue;
    }
    if (monotonic_us() > until) throw std::runtime_error("the crowd does not get in");
    ::poll(nullptr, 0, 1);
  }
}

void crowd::open(held_kind kind) {
  member one{load::connect_to_loopback(port_), kind};
  const int fd = one.socket.number();
  if (kind == held_kind::slow_reader) {
    const int small = 4096;  // the kernel takes twice that at least
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  }
  const auto first = beginning_of(kind);
  if (::send(fd, first.data(), first.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(first.size())) {
    lose(one);
  } else if (is_answered(kind)) {
    poller_.add(fd, members_.size());
  } else {
    one.under_way = true;
    ++under_way_;
    poller_.add(fd, members_.size());
  }
  members_.push_back(std::move(one));
}

void crowd::lose(member& one) {
  one.lost = true;
  one.socket.reset();
  ++lost_;
}

std::uint64_t crowd::kernel_bytes() {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const member& one : members_) {
    if (!one.lost) sum += socket_kernel_bytes(one.socket.number());
  }
  return sum;
}

void crowd::run() {
  std::int64_t tended_until = monotonic_us();
  while (!stopping_) {
    const auto events = poller_.wait(5);
    const std::lock_guard lock(mutex_);
    for (const epoll_event& event : events) {
      member& one = members_[event.data.u64];
      if (!one.lost) receive(one);
    }
    if (members_.empty()) continue;
    // Evenly over the period, each in its turn.
    const std::int64_t now = monotonic_us();
    const auto all = static_cast<std::int64_t>(members_.size());
    std::int64_t due = (now - tended_until) * all / period_us;
    tended_until += due * period_us / all;
    for (due = std::min(due, all); due > 0; --due) {
      next_ = (next_ + 1) % members_.size();
      if (!members_[next_].lost && members_[next_].under_way) tend(members_[next_]);
    }
  }
}

void crowd::tend(member& one) {
  const int fd = one.socket.number();
  if (one.kind == held_kind::slow_reader) {
    std::array<char, read_at_once> buffer;
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got > 0) {
      read_bytes_ += static_cast<std::uint64_t>(got);
    } else if (got == 0 || errno != EAGAIN) {
      lose(one);
    }
  } else if (one.kind != held_kind::idle) {
    if (::send(fd, "x", 1, MSG_NOSIGNAL) != 1) lose(one);
  }
}

void crowd::receive(member& one) {
  const int fd = one.socket.number();
  if (is_answered(one.kind) && !one.under_way) {
    one.under_way = true;
    ++under_way_;
    if (one.kind == held_kind::slow_reader) {
      poller_.remove(fd);  // read by the clock from here on
      return;
    }
    std::array<char, 4096> buffer;
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    constexpr std::string_view wanted = "HTTP/1.1 200";
    if (got <= 0 ||
        !std::string_view(buffer.data(), static_cast<std::size_t>(got)).starts_with(wanted)) {
      --under_way_;
      lose(one);
    }
    return;
  }
  // An idle client gets no second answer, a slow one none before it is done.
  lose(one);
}

}  // namespace errata::reliability
