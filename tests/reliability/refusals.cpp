// What a refused request costs, beside one that is proxied.
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/reliability/asking.hpp"
#include "tests/reliability/figures.hpp"
#include "tests/reliability/measures.hpp"

namespace errata::reliability {
namespace {

constexpr int rounds = 7;
constexpr std::size_t requests_a_round = 4000;
constexpr std::size_t profiled_requests = 1000;

// /limited is over its rate limit, /full has no connection left, the circuit of /open is open.
std::string refusing_configuration(std::uint16_t origin) {
  const std::string same = servers(origin);
  return R"(  "threads": 1,
  "upstreams": {
    "origin": { )" +
         same + R"( },
    "full": { )" +
         same + R"(, "pool": { "max_connections": 1, "max_pending": 0 },
      "timeouts": { "first_byte": "10m" } },
    "open": { "servers": ["http://127.0.0.1:9"],
      "circuit": { "consecutive_failures": 1, "open": "1h" } }
  },
  "routes": [
    { "name": "limited", "match": { "path_prefix": "/limited" }, "upstream": "origin",
      "rate_limits": ["once"] },
    { "name": "full", "match": { "path_prefix": "/full" }, "strip_prefix": true,
      "upstream": "full" },
    { "name": "open", "match": { "path_prefix": "/open" }, "upstream": "open" },
    { "name": "proxied", "upstream": "origin" }
  ],
  "rate_limits": { "once": { "key": ["ip"], "rate": "1/h", "burst": 1 } },
  "timeouts": { "request": "10m", "keep_alive": "10m" })";
}

std::string bounded_configuration(std::uint16_t origin, const std::string& limits) {
  return "  \"threads\": 1,\n  \"upstreams\": { \"origin\": { " + servers(origin) +
         " } },\n  \"routes\": [{ \"upstream\": \"origin\" }],\n  \"limits\": { " + limits +
         " },\n  \"timeouts\": { \"header\": \"10m\" }";
}

// The servers that the cases need, each in the state in which it refuses.
struct refusing {
  refusing(const bench_options& options, bench_origin& origin, run_under what)
      : routes(options, "routes", refusing_configuration(origin.port()), what),
        capped(options, "capped", bounded_configuration(origin.port(), R"("connections": 1)"),
               what),
        watched(options, "watched", bounded_configuration(origin.port(), R"("memory": "1MiB")"),
                what) {
    held.push_back(load::connect_to_loopback(capped.port()));
    // The one connection to the origin is waited on for good.
    occupied = load::channel(load::connect_to_loopback(routes.port()));
    occupied.write("GET /full/never HTTP/1.1\r\nHost: bench.example\r\n\r\n");
    fresh_request_us(routes.port(), "/limited", 200);
    fresh_request_us(routes.port(), "/open", 503);
    ask_until_refused(routes.port(), "/full");
    ask_until_refused(capped.port(), "/small");
    ask_until_refused(watched.port(), "/small");
  }

  // What takes a moment to come about.
  static void ask_until_refused(std::uint16_t port, const std::string& path) {
    for (int i = 0; i < 1000; ++i) {
      try {
        fresh_request_us(port, path, 503);
        return;
      } catch (const std::runtime_error&) {
        ::poll(nullptr, 0, 20);
      }
    }
    throw std::runtime_error("nothing is refused at " + path);
  }

  running_errata routes;
  running_errata capped;
  running_errata watched;
  load::channel occupied;
  std::vector<load::descriptor> held;
};

// What is measured: `server` refuses, proxies or, where it is null, the origin answers by itself.
struct measured {
  const char* what;
  running_errata* server;
  const char* path;
  unsigned status;
  connections how;
  std::vector<double> cpu_us = {};
  double instructions = 0;
};

// For each way to connect first fixed bytes without a proxy, then what is proxied.
constexpr std::size_t fixed_bytes = 0;
constexpr std::size_t proxied = 1;

std::vector<measured> over_kept(refusing& servers) {
  constexpr auto kept = connections::kept;
  return {
      {"fixed bytes, no proxy: the kernel's part", nullptr, "/small", 200, kept},
      {"proxied", &servers.routes, "/small", 200, kept},
      {"over a rate limit (429)", &servers.routes, "/limited", 429, kept},
      {"no connection free, queue full (503)", &servers.routes, "/full", 503, kept},
      {"circuit open (503)", &servers.routes, "/open", 503, kept},
  };
}

std::vector<measured> over_fresh(refusing& servers) {
  constexpr auto fresh = connections::fresh;
  return {
      {"fixed bytes, no proxy: the kernel's part", nullptr, "/small", 200, fresh},
      {"proxied", &servers.routes, "/small", 200, fresh},
      {"over a rate limit (429)", &servers.routes, "/limited", 429, fresh},
      {"connections at their limit (503)", &servers.capped, "/small", 503, fresh},
      {"memory over 95 % (503)", &servers.watched, "/small", 503, fresh},
  };
}

