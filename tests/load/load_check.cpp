// A load at full speed through a running errata in which every answer is checked: none wrong, lost
// or mixed up, memory flat, descriptors back to where they were.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/load/check.hpp"
#include "tests/load/child_process.hpp"
#include "tests/load/load_client.hpp"
#include "tests/load/tagged_origin.hpp"

namespace errata::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view usage =
    "usage: load_check --errata FILE --folder FOLDER [--seconds N] [--connections N]\n"
    "                  [--kind NAME] [--no-memory]\n"
    "  --errata FILE    the executable to start\n"
    "  --folder FOLDER  takes its configuration and log\n"
    "  --seconds N      length of the load (30)\n"
    "  --connections N  of the client (64)\n"
    "  --kind NAME      ask for this kind only, to look at one\n"
    "  --no-memory      do not judge memory: a sanitizer's allocator grows by design\n"
    "Memory is judged in loads of 20 s and more.\n";

struct options : check_place {
  unsigned seconds = 30;
  unsigned connections = 64;
  std::string kind;
  bool ignores_memory = false;
};

// Pooled connections go soon after the load, so that a leaked one shows.
std::string configuration(std::uint16_t origin_port) {
  return R"({
  "listeners": [{ "address": "127.0.0.1:0" }],
  "threads": 2,
  "upstreams": {
    "origin": {
      "servers": ["http://127.0.0.1:)" +
         std::to_string(origin_port) + R"("],
      "timeouts": { "idle": "2s" }
    }
  },
  "routes": [{ "name": "load", "match": { "path_prefix": "/" }, "upstream": "origin" }],
  "trusted_proxies": ["127.0.0.0/8"],
  "access_log": { "path": "/dev/null" }
}
)";
}

struct memory_watch {
  std::size_t warm_kib = 0;  // the most in the first half of the load, while pools fill
  std::size_t last_kib = 0;

  bool is_flat() const {
    constexpr std::size_t slack_kib = 4096;
    return last_kib <= warm_kib + std::max(slack_kib, warm_kib / 10);
  }
};

bool holds(const options& chosen) {
  const exchange_kind* kind = chosen.kind.empty() ? nullptr : find_kind(chosen.kind);
  if (kind == nullptr && !chosen.kind.empty()) throw std::runtime_error("no such kind");
  if (chosen.seconds == 0) throw std::runtime_error("no time");
  tagged_origin origin;
  const std::string config = chosen.folder + "/load-errata.json";
  std::ofstream(config) << configuration(origin.port());
  child_process errata({chosen.errata, "run", "-c", config}, chosen.folder + "/load-errata.log");
  const std::uint16_t port = errata.wait_until_listening(seconds(20));
  const std::size_t descriptors_before = errata.open_descriptors();
  const milliseconds length = seconds(chosen.seconds);
  load_client client(port, chosen.connections, kind);
  memory_watch memory;
  client.run(length, [&](milliseconds elapsed) {
    memory.last_kib = errata.resident_kib();
    if (elapsed <= length / 2) memory.warm_kib = std::max(memory.warm_kib, memory.last_kib);
  });
  const load_counts& counts = client.counts();
  verdict result;
  const std::size_t descriptors_after = result.require_descriptors_back(errata, descriptors_before);
  const int exit_code = errata.drain(seconds(20));
  for (const std::string& wrong : counts.first_wrong) std::cout << wrong;
  result.require(counts.wrong == 0, std::to_string(counts.wrong) + " answers are wrong or lost");
  result.require(counts.answered >= chosen.connections * 10, "hardly anything was answered");
  result.require(origin.wrong_requests() == 0,
                 std::to_string(origin.wrong_requests()) + " requests reached the origin damaged");
  constexpr unsigned telling_seconds = 20;  // a shorter load ends before every pool has filled
  const bool judge_memory = !chosen.ignores_memory && chosen.seconds >= telling_seconds;
  result.require(!judge_memory || memory.is_flat(), "memory grew");
  result.require_good_end(errata, exit_code);
  std::cout << counts.answered << " answers checked (" << counts.answered / chosen.seconds
            << "/s over " << counts.connections << " connections, " << counts.aborted
            << " hung up on), " << counts.wrong << " wrong; memory " << memory.warm_kib << " -> "
            << memory.last_kib << " KiB; descriptors " << descriptors_before << " -> "
            << descriptors_after << "\n";
  return result.holds();
}

}  // namespace
}  // namespace errata::load

int main(int argc, char** argv) {
  using namespace errata::load;
  options chosen;
  const check_option known[] = {{"--seconds", &chosen.seconds},
                                {"--connections", &chosen.connections},
                                {"--kind", &chosen.kind},
                                {"--no-memory", &chosen.ignores_memory}};
  return run_check(argc, argv, usage, chosen, known, [&] { return holds(chosen); });
}
