#include "tests/reliability/asking.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "tests/load/channel.hpp"
#include "tests/load/http_stream.hpp"
#include "tests/reliability/figures.hpp"

namespace errata::reliability {
namespace {

constexpr std::size_t at_once = 16;
constexpr int patience_ms = 10'000;

std::string request_for(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: bench.example\r\n\r\n";
}

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw std::runtime_error("GET " + path + ": " + what);
}

// The length of the first response in `bytes`; 0 while it is not whole.
std::size_t whole_response(std::string_view bytes) {
  constexpr std::string_view end_of_head = "\r\n\r\n";
  constexpr std::string_view length_name = "\r\nContent-Length: ";
  const auto end = bytes.find(end_of_head);
  if (end == std::string_view::npos) return 0;
  const auto at = bytes.substr(0, end).find(length_name);
  if (at == std::string_view::npos) return 0;
  const auto digits = bytes.substr(at + length_name.size());
  std::size_t length = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const std::size_t size = end + end_of_head.size() + length;
  return bytes.size() >= size ? size : 0;
}

void require_status(std::string_view response, unsigned status, const std::string& path) {
  const std::string wanted = "HTTP/1.1 " + std::to_string(status) + " ";
  if (!response.starts_with(wanted)) fail(path, std::string(response.substr(0, 40)));
}

load::descriptor blocking_connection(std::uint16_t port) {
  load::descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  const timeval patience{patience_ms / 1000, 0};
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    throw std::runtime_error("cannot connect");
  }
  return socket;
}

// One of the connections of ask_many().
struct asker {
  load::channel peer;
  std::string received;
};

}  // namespace

double fresh_request_us(std::uint16_t port, const std::string& path, unsigned status) {
  const std::string request = request_for(path);
  const std::int64_t begin = monotonic_us();
  const load::descriptor socket = blocking_connection(port);
  ::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL);
  std::array<char, 8192> buffer;
  std::string response;
  while (whole_response(response) == 0) {
    const ssize_t got = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (got <= 0) fail(path, "no whole response");
    response.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const std::int64_t end = monotonic_us();
  require_status(response, status, path);
  return static_cast<double>(end - begin);
}

void ask_many(std::uint16_t port, const std::string& path, unsigned status, connections how,
              std::size_t count) {
  const std::string request = request_for(path);
  load::poller poller;
  std::vector<asker> askers(std::min(at_once, count));
  std::size_t begun = 0;
  std::size_t answered = 0;
  const auto ask = [&](std::size_t i, bool anew) {
    asker& one = askers[i];
    if (anew) {
      one.peer = load::channel(load::connect_to_loopback(port));
      poller.add(one.peer.number(), i);
    }
    one.received.clear();
    ++begun;
    if (!one.peer.write(request)) fail(path, "cannot send");
  };
  for (std::size_t i = 0; i < askers.size(); ++i) ask(i, true);
  std::array<char, 8192> buffer;
  while (answered < count) {
    const auto events = poller.wait(patience_ms);
    if (events.empty()) fail(path, "no answer");
    for (const epoll_event& event : events) {
      asker& one = askers[event.data.u64];
      if (!one.peer.is_open()) continue;
      std::string_view got;
      const auto read = one.peer.read(buffer, got);
      if (read == load::channel::read_result::nothing_yet) continue;
      if (read == load::channel::read_result::closed) fail(path, "closed without an answer");
      one.received += got;
      if (whole_response(one.received) == 0) continue;
      require_status(one.received, status, path);
      ++answered;
      if (how == connections::fresh) one.peer.close();
      if (begun < count) ask(event.data.u64, how == connections::fresh);
    }
  }
}

}  // namespace errata::reliability
