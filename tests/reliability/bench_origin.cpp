#include "tests/reliability/bench_origin.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>

#include "tests/reliability/figures.hpp"

namespace errata::reliability {
namespace {

constexpr std::size_t block_bytes = 64 * 1024;

std::string ok_with(std::size_t body_bytes) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body_bytes) + "\r\n\r\n";
}

std::uint64_t content_length(std::string_view head) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  std::uint64_t bytes = 0;
  const auto at = head.find(name);
  if (at == std::string_view::npos) return 0;
  const auto digits = head.substr(at + name.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
  return bytes;
}

}  // namespace

bench_origin::bench_origin()
    : listener_(load::listen_on_loopback(0)),
      port_(load::port_of(listener_)),
      small_(ok_with(1024) + '"' + std::string(1022, 'x') + '"'),
      block_(block_bytes, 'x') {
  poller_.add(listener_.number(), static_cast<std::uint64_t>(listener_.number()));
  thread_ = std::thread([this] { run(); });
}

bench_origin::~bench_origin() {
  stopping_ = true;
  thread_.join();
}

std::uint64_t bench_origin::cpu_ns() {
  clockid_t clock{};
  timespec spent{};
  if (::pthread_getcpuclockid(thread_.native_handle(), &clock) != 0 ||
      ::clock_gettime(clock, &spent) != 0) {
    return 0;
  }
  return static_cast<std::uint64_t>(spent.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(spent.tv_nsec);
}

std::size_t bench_origin::open_connections() {
  const std::lock_guard lock(mutex_);
  return peers_.size();
}

std::uint64_t bench_origin::kernel_bytes() {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& [fd, one] : peers_) sum += socket_kernel_bytes(fd);
  return sum;
}

void bench_origin::run() {
  while (!stopping_) {
    const auto events = poller_.wait(100);
    const std::lock_guard lock(mutex_);
    for (const epoll_event& event : events) {
      const int fd = static_cast<int>(event.data.u64);
      if (fd == listener_.number()) {
        accept_all();
        continue;
      }
      const auto found = peers_.find(fd);
      if (found == peers_.end()) continue;
      peer& one = found->second;
      const bool readable = (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
      if ((readable && !receive(one)) || !send_some(one)) peers_.erase(found);
    }
  }
}

void bench_origin::accept_all() {
  while (true) {
    const int fd = ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    peers_[fd].socket = load::descriptor(fd);
    poller_.add(fd, static_cast<std::uint64_t>(fd));
  }
}

bool bench_origin::receive(peer& from) {
  static thread_local std::array<char, block_bytes> buffer;
  const ssize_t count = ::recv(from.socket.number(), buffer.data(), buffer.size(), 0);
  if (count <= 0) return count < 0 && errno == EAGAIN;
  from.input.append(buffer.data(), static_cast<std::size_t>(count));
  return take_requests(from);
}

bool bench_origin::take_requests(peer& from) {
  while (true) {
    const std::uint64_t body = std::min<std::uint64_t>(from.body, from.input.size());
    from.input.erase(0, body);
    from.body -= body;
    if (from.body > 0) return true;
    if (from.answers) from.output += small_;
    from.answers = false;
    const auto end = from.input.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    const auto head = std::string_view(from.input).substr(0, end + 2);
    if (head.starts_with("GET /large ")) {
      from.output += ok_with(large_bytes);
      from.filling = large_bytes;
    } else if (!head.starts_with("GET /never ")) {
      from.body = content_length(head);
      from.answers = true;
    }
    from.input.erase(0, end + 4);
  }
}

bool bench_origin::send_some(peer& to) {
  const int fd = to.socket.number();
  bool full = false;
  while (!full && (!to.output.empty() || to.filling > 0)) {
    const bool fills = to.output.empty();
    const auto bytes = fills ? std::string_view(block_).substr(0, to.filling) : to.output;
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    full = sent < 0;
    if (full) break;
    if (fills) {
      to.filling -= static_cast<std::uint64_t>(sent);
    } else {
      to.output.erase(0, static_cast<std::size_t>(sent));
    }
  }
  poller_.change(fd, static_cast<std::uint64_t>(fd), full);
  return true;
}

}  // namespace errata::reliability
