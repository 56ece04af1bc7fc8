// Chaos under load: origins that misbehave at random and clients that abort at random, all by one
// seed. No response is foreign, mixed or doubled; none that an origin broke looks whole; no POST
// reaches an origin twice; no GET is lost that an origin would have answered over a fresh
// connection; nothing asked of the steady origin is lost at all; and in the end every descriptor is
// back.
#include <charconv>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "tests/load/channel.hpp"
#include "tests/load/chaos_client.hpp"
#include "tests/load/chaos_origin.hpp"
#include "tests/load/child_process.hpp"

namespace errata::load {
namespace {

using std::chrono::seconds;

constexpr std::string_view usage =
    "usage: chaos_check --errata FILE --folder FOLDER [--seed N] [--requests N]\n"
    "                   [--connections N]\n"
    "  --errata FILE    the executable to start\n"
    "  --folder FOLDER  takes its configuration and log\n"
    "  --seed N         of the mischief (1); printed, and the same again for the same N\n"
    "  --requests N     (20000)\n"
    "  --connections N  of the client (64)\n";

struct options {
  std::string errata;
  std::string folder;
  std::uint64_t seed = 1;
  std::uint64_t requests = 20000;
  std::uint64_t connections = 64;
};

std::optional<options> read_options(int argc, char** argv) {
  options out;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = argv[i + 1];
    std::uint64_t* number = name == "--seed"          ? &out.seed
                            : name == "--requests"    ? &out.requests
                            : name == "--connections" ? &out.connections
                                                      : nullptr;
    if (name == "--errata") {
      out.errata = value;
    } else if (name == "--folder") {
      out.folder = value;
    } else if (number == nullptr ||
               std::from_chars(value.data(), value.data() + value.size(), *number).ec !=
                   std::errc{}) {
      return std::nullopt;
    }
  }
  if (argc % 2 == 0 || out.errata.empty() || out.folder.empty()) return std::nullopt;
  return out;
}

struct surroundings {
  std::string access_log;
  std::uint16_t steady;
  std::uint16_t restless;
  std::uint16_t chaotic;
  std::uint16_t refusing;
};

// Every retry is within the budget, and nobody is left out: what is judged here is what becomes of
// a single exchange. Half of what is chaotic is refused first, by the second server.
std::string configuration(const surroundings& of) {
  const auto server = [](std::uint16_t port) {
    return R"("http://127.0.0.1:)" + std::to_string(port) + '"';
  };
  const std::string retries = R"("retries": { "budget_percent": 100, "min_concurrent": 1000 })";
  return R"({
  "listeners": [{ "address": "127.0.0.1:0" }],
  "threads": 2,
  "upstreams": {
    "steady": { "servers": [)" +
         server(of.steady) + R"(], "timeouts": { "idle": "2s" } },
    "restless": { "servers": [)" +
         server(of.restless) + R"(], "timeouts": { "idle": "2s" }, )" + retries + R"( },
    "chaotic": {
      "servers": [)" +
         server(of.chaotic) + ", " + server(of.refusing) + R"(],
      "timeouts": { "idle": "2s", "first_byte": "1s", "body": "1s" },
      "outlier": { "consecutive_failures": 0 },
      )" +
         retries +
         R"(
    }
  },
  "routes": [
    { "name": "steady", "match": { "path_prefix": "/steady" }, "upstream": "steady" },
    { "name": "restless", "match": { "path_prefix": "/restless" }, "upstream": "restless" },
    { "name": "chaotic", "match": { "path_prefix": "/chaotic" }, "upstream": "chaotic" }
  ],
  "trusted_proxies": ["127.0.0.0/8"],
  "access_log": { "path": ")" +
         of.access_log + R"(" }
}
)";
}

void print_lines_with(const std::string& path, const std::string& word) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.find(word) != std::string::npos) std::cout << "    " << line << "\n";
  }
}

int check(const options& chosen) {
  std::filesystem::create_directories(chosen.folder);
  std::cout << "seed " << chosen.seed << "\n";
  chaos_origin steady(chosen.seed, temper::steady);
  chaos_origin restless(chosen.seed, temper::restless);
  chaos_origin chaotic(chosen.seed, temper::chaotic);
  const descriptor nobody = bind_on_loopback();
  const std::string access_log = std::filesystem::absolute(chosen.folder + "/chaos-access.log");
  std::filesystem::remove(access_log);
  const std::string config = chosen.folder + "/chaos-errata.json";
  std::ofstream(config) << configuration(
      {access_log, steady.port(), restless.port(), chaotic.port(), port_of(nobody)});
  child_process errata({chosen.errata, "run", "-c", config}, chosen.folder + "/chaos-errata.log");
  const std::uint16_t port = errata.wait_until_listening(seconds(20));
  if (port == 0) {
    std::cout << "errata did not start:\n" << errata.log_text();
    return 1;
  }
  const std::size_t descriptors_before = errata.open_descriptors();
  chaos_client client(port, chosen.seed, chosen.connections);
  client.run(chosen.requests);
  const chaos_counts& counts = client.counts();
  constexpr std::size_t opened_once = 2;
  const std::size_t descriptors_after =
      errata.wait_for_descriptors(descriptors_before + opened_once, seconds(15));
  // A drain that has nothing to wait for ends at once, long before the 30 s it may take.
  const int exit_code = errata.drain(seconds(10));

  int problems = 0;
  const auto require = [&](bool holds, const std::string& what) {
    if (holds) return;
    ++problems;
    std::cout << "FAIL " << what << "\n";
  };
  for (const auto& wrong : counts.first_wrong) {
    std::cout << wrong.text;
    print_lines_with(access_log, chaos_request_id(wrong.number));
  }
  require(counts.wrong == 0, std::to_string(counts.wrong) + " answers are wrong or lost");
  for (const auto* origin : {&steady, &restless, &chaotic}) {
    require(origin->repeated_posts() == 0,
            std::to_string(origin->repeated_posts()) + " POSTs came twice");
    require(origin->wrong_requests() == 0,
            std::to_string(origin->wrong_requests()) + " requests reached an origin damaged");
  }
  require(restless.ended_kept() > 0, "no kept connection was ended");
  require(descriptors_after <= descriptors_before + opened_once, "descriptors leaked");
  require(exit_code == 0, "errata ended with " + std::to_string(exit_code) + " after SIGTERM");
  const std::string log = errata.log_text();
  require(log.find(" 0 internal errors") != std::string::npos, "internal errors");
  if (problems != 0) {
    std::cout << "--- the end of errata's log\n"
              << log.substr(log.size() - std::min<std::size_t>(log.size(), 3000)) << "---\n";
  }
  std::cout << chosen.requests << " exchanges over " << counts.connections
            << " connections: " << counts.right << " right, " << counts.own_errors
            << " errors of errata's own (" << counts.lost_posts
            << " for POSTs that met an ended connection), " << counts.broken << " broken off, "
            << counts.aborted << " aborted, " << counts.asked_again << " asked again, "
            << counts.given_up << " given up, " << counts.wrong << " wrong; descriptors "
            << descriptors_before << " -> " << descriptors_after << "\n";
  return problems == 0 ? 0 : 1;
}

}  // namespace
}  // namespace errata::load

int main(int argc, char** argv) {
  try {
    const auto chosen = errata::load::read_options(argc, argv);
    if (!chosen) {
      std::cerr << errata::load::usage;
      return 2;
    }
    return errata::load::check(*chosen);
  } catch (const std::exception& problem) {
    std::cerr << "chaos_check: " << problem.what() << "\n";
    return 1;
  }
}
