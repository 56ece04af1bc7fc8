// Waits for something to become so in the server under test.
#pragma once

#include <chrono>
#include <thread>

namespace errata::testing {

// Whether `holds()` comes true; the time is for a test that would never end.
template <class F>
bool comes_true(F&& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace errata::testing
