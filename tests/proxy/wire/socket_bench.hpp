// What the tests of sockets share: a socket under test, and the plain other end of it.
#pragma once

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/wire/socket.hpp"
#include "tests/proxy/wire/far_end.hpp"

namespace errata::testing {

inline constexpr auto patience = std::chrono::seconds(10);

// A socket under test, and the plain other end of it.
struct connected_pair {
  explicit connected_pair(wire::watching when = wire::watching::at_once) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    peer = ends[1];
    own = std::make_unique<wire::socket>(loop, ends[0], who, when);
    BOOST_REQUIRE(own->is_open());
  }
  ~connected_pair() {
    own.reset();
    close_peer();
    loop.poll();
  }
  connected_pair(const connected_pair&) = delete;
  void close_peer() { close_end(peer); }
  void send(std::string_view text) const {
    BOOST_REQUIRE(::send(peer, text.data(), text.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(text.size()));
  }
  // What the peer can receive now.
  std::string receive() const { return take_all(peer); }
  void run_until_woken(int times) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (who.count < times && std::chrono::steady_clock::now() < until) {
      loop.restart();
      loop.run_one_for(patience);
    }
    BOOST_TEST(who.count >= times);
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  std::string read(std::size_t room = 1024) {
    std::string into(room, '\0');
    const wire::io_result got = own->read(into);
    last = got.status;
    return into.substr(0, got.bytes);
  }

  boost::asio::io_context loop;
  counting_waker who;
  std::unique_ptr<wire::socket> own;
  int peer = -1;
  wire::io_status last = wire::io_status::ok;
};

inline iovec piece(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size()};
}

// epoll watches epoll only so deep: the last of this chain is watched by nothing more. That one is
// its user's to close.
class unwatchable {
 public:
  unwatchable() : chain_{::epoll_create1(EPOLL_CLOEXEC)} {
    while (chain_.size() < 20) {
      epoll_event event{};
      const int next = ::epoll_create1(EPOLL_CLOEXEC);
      if (::epoll_ctl(next, EPOLL_CTL_ADD, chain_.back(), &event) != 0) {
        ::close(next);
        break;
      }
      chain_.push_back(next);
    }
    BOOST_REQUIRE(chain_.size() < 20u);
    last_ = chain_.back();
    chain_.pop_back();
  }
  ~unwatchable() {
    for (const int one : chain_) ::close(one);
  }
  unwatchable(const unwatchable&) = delete;
  int last() const noexcept { return last_; }

 private:
  std::vector<int> chain_;
  int last_ = -1;
};

// Writes until nothing more goes.
inline std::size_t fill(wire::socket& into) {
  const std::string block(65536, 'x');
  const iovec one = piece(block);
  std::size_t total = 0;
  while (true) {
    const auto done = into.write({&one, 1});
    if (done.status != wire::io_status::ok) return total;
    total += done.bytes;
  }
}

}  // namespace errata::testing
