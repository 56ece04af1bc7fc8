// `errata run -c FILE`: serves until SIGTERM or SIGINT, which drain; SIGHUP reloads.
#pragma once

#include <string>

namespace errata {

struct run_options {
  std::string config_path;
};

// Returns the exit code: 0 served and drained, 1 the configuration is wrong, 3 cannot start (file
// unreadable, port in use). Says why on standard error. Call from the main thread.
int run_command(const run_options& options);

}  // namespace errata
