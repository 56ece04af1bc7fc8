// The far ends of sockets under test, which a test holds as plain descriptors.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <functional>
#include <string>

#include "proxy/wire/socket.hpp"

namespace errata::testing {

struct counting_waker final : waker {
  void wake() override {
    ++count;
    if (then) then();
  }
  int count = 0;
  std::function<void()> then;
};

// What a non-blocking end can receive now.
inline std::string take_all(int fd) {
  std::string out;
  std::array<char, 65536> block;
  while (true) {
    const ssize_t got = ::recv(fd, block.data(), block.size(), 0);
    if (got <= 0) return out;
    out.append(block.data(), static_cast<std::size_t>(got));
  }
}

inline void close_end(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

}  // namespace errata::testing
