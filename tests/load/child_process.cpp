#include "tests/load/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace errata::load {
namespace {

// Asks until the answer is yes. There is nothing to be notified by: /proc and a log cannot be
// polled for.
bool wait_until(std::chrono::seconds patience, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    constexpr int pause_ms = 20;
    ::poll(nullptr, 0, pause_ms);
  }
  return true;
}

}  // namespace

child_process::child_process(const std::vector<std::string>& arguments, std::string log)
    : log_(std::move(log)) {
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log_.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int error = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), arguments[0]);
}

child_process::~child_process() {
  if (pid_ < 0 || has_ended()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool child_process::has_ended() {
  if (pid_ < 0) return true;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  pid_ = -1;
  return true;
}

std::uint16_t child_process::wait_until_listening(std::chrono::seconds patience) {
  std::uint16_t port = 0;
  wait_until(patience, [&] {
    const std::string text = log_text();
    const std::size_t said = text.find("listening on ");
    const std::size_t end = text.find_first_of(" \r\n", said + 13);
    if (said == std::string::npos || end == std::string::npos) return has_ended();
    const std::size_t digits = text.rfind(':', end) + 1;
    std::from_chars(text.data() + digits, text.data() + end, port);
    return true;
  });
  if (port == 0) throw std::runtime_error("errata did not start:\n" + log_text());
  return port;
}

std::size_t child_process::resident_kib() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  std::string word;
  std::size_t kib = 0;
  while (status >> word) {
    if (word == "VmRSS:") status >> kib;
  }
  return kib;
}

std::chrono::nanoseconds child_process::cpu_time() const {
  std::chrono::nanoseconds sum{0};
  std::error_code gone;
  const std::filesystem::directory_iterator tasks("/proc/" + std::to_string(pid_) + "/task", gone);
  for (const auto& task : tasks) {
    std::ifstream in(task.path() / "schedstat");
    std::chrono::nanoseconds::rep ns = 0;
    if (in >> ns) sum += std::chrono::nanoseconds(ns);
  }
  return sum;
}

std::size_t child_process::open_descriptors() const {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/" + std::to_string(pid_) + "/fd", error);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

std::size_t child_process::wait_for_descriptors(std::size_t wanted,
                                                std::chrono::seconds patience) const {
  wait_until(patience, [&] { return open_descriptors() <= wanted; });
  return open_descriptors();
}

void child_process::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

int child_process::drain(std::chrono::seconds patience) {
  signal(SIGTERM);
  return wait_for_exit(patience);
}

int child_process::wait_for_exit(std::chrono::seconds patience) {
  wait_until(patience, [&] { return has_ended(); });
  return exit_code_;
}

std::string child_process::log_text() const {
  std::ifstream file(log_, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace errata::load
