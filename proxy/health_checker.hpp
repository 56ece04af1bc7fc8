// Asks servers now and then whether they are well, on a thread of its own, so that no request has
// to find out.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "proxy/runtime.hpp"

namespace errata {

// Whether a server is in use, by checks in a row. Pure.
class health_tally {
 public:
  health_tally(const health_config& settings, bool healthy) noexcept
      : settings_(settings), healthy_(healthy) {}
  // True when this check changed the verdict.
  bool report(bool well) noexcept;
  bool is_healthy() const noexcept { return healthy_; }

 private:
  const health_config& settings_;
  bool healthy_;
  unsigned against_ = 0;  // checks in a row that contradict it
};

// Thread rule: start(), use() and stop() from one thread. Results are endpoint_address's
// is_healthy(). A server without addresses yet is not well.
class health_checker {
 public:
  health_checker();
  ~health_checker() { stop(); }
  health_checker(const health_checker&) = delete;
  health_checker& operator=(const health_checker&) = delete;

  // Checks what `used` asks for from now on, and nothing else. Starts the thread with the first
  // runtime that has checks.
  void use(std::shared_ptr<const runtime> used);
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::shared_ptr<const runtime> next_;
  bool changed_ = false;
  bool ending_ = false;
  int wake_fd_ = -1;  // an eventfd
  std::thread thread_;
};

}  // namespace errata
