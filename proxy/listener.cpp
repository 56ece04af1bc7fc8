#include "proxy/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "proxy/worker.hpp"

namespace errata {
namespace {

// Enough for a burst, few enough that other connections of this thread get their turn.
constexpr int accepts_at_once = 64;
constexpr int backlog = 4096;

// What the kernel takes of a response beyond what is under way to the client. Without a bound a
// client that does not read has it keep megabytes, and a thousand of those all that TCP may have.
constexpr int unsent_bytes = 128 * 1024;

std::string place(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// With SO_REUSEPORT a second errata would silently share the port of the first.
template <class Fail>
void refuse_port_in_use(const addrinfo& address, Fail fail) {
  const int probe = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) fail(std::strerror(errno));
  const int on = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const int bound = ::bind(probe, address.ai_addr, address.ai_addrlen);
  const int why = errno;
  ::close(probe);
  if (bound != 0) fail(std::strerror(why));
}

}  // namespace

listener::listener(worker& owner, int fd) : owner_(owner), socket_(owner.loop(), fd, *this) {
  wait();
}

void listener::wait() {
  waits_ = true;
  socket_.want_read();
}

void listener::accept_some() {
  if (!socket_.is_open()) return;
  for (int i = 0; i < accepts_at_once; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      owner_.accept(fd, peer);
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    // EMFILE, ENFILE, ENOBUFS, ENOMEM: the backlog holds the clients; trying again at once spins.
    paused_ = errno != EAGAIN && errno != EWOULDBLOCK;
    if (paused_) owner_.count().accept_pauses.add();
    if (!paused_) wait();
    return;
  }
  // More may wait without a further event: after the others had their turn.
  boost::asio::post(owner_.loop(), [this] { accept_some(); });
}

void listener::tick() {
  if (paused_ && socket_.is_open()) accept_some();
}

void listener::finish() {
  // Closing resets what waits in the backlog: those clients were promised an answer.
  paused_ = false;
  if (socket_.is_open()) accept_some();
  socket_.close();
}

int open_listening_socket(const std::string& host, std::uint16_t& port, bool shared) {
  const auto fail = [&](const std::string& why) {
    throw std::runtime_error("cannot listen on " + place(host, port) + ": " + why);
  };
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int looked = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (looked != 0) fail(std::string("not an address (") + ::gai_strerror(looked) + ")");
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address(found, &::freeaddrinfo);

  if (port != 0 && !shared) refuse_port_in_use(*address, fail);
  const int fd = ::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(std::strerror(errno));
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  // Accepted sockets inherit what follows.
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof unsent_bytes);
  if (::bind(fd, address->ai_addr, address->ai_addrlen) != 0 || ::listen(fd, backlog) != 0) {
    const int why = errno;
    ::close(fd);
    fail(std::strerror(why));
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
  port = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(bound).sin_port);
  return fd;
}

}  // namespace errata
