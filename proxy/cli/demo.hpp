// `errata demo`: a built-in misbehaving legacy service with errata in front of it.
#pragma once

#include <cstdint>

namespace errata {

struct demo_options {
  std::uint16_t port = 8080;         // errata's; 0: any free one
  std::uint16_t legacy_port = 9001;  // the legacy service's; 0: any free one
  bool table = false;                // --once: print the before/after table and exit
};

// Returns the exit code: 0 done, 1 an answer in the table was not the envelope, 3 cannot start
// (port in use). Says why on standard error. Call from the main thread.
int demo_command(const demo_options& options);

}  // namespace errata
