// Non-blocking loopback sockets and one epoll set: what the load test's origin and clients stand
// on.
#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace errata::load {

// Owns one descriptor.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { reset(); }

  void reset();
  int number() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// All on 127.0.0.1, non-blocking; they throw std::system_error. Port 0: any free one.
descriptor bind_on_loopback(std::uint16_t port = 0);  // refuses connections
descriptor listen_on_loopback(std::uint16_t port);
descriptor connect_to_loopback(std::uint16_t port);
std::uint16_t port_of(const descriptor& listener);

// A connection with its unsent bytes.
class channel {
 public:
  enum class read_result { bytes, nothing_yet, closed };

  channel() = default;
  explicit channel(descriptor socket) : socket_(std::move(socket)) {}

  // One recv of at most buffer.size(); `got` are the bytes, inside `buffer`.
  read_result read(std::span<char> buffer, std::string_view& got);
  // Sends what it can and keeps the rest. False when the peer is gone.
  bool write(std::string_view bytes);
  bool flush();
  bool has_unsent() const { return sent_ != unsent_.size(); }

  bool is_open() const { return socket_.is_open(); }
  int number() const { return socket_.number(); }
  void close();
  void abort();  // closes with a reset

 private:
  descriptor socket_;
  std::string unsent_;
  std::size_t sent_ = 0;
};

// Level-triggered; `key` comes back in epoll_event::data.u64.
class poller {
 public:
  poller();
  void add(int fd, std::uint64_t key, bool writable = false);
  void change(int fd, std::uint64_t key, bool writable);
  void remove(int fd);
  // The events that are there, waiting at most `timeout_ms`.
  std::span<epoll_event> wait(int timeout_ms);

 private:
  void control(int operation, int fd, std::uint64_t key, bool writable);
  descriptor set_;
  epoll_event events_[128] = {};
};

}  // namespace errata::load
