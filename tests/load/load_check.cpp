// A load at full speed through a running errata in which every answer is checked: none wrong, lost
// or mixed up, memory flat, descriptors back to where they were.
#include <algorithm>
#include <charconv>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

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

struct options {
  std::string errata;
  std::string folder;
  unsigned seconds = 30;
  unsigned connections = 64;
  const exchange_kind* kind = nullptr;
  bool judge_memory = true;
};

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value == 0) return std::nullopt;
  return value;
}

std::optional<options> read_options(int argc, char** argv) {
  options out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--no-memory") {
      out.judge_memory = false;
      continue;
    }
    if (++i == argc) return std::nullopt;
    const std::string_view value = argv[i];
    if (name == "--errata") {
      out.errata = value;
    } else if (name == "--folder") {
      out.folder = value;
    } else if (name == "--kind") {
      out.kind = find_kind(value);
      if (out.kind == nullptr) return std::nullopt;
    } else if (name == "--seconds" || name == "--connections") {
      const std::optional<unsigned> parsed = number(value);
      if (!parsed) return std::nullopt;
      (name == "--seconds" ? out.seconds : out.connections) = *parsed;
    } else {
      return std::nullopt;
    }
  }
  if (out.errata.empty() || out.folder.empty()) return std::nullopt;
  return out;
}

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

int check(const options& chosen) {
  std::filesystem::create_directories(chosen.folder);
  tagged_origin origin;
  const std::string config = chosen.folder + "/load-errata.json";
  std::ofstream(config) << configuration(origin.port());
  child_process errata({chosen.errata, "run", "-c", config}, chosen.folder + "/load-errata.log");
  const std::uint16_t port = errata.wait_until_listening(seconds(20));
  if (port == 0) {
    std::cout << "errata did not start:\n" << errata.log_text();
    return 1;
  }

  const std::size_t descriptors_before = errata.open_descriptors();
  const milliseconds length = seconds(chosen.seconds);
  load_client client(port, chosen.connections, chosen.kind);
  memory_watch memory;
  client.run(length, [&](milliseconds elapsed) {
    memory.last_kib = errata.resident_kib();
    if (elapsed <= length / 2) memory.warm_kib = std::max(memory.warm_kib, memory.last_kib);
  });
  const load_counts& counts = client.counts();
  // A descriptor or two may be opened on first use and stay; a leak has hundreds.
  constexpr std::size_t opened_once = 2;
  const std::size_t descriptors_after =
      errata.wait_for_descriptors(descriptors_before + opened_once, seconds(15));
  const int exit_code = errata.drain(seconds(20));

  int problems = 0;
  const auto require = [&](bool holds, const std::string& what) {
    if (holds) return;
    ++problems;
    std::cout << "FAIL " << what << "\n";
  };
  for (const std::string& wrong : counts.first_wrong) std::cout << wrong;
  require(counts.wrong == 0, std::to_string(counts.wrong) + " answers are wrong or lost");
  require(counts.answered >= chosen.connections * 10, "hardly anything was answered");
  require(origin.wrong_requests() == 0,
          std::to_string(origin.wrong_requests()) + " requests reached the origin damaged");
  constexpr unsigned telling_seconds = 20;  // a shorter load ends before every pool has filled
  const bool judge_memory = chosen.judge_memory && chosen.seconds >= telling_seconds;
  require(!judge_memory || memory.is_flat(), "memory grew");
  require(descriptors_after <= descriptors_before + opened_once, "descriptors leaked");
  require(exit_code == 0, "errata ended with " + std::to_string(exit_code) + " after SIGTERM");
  if (problems != 0) {
    const std::string log = errata.log_text();
    std::cout << "--- the end of errata's log\n"
              << log.substr(log.size() - std::min<std::size_t>(log.size(), 3000)) << "---\n";
  }
  std::cout << counts.answered << " answers checked (" << counts.answered / chosen.seconds
            << "/s over " << counts.connections << " connections, " << counts.aborted
            << " hung up on), " << counts.wrong << " wrong; memory " << memory.warm_kib << " -> "
            << memory.last_kib << " KiB; descriptors " << descriptors_before << " -> "
            << descriptors_after << "\n";
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
    std::cerr << "load_check: " << problem.what() << "\n";
    return 1;
  }
}