void measure_cpu(std::vector<measured>& cases, bench_origin& origin) {
  for (int round = 0; round <= rounds; ++round) {
    for (measured& one : cases) {
      const bool is_proxy = one.server != nullptr;
      const auto spent_ns = [&] { return is_proxy ? one.server->cpu_ns() : origin.cpu_ns(); };
      const std::uint64_t before = spent_ns();
      ask_many(is_proxy ? one.server->port() : origin.port(), one.path, one.status, one.how,
               requests_a_round);
      const auto spent = static_cast<double>(spent_ns() - before);
      // The first round only warms up.
      if (round > 0) one.cpu_us.push_back(spent / 1000 / static_cast<double>(requests_a_round));
    }
  }
}

// The middle of the ratios within each round.
double ratio_of(const measured& one, const measured& other) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < one.cpu_us.size(); ++i) {
    ratios.push_back(one.cpu_us[i] / other.cpu_us[i]);
  }
  return median(ratios);
}

// Has the counts since the last dump written to a file, and gives their sum.
double dump_instructions(const bench_options& options, running_errata& server) {
  const std::string id = std::to_string(server.process().id());
  const std::string command = "callgrind_control -d " + id + " > /dev/null 2>&1";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("callgrind_control failed");
  const std::string prefix = options.folder + "/callgrind." + id + ".";
  int last = 1;
  while (std::filesystem::exists(prefix + std::to_string(last + 1))) ++last;
  std::ifstream in(prefix + std::to_string(last));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("totals: ")) return std::stod(line.substr(8));
  }
  throw std::runtime_error("no counts of callgrind in " + prefix + std::to_string(last));
}

void count_instructions(const bench_options& options, const std::vector<measured>& profiled,
                        std::vector<measured>& cases) {
  for (std::size_t i = proxied; i < profiled.size(); ++i) {
    const measured& one = profiled[i];
    ask_many(one.server->port(), one.path, one.status, one.how, profiled_requests / 10);
    dump_instructions(options, *one.server);
    ask_many(one.server->port(), one.path, one.status, one.how, profiled_requests);
    cases[i].instructions =
        dump_instructions(options, *one.server) / static_cast<double>(profiled_requests);
  }
}

void print(const char* title, const std::vector<measured>& cases) {
  std::printf("  %-42s %8s %11s %13s %13s %11s\n", title, "CPU us", "of proxied", "of the kernel",
              "instructions", "of proxied");
  for (const measured& one : cases) {
    std::printf("    %-40s %8.1f %11.2f %13.2f", one.what, median(one.cpu_us),
                ratio_of(one, cases[proxied]), ratio_of(one, cases[fixed_bytes]));
    if (one.instructions > 0) {
      std::printf(" %13.0f %11.2f", one.instructions,
                  one.instructions / cases[proxied].instructions);
    }
    std::printf("\n");
  }
}

// The dearest refusal, by whatever is asked.
double dearest(const std::vector<measured>& cases, std::size_t first,
               const std::function<double(const measured&)>& cost) {
  double most = 0;
  for (std::size_t i = first; i < cases.size(); ++i) most = std::max(most, cost(cases[i]));
  return most;
}

// A tenth of the CPU of what is proxied is less than the kernel takes to receive a request and send
// an answer: what is held to is that refusing stays near that. Of what errata does itself a tenth
// is possible where no request is read.
int judge(const std::vector<measured>& kept, const std::vector<measured>& fresh) {
  constexpr std::size_t first = proxied + 1;
  constexpr std::size_t first_unread = first + 1;
  constexpr double most_kept = 0.65;
  constexpr double most_fresh = 0.9;
  int missed = 0;
  const auto cost_in = [](const std::vector<measured>& cases) {
    return [&cases](const measured& one) { return ratio_of(one, cases[proxied]); };
  };
  missed += !report("CPU of a refused request, of a proxied one, kept connection",
                    dearest(kept, first, cost_in(kept)), "x", most_kept);
  missed += !report("CPU of a refused request, of a proxied one, fresh connection",
                    dearest(fresh, first, cost_in(fresh)), "x", most_fresh);
  if (kept[proxied].instructions <= 0) return missed;
  constexpr double most_instructions = 0.75;
  constexpr double most_unread = 0.1;
  const auto instructions_in = [](const std::vector<measured>& cases) {
    return [&cases](const measured& one) { return one.instructions / cases[proxied].instructions; };
  };
  missed += !report("instructions of a refused request, of a proxied one",
                    dearest(kept, first, instructions_in(kept)), "x", most_instructions);
  missed += !report("instructions of a refused connection, of a proxied one",
                    dearest(fresh, first_unread, instructions_in(fresh)), "x", most_unread);
  return missed;
}

}  // namespace

int measure_refusals(const bench_options& options, bench_origin& origin) {
  say("What a refused request costs errata");
  std::vector<measured> kept;
  std::vector<measured> fresh;
  {
    refusing servers(options, origin, run_under::nothing);
    kept = over_kept(servers);
    fresh = over_fresh(servers);
    measure_cpu(kept, origin);
    measure_cpu(fresh, origin);
  }
  if (!options.profiled.empty()) {
    refusing profiled(options, origin, run_under::callgrind);
    count_instructions(options, over_kept(profiled), kept);
    count_instructions(options, over_fresh(profiled), fresh);
  }
  print("over kept connections", kept);
  print("over a fresh connection each", fresh);
  return judge(kept, fresh);
}

}  // namespace errata::reliability
