#include "proxy/demo/plain_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include "policies/message.hpp"

namespace errata {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t max_bytes = 4 * 1024 * 1024;

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

bool wait_readable(int fd, steady::time_point until) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - steady::now()).count();
    pollfd one{fd, POLLIN, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::max<long long>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0;
  }
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// The head of one response without its blank line; false for what is not HTTP/1.x.
bool read_head(std::string_view head, fetched& into) {
  if (head.size() < 12 || head.substr(0, 7) != "HTTP/1." || head[8] != ' ') return false;
  const auto status = number<unsigned>(head.substr(9, 3));
  if (!status) return false;
  into.status = *status;
  auto rest = head.find("\r\n");
  while (rest != std::string_view::npos) {
    const auto begin = rest + 2;
    rest = head.find("\r\n", begin);
    const auto line = head.substr(begin, rest == std::string_view::npos ? rest : rest - begin);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    into.fields.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return true;
}

bool incomplete(fetched& into, std::string why) {
  into.failure = std::move(why);
  return false;
}

bool read_chunks(std::string_view bytes, fetched& into) {
  for (;;) {
    const auto line_end = bytes.find("\r\n");
    if (line_end == std::string_view::npos) return incomplete(into, "cut off between two chunks");
    const auto size = number<std::size_t>(bytes.substr(0, bytes.find_first_of(";\r")), 16);
    if (!size) return incomplete(into, "a chunk without a size");
    if (*size == 0) return true;
    bytes.remove_prefix(line_end + 2);
    into.body.append(bytes.substr(0, *size));
    if (bytes.size() < 2 || bytes.size() - 2 < *size)
      return incomplete(into, "cut off within a chunk");
    bytes.remove_prefix(*size + 2);
  }
}

bool read_body(std::string_view bytes, bool ended, fetched& into) {
  if (into.status == 204 || into.status == 304) return true;
  if (iequals(into.value("Transfer-Encoding"), "chunked")) return read_chunks(bytes, into);
  const auto length = number<std::size_t>(into.value("Content-Length"));
  into.body = length ? bytes.substr(0, *length) : bytes;
  if (!length) return ended || incomplete(into, "the body has no end");
  if (into.body.size() == *length) return true;
  return incomplete(into, "cut off: " + std::to_string(into.body.size()) + " of " +
                              std::to_string(*length) + " bytes came");
}

std::string request_text(std::uint16_t port, std::string_view path) {
  std::string text = "GET ";
  text.append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(std::to_string(port));
  return text.append("\r\nUser-Agent: errata-demo\r\nAccept: */*\r\nConnection: close\r\n\r\n");
}

// The time it may take is bounded by the system: it is the loopback.
bool connect_and_send(int fd, std::uint16_t port, std::string_view text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
  return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace

std::string_view fetched::value(std::string_view name) const noexcept {
  for (const auto& [key, text] : fields)
    if (iequals(key, name)) return text;
  return {};
}

std::size_t fetched::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [name](const auto& one) { return iequals(one.first, name); }));
}

bool read_response(std::string_view bytes, bool ended, fetched& into) {
  into = {};
  if (bytes.empty()) return incomplete(into, "closed without an answer");
  for (;;) {
    const auto head_end = bytes.find("\r\n\r\n");
    const auto head = bytes.substr(0, head_end);
    into.fields.clear();
    if (head.substr(0, 5) != "HTTP/") {
      into.raw = bytes.substr(0, 256);
      return incomplete(into, "not HTTP");
    }
    if (head_end == std::string_view::npos) {
      into.raw = bytes.substr(0, 256);
      return incomplete(into, "cut off within the head");
    }
    if (!read_head(head, into)) return incomplete(into, "a head that is not HTTP");
    bytes.remove_prefix(head_end + 4);
    // Interim responses come before the final one (RFC 9110 section 15.2).
    if (into.status >= 200 || into.status < 100) return read_body(bytes, ended, into);
    into.status = 0;
  }
}

fetched fetch(std::uint16_t port, std::string_view path, std::chrono::milliseconds limit) {
  fetched result;
  const auto until = steady::now() + limit;
  const descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0 || !connect_and_send(socket.fd(), port, request_text(port, path))) {
    result.failure = std::strerror(errno);
    return result;
  }
  std::string bytes;
  char chunk[16 * 1024];
  for (;;) {
    if (!wait_readable(socket.fd(), until)) {
      read_response(bytes, false, result);
      if (bytes.empty())
        result.failure = "no answer within " + std::to_string(limit.count()) + " ms";
      return result;
    }
    const auto count = ::recv(socket.fd(), chunk, sizeof chunk, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const std::string reason = std::strerror(errno);
      read_response(bytes, false, result);
      if (bytes.empty()) result.failure = reason;
      return result;
    }
    if (count == 0 || bytes.size() + static_cast<std::size_t>(count) > max_bytes) break;
    bytes.append(chunk, static_cast<std::size_t>(count));
  }
  read_response(bytes, true, result);
  return result;
}

}  // namespace errata
