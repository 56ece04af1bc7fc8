#include "tests/support/byte_stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace errata::testing {
namespace {

sockaddr_in loopback(std::uint16_t port, const std::string& address) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &result.sin_addr) != 1) result.sin_family = AF_UNSPEC;
  return result;
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

std::string_view to_text(ending e) noexcept {
  switch (e) {
    case ending::none:
      return "none";
    case ending::closed:
      return "closed";
    case ending::reset:
      return "reset";
    case ending::timed_out:
      return "timed out";
  }
  return "?";
}

byte_stream::byte_stream(byte_stream&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      ended_(other.ended_) {}

byte_stream& byte_stream::operator=(byte_stream&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  buffer_ = std::move(other.buffer_);
  ended_ = other.ended_;
  return *this;
}

byte_stream::~byte_stream() {
  close();
}

byte_stream byte_stream::connect(std::uint16_t port, const std::string& source) {
  byte_stream result(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!result.open()) return result;
  if (!source.empty()) {
    const auto from = loopback(0, source);
    if (::bind(result.descriptor_, generic(from), sizeof from) != 0) result.close();
  }
  const auto to = loopback(port, "127.0.0.1");
  if (result.open() && ::connect(result.descriptor_, generic(to), sizeof to) != 0) result.close();
  const int on = 1;
  if (result.open()) ::setsockopt(result.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return result;
}

bool byte_stream::wait_for(short events) const {
  pollfd waited{descriptor_, events, 0};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    const int ready = left.count() > 0 ? ::poll(&waited, 1, static_cast<int>(left.count())) : 0;
    if (ready > 0) return true;
    if (ready < 0 && errno == EINTR) continue;
    return false;
  }
}

bool byte_stream::fill() {
  if (!open()) {
    ended_ = ending::closed;
    return false;
  }
  if (!wait_for(POLLIN)) {
    ended_ = ending::timed_out;
    return false;
  }
  std::array<char, 65536> block;
  const auto count = ::recv(descriptor_, block.data(), block.size(), 0);
  if (count > 0) {
    buffer_.append(block.data(), static_cast<std::size_t>(count));
    return true;
  }
  ended_ = count == 0 ? ending::closed : ending::reset;
  return false;
}

bool byte_stream::read_until(std::string_view mark, std::string& out, std::size_t limit) {
  std::size_t searched = 0;
  for (;;) {
    const auto found = buffer_.find(mark, searched);
    if (found != std::string::npos) {
      out.append(buffer_, 0, found + mark.size());
      buffer_.erase(0, found + mark.size());
      return true;
    }
    searched = buffer_.size() < mark.size() ? 0 : buffer_.size() - mark.size() + 1;
    if (buffer_.size() > limit || !fill()) {
      out += std::exchange(buffer_, {});
      return false;
    }
  }
}

bool byte_stream::read_exactly(std::size_t count, std::string& out) {
  while (buffer_.size() < count) {
    if (!fill()) {
      out += std::exchange(buffer_, {});
      return false;
    }
  }
  out.append(buffer_, 0, count);
  buffer_.erase(0, count);
  return true;
}

std::string byte_stream::read_to_end() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

std::string byte_stream::read_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, {});
}

bool byte_stream::readable() const {
  pollfd waited{descriptor_, POLLIN, 0};
  return !buffer_.empty() || ::poll(&waited, 1, 0) > 0;
}

bool byte_stream::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!open() || !wait_for(POLLOUT)) return false;
    const auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void byte_stream::finish_sending() noexcept {
  if (open()) ::shutdown(descriptor_, SHUT_WR);
}

void byte_stream::close() noexcept {
  if (open()) ::close(std::exchange(descriptor_, -1));
}

void byte_stream::reset() noexcept {
  if (!open()) return;
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void byte_stream::shut_down() noexcept {
  if (open()) ::shutdown(descriptor_, SHUT_RDWR);
}

void byte_stream::shrink_receive_buffer() noexcept {
  const int size = 65536;
  if (open()) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

}  // namespace errata::testing
