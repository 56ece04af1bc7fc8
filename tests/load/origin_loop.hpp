// The thread of an origin of these checks: it accepts on loopback, reads and sends, and hands what
// came to the origin.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include "tests/load/channel.hpp"

namespace errata::load {

// Connection: default-constructed, with a channel `peer`; gone once that is closed. Construct and
// destroy from one thread; all that is called runs in another, which ends in the destructor.
template <class Connection>
class origin_loop {
 public:
  // What came, or nothing when it could send again.
  using server = std::function<void(Connection&, std::string_view bytes)>;
  // Called for every connection after each round of events, and every `turn_ms` where none comes.
  using turner = std::function<void(Connection&)>;

  explicit origin_loop(server serve, turner turn = {}, int turn_ms = 100)
      : serve_(std::move(serve)),
        turn_(std::move(turn)),
        turn_ms_(turn_ms),
        listener_(listen_on_loopback(0)),
        port_(port_of(listener_)),
        buffer_(64 * 1024, '\0') {
    poller_.add(listener_.number(), listener_key);
    thread_ = std::thread([this] { run(); });
  }
  ~origin_loop() {
    stopping_ = true;
    thread_.join();
  }
  origin_loop(const origin_loop&) = delete;
  origin_loop& operator=(const origin_loop&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  struct watched {
    Connection connection;
    bool waits_to_send = false;
  };
  using table = std::unordered_map<std::uint64_t, watched>;
  static constexpr std::uint64_t listener_key = 0;

  void run() {
    while (!stopping_) {
      for (const epoll_event& event : poller_.wait(turn_ms_)) {
        if (event.data.u64 == listener_key) {
          accept_all();
          continue;
        }
        const auto found = connections_.find(event.data.u64);
        if (found == connections_.end()) continue;
        hear(found->second.connection, (event.events & ~std::uint32_t{EPOLLOUT}) != 0);
        settle(found);
      }
      if (!turn_) continue;
      for (auto at = connections_.begin(); at != connections_.end();) {
        turn_(at->second.connection);
        at = settle(at);
      }
    }
  }

  void accept_all() {
    while (true) {
      const int fd = ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const std::uint64_t key = next_key_++;
      connections_[key].connection.peer = channel(descriptor(fd));
      poller_.add(fd, key);
    }
  }

  void hear(Connection& from, bool readable) {
    std::string_view bytes;
    const bool alive = from.peer.flush() && (!readable || from.peer.read(buffer_, bytes) !=
                                                              channel::read_result::closed);
    if (!alive) return from.peer.close();
    serve_(from, bytes);
  }

  // Forgets what is closed, waits where something is left to send. Returns the one behind it.
  typename table::iterator settle(typename table::iterator at) {
    const channel& peer = at->second.connection.peer;
    if (!peer.is_open()) return connections_.erase(at);
    if (peer.has_unsent() != at->second.waits_to_send) {
      at->second.waits_to_send = peer.has_unsent();
      poller_.change(peer.number(), at->first, peer.has_unsent());
    }
    return std::next(at);
  }

  server serve_;
  turner turn_;
  int turn_ms_;
  descriptor listener_;
  std::uint16_t port_;
  poller poller_;
  table connections_;
  std::uint64_t next_key_ = listener_key + 1;
  std::string buffer_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace errata::load
