#include "proxy/cli/demo.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "proxy/demo/before_after.hpp"
#include "proxy/demo/demo_configuration.hpp"
#include "proxy/demo/legacy_service.hpp"
#include "proxy/server.hpp"

namespace errata {

namespace {

using boost::asio::ip::tcp;

constexpr int exit_done = 0;
constexpr int exit_no = 1;
constexpr int exit_cannot_start = 3;

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

// Holds a port at which nobody listens: bound, so that no other program takes it, and no more.
class silent_port {
 public:
  silent_port() : socket_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {}
  std::uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  boost::asio::io_context context_{1};
  tcp::socket socket_;
};

// `start` with its failure told together with the option that would avoid it.
template <class Start>
auto with_port(const char* option, Start start) {
  try {
    return start();
  } catch (const std::exception& failed) {
    throw std::runtime_error(std::string(failed.what()) + "; choose another port with " + option +
                             " N, or 0 for any free one");
  }
}

// Holds SIGINT and SIGTERM back in this thread and those it starts, for wait() to take.
class stop_signals {
 public:
  stop_signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~stop_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;

  void wait() const {
    int taken = 0;
    sigwait(&set_, &taken);
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

int print_table(std::uint16_t legacy_port, std::uint16_t errata_port) {
  const auto cases = demo_cases();
  say("The same request twice: first line, the legacy service; second line, through errata.\n");
  std::string_view group;
  unsigned broken = 0;
  const bool colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  for (const auto& one : cases) {
    if (one.group != group) {
      group = one.group;
      say("\n" + std::string(group) + "\n" + std::string(table_columns, '-') + "\n");
    }
    const auto made = compare(one, legacy_port, errata_port);
    if (!broken_promise(made).empty()) ++broken;
    say(table_entry(made, colour));
  }
  if (broken == 0) {
    say("\n" + std::to_string(cases.size()) +
        " cases: every error became the canonical envelope, every success came through as it "
        "was,\nand every answer carried exactly one X-Request-Id.\n");
    return exit_done;
  }
  say("\n" + std::to_string(broken) + " of " + std::to_string(cases.size()) +
      " answers are not what errata promises.\n");
  return exit_no;
}

std::string introduction(std::uint16_t legacy_port, std::uint16_t errata_port) {
  const auto before = "http://127.0.0.1:" + std::to_string(legacy_port);
  const auto after = "http://127.0.0.1:" + std::to_string(errata_port);
  const auto pair = [&](const char* what, const char* path) {
    return std::string("\n  # ") + what + "\n  curl -i " + before + path + "\n  curl -i " + after +
           path + "\n";
  };
  return "A legacy service answers at " + before + ", errata stands in front of it at " + after +
         ".\nPaste these into another terminal; each pair is before and after:\n" +
         pair("a Java stack trace", "/java-trace") +
         pair("validation errors, kept", "/aspnet-400") + pair("a SOAP fault", "/soap12-400") +
         pair("not even HTTP", "/garbage") + pair("a success: the same bytes", "/ok") +
         "\n  # a rate limit: three at once, then one a second\n  for i in 1 2 3 4 5; do curl "
         "-si " +
         after + "/limited | grep -iE '^HTTP|^retry-after|\"error\"'; done\n" +
         "\n  # every path there is\n  curl " + before + "/\n" +
         "\nEach request through errata is logged here, one line of JSON. Ctrl-C ends the "
         "demo.\n\n";
}

}  // namespace

int demo_command(const demo_options& options) {
  std::optional<stop_signals> signals;
  if (!options.table) signals.emplace();
  try {
    const auto legacy = with_port(
        "--legacy-port", [&] { return std::make_unique<legacy_service>(options.legacy_port); });
    const silent_port nobody;
    const demo_ports ports{options.port, legacy->port(), nobody.port()};
    server proxy(std::make_shared<const configuration>(
        demo_configuration(ports, options.table ? "off" : "-")));
    with_port("--port", [&] { proxy.start(); });
    const auto errata_port = proxy.ports().front();

    if (options.table) return print_table(legacy->port(), errata_port);
    say(introduction(legacy->port(), errata_port));
    signals->wait();
    say("Ending.\n");
    proxy.drain();
    return exit_done;
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "errata demo: %s\n", failed.what());
    return exit_cannot_start;
  }
}

}  // namespace errata
