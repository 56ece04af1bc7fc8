// errata run: serves until SIGTERM or SIGINT, which drain; SIGHUP reloads.
#include "proxy/cli/run.hpp"

#include <signal.h>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <cstdio>
#include <exception>
#include <memory>

#include "proxy/config/reader.hpp"
#include "proxy/server.hpp"

namespace errata {
namespace {

constexpr int exit_done = 0;
constexpr int exit_no = 1;
constexpr int exit_cannot_start = 3;

// Null when the file has errors, which are then printed; `readable` tells a wrong file from none.
std::shared_ptr<const configuration> read(const std::string& path, bool& readable) {
  read_config got = read_config_file(path);
  readable = got.problems.empty() || got.problems.front().line > 0;
  for (const config_problem& problem : got.problems)
    std::fprintf(stderr, "%s\n", problem.to_string().c_str());
  if (!got.problems.empty()) return nullptr;
  return std::make_shared<const configuration>(std::move(got.value));
}

void reload(server& running, const std::string& path) {
  bool readable = true;
  const auto next = read(path, readable);
  if (!next) {
    spdlog::error("reload: {} has errors, the configuration in use stays", path);
    return;
  }
  try {
    if (running.reload(next)) {
      spdlog::info("reload: {} is in use", path);
    } else {
      spdlog::error(
          "reload: listeners and threads can only change with a restart, the configuration in use "
          "stays");
    }
  } catch (const std::exception& e) {
    spdlog::error("reload: {}, the configuration in use stays", e.what());
  }
}

}  // namespace

int run_command(const run_options& options) {
  // Standard output belongs to the access log.
  spdlog::set_default_logger(spdlog::stderr_logger_mt("errata"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %v");

  bool readable = true;
  const auto settings = read(options.config_path, readable);
  if (!settings) return readable ? exit_no : exit_cannot_start;

  // Blocked before any thread is started, so that only sigwait() below receives them.
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int one : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&awaited, one);
  pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  signal(SIGPIPE, SIG_IGN);

  server running(settings);
  try {
    running.start();
  } catch (const std::exception& e) {
    spdlog::error("{}", e.what());
    return exit_cannot_start;
  }
  const auto ports = running.ports();
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string& host = settings->listeners[i].host;
    const bool v6 = host.find(':') != std::string::npos;
    spdlog::info("listening on {}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", ports[i]);
  }
  while (true) {
    int signal_number = 0;
    if (sigwait(&awaited, &signal_number) != 0) continue;
    if (signal_number == SIGHUP) {
      reload(running, options.config_path);
      continue;
    }
    break;
  }
  spdlog::info("draining: waiting up to {} ms for requests under way",
               settings->timeouts.drain.count());
  // A second signal ends at once: the default action is restored.
  for (const int one : {SIGTERM, SIGINT}) signal(one, SIG_DFL);
  sigdelset(&awaited, SIGHUP);
  pthread_sigmask(SIG_UNBLOCK, &awaited, nullptr);
  running.drain();
  const server_counters told = running.counters();
  spdlog::info(
      "stopped: {} connections, {} exchanges, {} errors rewritten, {} in shadow, {} of our own, {} "
      "rate limited, {} log lines dropped, {} internal errors",
      told.connections_accepted, told.exchanges, told.errors_rewritten, told.errors_shadowed,
      told.errors_authored, told.rate_limited, told.log_lines_dropped, told.internal_errors);
  for (std::size_t i = 0; i < leak_kind_count; ++i) {
    if (told.scrubbed[i] == 0) continue;
    spdlog::info("scrubbed: {} {}", told.scrubbed[i], leak_kind_name(static_cast<leak_kind>(i)));
  }
  return exit_done;
}

}  // namespace errata
