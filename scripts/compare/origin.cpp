// The origin behind the compared proxies: fixed answers by path, one thread, as little work as
// possible, so that it costs less than any proxy in front of it.
//   compare_origin PORT      on 127.0.0.1; GET only; /small and /html
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

std::string answer(std::string_view status, std::string_view type, std::string_view body) {
  std::string out = "HTTP/1.1 ";
  out.append(status).append("\r\nDate: Sun, 22 Nov 2026 07:45:48 GMT\r\nServer: legacy\r\n");
  out.append("Content-Type: ").append(type).append("\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
  return out;
}

std::string html_error() {
  std::string page =
      "<!DOCTYPE html><html><head><title>500 Internal Server Error</title></head><body>"
      "<h1>Internal Server Error</h1><p>The server met an unexpected condition.</p><pre>"
      "java.lang.IllegalStateException: no session\n";
  for (int line = 10; line < 16; ++line) {
    page += "\tat com.example.legacy.Orders.find(Orders.java:" + std::to_string(line) + ")\n";
  }
  return page + "</pre></body></html>";
}

struct answers {
  std::string small = answer("200 OK", "application/json", '"' + std::string(1022, 'x') + '"');
  std::string html = answer("500 Internal Server Error", "text/html", html_error());
  std::string unknown = answer("404 Not Found", "text/plain", "unknown path");

  const std::string& of(std::string_view head) const {
    if (head.starts_with("GET /small ")) return small;
    if (head.starts_with("GET /html ")) return html;
    return unknown;
  }
};

// Answers every whole head of `input` and leaves what is not whole.
void take_heads(const answers& known, std::string& input, std::string& output) {
  constexpr std::string_view end_of_head = "\r\n\r\n";
  std::size_t begin = 0;
  for (std::size_t end = input.find(end_of_head); end != std::string::npos;
       end = input.find(end_of_head, begin)) {
    output.append(known.of(std::string_view(input).substr(begin, end - begin)));
    begin = end + end_of_head.size();
  }
  input.erase(0, begin);
}

// False when the peer is gone. Answers are small and clients read them: a full socket buffer means
// a peer that does not, and it is dropped.
bool serve(int fd, const answers& known, std::string& input) {
  static std::array<char, 65536> buffer;
  const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (count <= 0) return count < 0 && errno == EAGAIN;
  input.append(buffer.data(), static_cast<std::size_t>(count));
  static std::string output;
  output.clear();
  take_heads(known, input, output);
  const ssize_t sent = ::send(fd, output.data(), output.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(output.size());
}

int listen_on(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::listen(fd, 1024) == 0;
  return bound ? fd : -1;
}

int run(std::uint16_t port) {
  const int listener = listen_on(port);
  if (listener < 0) {
    std::perror("compare_origin: cannot listen");
    return 3;
  }
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  const auto add = [set](int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
  };
  add(listener);
  const answers known;
  std::unordered_map<int, std::string> inputs;
  std::array<epoll_event, 128> events;
  while (true) {
    const int count = ::epoll_wait(set, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener) {
        const int peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peer >= 0) add(peer);
      } else if (!serve(fd, known, inputs[fd])) {
        inputs.erase(fd);
        ::close(fd);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  const std::string_view text = argc == 2 ? argv[1] : "";
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || stop != text.data() + text.size() || port == 0) {
    std::fputs("usage: compare_origin PORT\n", stderr);
    return 2;
  }
  return run(port);
}
