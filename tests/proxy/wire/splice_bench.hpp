// What the tests of splice share: two TCP connections, between which a pipe is to move bytes.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/wire/splice.hpp"
#include "tests/proxy/wire/far_end.hpp"
#include "tests/support/comes_true.hpp"

namespace errata::testing {

inline constexpr int any_descriptor = 1 << 20;

// Two ends of one TCP connection, in loopback.
inline std::array<int, 2> connect_ends() {
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  BOOST_REQUIRE(::bind(listening, plain, size) == 0);
  BOOST_REQUIRE(::listen(listening, 1) == 0);
  BOOST_REQUIRE(::getsockname(listening, plain, &size) == 0);
  const int near = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BOOST_REQUIRE(::connect(near, plain, size) == 0);
  const int far = ::accept(listening, nullptr, nullptr);
  BOOST_REQUIRE(far >= 0);
  ::close(listening);
  for (const int fd : {near, far}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return {near, far};
}

inline int waiting_bytes(int fd) {
  int count = 0;
  BOOST_REQUIRE(::ioctl(fd, FIONREAD, &count) == 0);
  return count;
}

// Where a body comes from and where it goes, with their far ends in the test's hands. On a busy
// machine the kernel delivers later, also in loopback: what is sent, closed or reset here has
// arrived at the other end when the call returns.
struct splice_bench {
  splice_bench() {
    wire::pipe_pool::block_broken_pipe_signal();
    for (const bool source : {true, false}) {
      const auto ends = connect_ends();
      (source ? from : to) = std::make_unique<wire::socket>(loop, ends[0], who);
      (source ? far_from : far_to) = ends[1];
    }
  }
  ~splice_bench() {
    from.reset();
    to.reset();
    close_end(far_from);
    close_end(far_to);
    loop.poll();
  }
  splice_bench(const splice_bench&) = delete;

  static void end(int& fd, const wire::socket& near) {
    close_end(fd);
    BOOST_REQUIRE(comes_true([&] {
      pollfd one{near.native_handle(), POLLRDHUP, 0};
      return ::poll(&one, 1, 0) == 1;
    }));
  }
  static void reset(int& fd, const wire::socket& near) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    end(fd, near);
  }
  void send(std::string_view text) const {
    const int near = from->native_handle();
    const int wanted = waiting_bytes(near) + static_cast<int>(text.size());
    BOOST_REQUIRE(::send(far_from, text.data(), text.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(text.size()));
    BOOST_REQUIRE(comes_true([&] { return waiting_bytes(near) == wanted; }));
  }
  void await_received(int bytes) const {
    BOOST_REQUIRE(comes_true([&] { return waiting_bytes(far_to) >= bytes; }));
  }
  std::string received() const { return take_all(far_to); }
  void poll() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  counting_waker who;
  std::unique_ptr<wire::socket> from;
  std::unique_ptr<wire::socket> to;
  int far_from = -1;
  int far_to = -1;
  wire::pipe_pool pool{any_descriptor};
};

}  // namespace errata::testing
