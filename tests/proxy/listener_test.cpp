#include "proxy/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(listening_sockets)

namespace {

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) { BOOST_REQUIRE(fd_ >= 0); }
  ~descriptor() { ::close(fd_); }
  descriptor(const descriptor&) = delete;
  int value() const noexcept { return fd_; }

 private:
  int fd_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string refusal(const std::string& host, std::uint16_t port, bool shared = false) {
  try {
    const descriptor opened(open_listening_socket(host, port, shared));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

bool connects_to(std::uint16_t port) {
  const descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  return ::connect(client.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
         0;
}

int option(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  BOOST_REQUIRE(::getsockopt(fd, level, name, &value, &size) == 0);
  return value;
}

}  // namespace

BOOST_AUTO_TEST_CASE(takes_a_free_port_and_says_which) {
  std::uint16_t port = 0;
  const descriptor opened(open_listening_socket("127.0.0.1", port, false));
  BOOST_TEST(port != 0);
  BOOST_TEST(connects_to(port));
  std::uint16_t other = 0;
  const descriptor second(open_listening_socket("127.0.0.1", other, false));
  BOOST_TEST(other != port);
}

BOOST_AUTO_TEST_CASE(opens_what_a_worker_expects) {
  std::uint16_t port = 0;
  const descriptor opened(open_listening_socket("127.0.0.1", port, false));
  const int fd = opened.value();
  BOOST_TEST((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  BOOST_TEST((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  BOOST_TEST(option(fd, SOL_SOCKET, SO_ACCEPTCONN) != 0);
  BOOST_TEST(option(fd, SOL_SOCKET, SO_REUSEPORT) != 0);
  const descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  BOOST_REQUIRE(
      ::connect(client.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  // connect() may return before the other end has heard of it.
  pollfd waits{fd, POLLIN, 0};
  BOOST_REQUIRE(::poll(&waits, 1, 20'000) == 1);
  const descriptor accepted(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
  BOOST_TEST(option(accepted.value(), IPPROTO_TCP, TCP_NODELAY) != 0);
  BOOST_TEST(option(accepted.value(), IPPROTO_TCP, TCP_NOTSENT_LOWAT) == 128 * 1024);
}

BOOST_AUTO_TEST_CASE(shares_a_port_with_its_own_process_only) {
  std::uint16_t port = 0;
  const descriptor first(open_listening_socket("127.0.0.1", port, false));
  std::uint16_t same = port;
  const descriptor second(open_listening_socket("127.0.0.1", same, true));
  BOOST_TEST(same == port);
  // SO_REUSEPORT alone would let a second errata take half of the clients.
  BOOST_TEST(refusal("127.0.0.1", port) ==
             "cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

BOOST_AUTO_TEST_CASE(refuses_a_port_that_another_server_has) {
  const descriptor other(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  BOOST_REQUIRE(
      ::bind(other.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(::listen(other.value(), 1) == 0);
  socklen_t size = sizeof address;
  ::getsockname(other.value(), reinterpret_cast<sockaddr*>(&address), &size);
  const auto port = ntohs(address.sin_port);
  for (const bool shared : {false, true}) {
    BOOST_TEST(refusal("127.0.0.1", port, shared) ==
               "cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
  }
  BOOST_TEST(refusal("0.0.0.0", port) ==
             "cannot listen on 0.0.0.0:" + std::to_string(port) + ": Address already in use");
}

BOOST_AUTO_TEST_CASE(takes_a_port_again_at_once) {
  std::uint16_t port = 0;
  {
    const descriptor opened(open_listening_socket("127.0.0.1", port, false));
    BOOST_TEST(connects_to(port));
  }
  BOOST_TEST(refusal("127.0.0.1", port) == "");
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_an_address) {
  const struct {
    const char* host;
    std::uint16_t port;
    const char* said;
  } rows[] = {
      {"192.0.2.1", 8080, "cannot listen on 192.0.2.1:8080: Cannot assign requested address"},
      {"192.0.2.1", 0, "cannot listen on 192.0.2.1:0: Cannot assign requested address"},
      {"localhost", 80, "cannot listen on localhost:80: not an address ("},
      {"256.0.0.1", 80, "cannot listen on 256.0.0.1:80: not an address ("},
      {"::g", 80, "cannot listen on [::g]:80: not an address ("},
  };
  for (const auto& r : rows) {
    const auto said = refusal(r.host, r.port);
    BOOST_TEST(said.starts_with(r.said), said);
  }
}

BOOST_AUTO_TEST_SUITE_END()
