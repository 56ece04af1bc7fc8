// Accepts clients on one listening socket of one worker.
#pragma once

#include <cstdint>
#include <string>

#include "proxy/task.hpp"
#include "proxy/wire/socket.hpp"

namespace errata {

class worker;

class listener final : private waker {
 public:
  // Takes `fd`: bound, listening, non-blocking.
  listener(worker& owner, int fd);

  // Accepts what the kernel has completed already, then closes.
  void finish();
  // Called on each tick: goes on after a pause.
  void tick();
  // Called when a connection has ended: the event of the next client then proves that the kernel
  // was asked after that (docs/decisions/0011).
  void wait_anew() {
    if (waits_) socket_.want_read();
  }

 private:
  void wake() override {
    waits_ = false;
    accept_some();
  }
  void wait();
  void accept_some();

  worker& owner_;
  wire::socket socket_;
  bool waits_ = false;
  bool paused_ = false;  // out of descriptors or memory: until the next tick
};

// Binds and listens with SO_REUSEPORT. `port` 0 takes a free one and is set to it. `shared`: our
// own process listens there already; otherwise a port that anyone listens on is refused. Throws
// std::runtime_error: "cannot listen on 127.0.0.1:80: Permission denied".
int open_listening_socket(const std::string& host, std::uint16_t& port, bool shared);

}  // namespace errata
