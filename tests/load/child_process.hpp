// An errata process that the load test starts, looks at through /proc, and ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace errata::load {

class child_process {
 public:
  // Runs arguments[0]; standard error goes to `log`, standard output nowhere. Throws on failure.
  child_process(const std::vector<std::string>& arguments, std::string log);
  ~child_process();  // kills what still runs
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  // The port of the line "listening on ADDRESS:PORT" in the log. Throws std::runtime_error, with
  // the log, if none comes in time.
  std::uint16_t wait_until_listening(std::chrono::seconds patience);

  pid_t id() const { return pid_; }
  std::size_t resident_kib() const;
  // Of all its threads that still run.
  std::chrono::nanoseconds cpu_time() const;
  std::size_t open_descriptors() const;
  // Until there are at most `wanted`; returns how many there are in the end.
  std::size_t wait_for_descriptors(std::size_t wanted, std::chrono::seconds patience) const;

  void signal(int number) const;
  // The exit code, or -1 when it was killed, by a signal or for taking too long.
  int wait_for_exit(std::chrono::seconds patience);
  // SIGTERM, then the same.
  int drain(std::chrono::seconds patience);

  std::string log_text() const;

 private:
  bool has_ended();
  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::string log_;
};

}  // namespace errata::load
