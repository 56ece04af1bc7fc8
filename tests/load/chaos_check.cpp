// Chaos under load: origins that misbehave at random and clients that abort at random, all by one
// seed. No response is foreign, mixed or doubled; none that an origin broke looks whole; no POST
// reaches an origin twice; no GET is lost that an origin would have answered over a fresh
// connection; nothing asked of the steady origin is lost at all; and in the end every descriptor is
// back.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include "tests/load/channel.hpp"
#include "tests/load/chaos_client.hpp"
#include "tests/load/chaos_origin.hpp"
#include "tests/load/check.hpp"
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

struct options : check_place {
  unsigned seed = 1;
  unsigned requests = 20000;
  unsigned connections = 64;
};

struct surroundings {
  std::string access_log;
  std::uint16_t steady;
  std::uint16_t restless;
  std::uint16_t chaotic;
  std::uint16_t refusing;
};

// Every retry is within the budget, and nobody is left out: what is judged here is what becomes of
// a single exchange. Half of what is chaotic is refused first, by the second server. Only what is
// to stall has short deadlines: everywhere else they are longer than the client waits, because a
// busy machine stops an origin or errata for more than a second, and a 504 would be right then.
std::string configuration(const surroundings& of) {
  const auto server = [](std::uint16_t port) {
    return R"("http://127.0.0.1:)" + std::to_string(port) + '"';
  };
  const std::string retries = R"("retries": { "budget_percent": 100, "min_concurrent": 1000 })";
  const std::string patient =
      R"("timeouts": { "idle": "2s", "connect": "1m", "first_byte": "1m", "body": "1m" })";
  const std::string mixed = R"("servers": [)" + server(of.chaotic) + ", " + server(of.refusing) +
                            R"(], "outlier": { "consecutive_failures": 0 }, )" + retries;
  return R"({
  "listeners": [{ "address": "127.0.0.1:0" }],
  "threads": 2,
  "timeouts": { "header": "1m", "body": "1m" },
  "limits": { "body_rate": "0B" },
  "upstreams": {
    "steady": { "servers": [)" +
         server(of.steady) + "], " + patient + R"( },
    "restless": { "servers": [)" +
         server(of.restless) + "], " + patient + ", " + retries + R"( },
    "chaotic": { )" +
         mixed + ", " + patient + R"( },
    "stalling": { )" +
         mixed + R"(,
      "timeouts": { "idle": "2s", "connect": "1m", "first_byte": "1s", "body": "1s" } }
  },
  "routes": [
    { "name": "steady", "match": { "path_prefix": "/steady" }, "upstream": "steady" },
    { "name": "restless", "match": { "path_prefix": "/restless" }, "upstream": "restless" },
    { "name": "chaotic", "match": { "path_prefix": "/chaotic" }, "upstream": "chaotic" },
    { "name": "stalling", "match": { "path_prefix": "/stalling" }, "upstream": "stalling" }
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

bool holds(const options& chosen) {
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
  const std::size_t descriptors_before = errata.open_descriptors();
  chaos_client client(port, chosen.seed, chosen.connections);
  client.run(chosen.requests);
  const chaos_counts& counts = client.counts();
  verdict result;
  const std::size_t descriptors_after = result.require_descriptors_back(errata, descriptors_before);
  // A drain that has nothing to wait for ends at once, long before the 30 s it may take.
  const int exit_code = errata.drain(seconds(10));
  for (const auto& wrong : counts.first_wrong) {
    std::cout << wrong.text;
    for (const auto* origin : {&steady, &restless, &chaotic}) {
      std::cout << origin->story_of(wrong.number, client.started());
    }
    print_lines_with(access_log, chaos_request_id(wrong.number));
  }
  for (const auto& pause : counts.pauses) {
    std::cout << "the client stood still for " << in_seconds(pause.lasted) << " at "
              << in_seconds(pause.at) << "\n";
  }
  result.require(counts.wrong == 0, std::to_string(counts.wrong) + " answers are wrong or lost");
  for (const auto* origin : {&steady, &restless, &chaotic}) {
    result.require(origin->repeated_posts() == 0,
                   std::to_string(origin->repeated_posts()) + " POSTs came twice");
    result.require(origin->wrong_requests() == 0, std::to_string(origin->wrong_requests()) +
                                                      " requests reached an origin damaged");
  }
  result.require(restless.ended_kept() > 0, "no kept connection was ended");
  result.require_good_end(errata, exit_code);
  std::cout << chosen.requests << " exchanges over " << counts.connections
            << " connections: " << counts.right << " right, " << counts.own_errors
            << " errors of errata's own (" << counts.lost_posts
            << " for POSTs that met an ended connection), " << counts.broken << " broken off, "
            << counts.aborted << " aborted, " << counts.asked_again << " asked again, "
            << counts.given_up << " given up, " << counts.wrong << " wrong; descriptors "
            << descriptors_before << " -> " << descriptors_after << "\n";
  return result.holds();
}

}  // namespace
}  // namespace errata::load

int main(int argc, char** argv) {
  using namespace errata::load;
  options chosen;
  const check_option known[] = {{"--seed", &chosen.seed},
                                {"--requests", &chosen.requests},
                                {"--connections", &chosen.connections}};
  return run_check(argc, argv, usage, chosen, known, [&] { return holds(chosen); });
}
