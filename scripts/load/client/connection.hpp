// One client's connection, with one request under way at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scripts/load/client/response_reader.hpp"
#include "tests/load/channel.hpp"

namespace errata::load {

std::uint64_t now_ns();  // monotonic

// An edge-triggered epoll set; `key` comes back with each event.
class ready_set {
 public:
  ready_set();
  void add(int fd, std::uint64_t key);
  // The events that are there, waiting until `until` at most (of now_ns(); 0: for ever).
  std::span<epoll_event> wait(std::uint64_t until);

 private:
  descriptor set_;
  epoll_event events_[256] = {};
};

class connection {
 public:
  enum class outcome { under_way, answered, broken };

  // Connects anew. `receive_buffer`: of the socket, in bytes; 0 leaves it.
  void open(ready_set& ready, std::uint64_t key, std::uint16_t port, int receive_buffer = 0);
  bool is_open() const { return socket_.is_open(); }
  void close() { socket_.reset(); }

  // Sends a request. `bytes` over 64 KiB must stay until it is answered.
  outcome start(std::string_view bytes, bool to_head, std::uint64_t counted_from);
  // Sends and receives what can be; receives no more than about `limit` bytes.
  outcome go_on(std::size_t limit = SIZE_MAX);

  bool is_busy() const { return busy_; }
  // Whether the last go_on() stopped at its limit: there may be more, and no event will say so.
  bool has_more() const { return has_more_; }
  // Nothing has come and the peer has not hung up.
  bool is_quiet() const;
  std::uint64_t counted_from() const { return counted_from_; }
  const response_reader& answer() const { return reader_; }

  std::string id;  // that was sent with the request, or ""

 private:
  outcome send_rest();

  descriptor socket_;
  response_reader reader_;
  std::string copy_;
  std::string_view unsent_;
  std::uint64_t counted_from_ = 0;
  bool busy_ = false, has_more_ = false;
};

}  // namespace errata::load
