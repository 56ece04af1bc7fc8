// The origin behind the proxies under load: answers from memory, one thread, as little work as
// possible, so that it costs less than any proxy in front of it.
//   load_origin PORT [CASES]      on 127.0.0.1; CASES: the answers of /case/N (origin/answers.hpp)
// SIGUSR1 makes it faulty and well again: while it is faulty every seventh connection that has a
// request is reset, and every fifth of the others is dropped in the middle of its answer.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "scripts/load/origin/answers.hpp"
#include "tests/load/channel.hpp"

namespace {

using errata::load::answers;
using errata::load::descriptor;

volatile sig_atomic_t faulty = 0;

struct client {
  std::string input;
  std::string waiting_head;   // of the request whose body is being thrown away
  std::size_t body_left = 0;  // of that body
  std::string_view rest;  // of the answer that is being sent; answers live as long as the origin
  bool closes = false;    // after `rest`
};

class origin {
 public:
  origin(std::uint16_t port, const char* cases)
      : listener_(errata::load::listen_on_loopback(port)), set_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (cases != nullptr) answers_.load(cases);
    control(EPOLL_CTL_ADD, listener_.number(), EPOLLIN);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    while (true) {
      const int count =
          ::epoll_wait(set_.number(), events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.fd == listener_.number()) {
          accept_one();
        } else if (!serve(event.data.fd, event.events)) {
          clients_.erase(event.data.fd);
          ::close(event.data.fd);
        }
      }
    }
  }

 private:
  void control(int operation, int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(set_.number(), operation, fd, &event);
  }

  void accept_one() {
    const int fd = ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    control(EPOLL_CTL_ADD, fd, EPOLLIN);
  }

  // False: the connection is to be closed.
  bool serve(int fd, std::uint32_t events) {
    client& peer = clients_[fd];
    if ((events & EPOLLOUT) != 0) return flush(fd, peer);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return true;
    return peer.body_left > 0 ? drop_body(fd, peer) : read(fd, peer);
  }

  bool drop_body(int fd, client& peer) {
    // MSG_TRUNC drops the bytes in the kernel.
    const ssize_t dropped = ::recv(fd, nullptr, peer.body_left, MSG_TRUNC);
    if (dropped <= 0) return dropped < 0 && errno == EAGAIN;
    peer.body_left -= static_cast<std::size_t>(dropped);
    if (peer.body_left > 0) return true;
    return answer_one(fd, peer, peer.waiting_head);
  }

  bool read(int fd, client& peer) {
    static std::array<char, 65536> buffer;
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    const std::string_view got(buffer.data(), static_cast<std::size_t>(count));
    // The usual read is one whole request: nothing is copied then.
    constexpr std::string_view end_of_head = "\r\n\r\n";
    if (peer.input.empty() && faulty == 0 && got.starts_with("GET ") &&
        got.find(end_of_head) == got.size() - end_of_head.size()) {
      return answer_one(fd, peer, got);
    }
    peer.input.append(got);
    return take_heads(fd, peer);
  }

  bool answer_one(int fd, client& peer, std::string_view head) {
    const auto& found = answers_.of(head);
    const ssize_t count = ::send(fd, found.bytes.data(), found.bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return false;
    const std::size_t sent = count < 0 ? 0 : static_cast<std::size_t>(count);
    if (sent == found.bytes.size()) return found.keeps_open;
    if (!found.lasts) return false;
    peer.rest = std::string_view(found.bytes).substr(sent);
    peer.closes = !found.keeps_open;
    control(EPOLL_CTL_MOD, fd, EPOLLOUT);
    return true;
  }

  bool flush(int fd, client& peer) {
    const ssize_t count = ::send(fd, peer.rest.data(), peer.rest.size(), MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    peer.rest.remove_prefix(static_cast<std::size_t>(count));
    if (!peer.rest.empty()) return true;
    if (peer.closes) return false;
    control(EPOLL_CTL_MOD, fd, EPOLLIN);
    return take_heads(fd, peer);
  }

  // Answers the whole requests of the input and leaves what is not whole.
  bool take_heads(int fd, client& peer) {
    while (peer.rest.empty()) {
      const std::size_t end = peer.input.find("\r\n\r\n");
      if (end == std::string::npos) break;
      peer.waiting_head = peer.input.substr(0, end + 4);
      std::size_t length = 0;
      const std::string_view value = errata::load::field_of(peer.waiting_head, "Content-Length");
      std::from_chars(value.data(), value.data() + value.size(), length);
      const std::size_t here = std::min(length, peer.input.size() - end - 4);
      peer.input.erase(0, end + 4 + here);
      if (faulty != 0 && !behaves(fd, peer.waiting_head)) return false;
      peer.body_left = length - here;
      if (peer.body_left > 0) break;
      if (!answer_one(fd, peer, peer.waiting_head)) return false;
    }
    return true;
  }

  bool behaves(int fd, std::string_view head) {
    ++requests_;
    if (requests_ % 7 == 0) {
      const linger none{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
      return false;
    }
    if (requests_ % 5 == 0) {
      const std::string& whole = answers_.of(head).bytes;
      (void)::send(fd, whole.data(), whole.size() / 2, MSG_NOSIGNAL);
      return false;
    }
    return true;
  }

  descriptor listener_, set_;
  answers answers_;
  std::unordered_map<int, client> clients_;
  unsigned requests_ = 0;  // while faulty
};

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  const std::string_view text = argc == 2 || argc == 3 ? argv[1] : "";
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || stop != text.data() + text.size() || port == 0) {
    std::fputs("usage: load_origin PORT [CASES]\n", stderr);
    return 2;
  }
  struct sigaction change = {};
  change.sa_handler = [](int) { faulty = faulty == 0 ? 1 : 0; };
  change.sa_flags = SA_RESTART;
  ::sigaction(SIGUSR1, &change, nullptr);
  try {
    origin(port, argc == 3 ? argv[2] : nullptr).run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "load_origin: %s\n", failure.what());
    return 3;
  }
}
