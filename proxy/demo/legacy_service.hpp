// The demo's legacy service: a small HTTP/1.1 server on 127.0.0.1 that writes the raw bytes of
// proxy/demo/legacy_answers.hpp. It shares no code with the proxy, so that it can be trusted to
// misbehave. Bounds: 256 connections, a minute an exchange, 16 KiB a request head, 1 MiB
// a request body.
#pragma once

#include <cstdint>
#include <memory>

namespace errata {

class legacy_service {
 public:
  // Listens and serves on a thread of its own. `port` 0: any free one. Throws std::runtime_error
  // ("cannot listen on 127.0.0.1:9001: Address already in use") when the port cannot be had.
  explicit legacy_service(std::uint16_t port);

  // Ends every connection and joins the thread.
  ~legacy_service();
  legacy_service(const legacy_service&) = delete;
  legacy_service& operator=(const legacy_service&) = delete;

  std::uint16_t port() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace errata
