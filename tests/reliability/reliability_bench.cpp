// Does errata keep its promises towards the many and the slow? See docs/reliability.md.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "tests/reliability/measures.hpp"

namespace errata::reliability {
namespace {

constexpr std::string_view usage =
    "usage: reliability_bench --errata FILE --folder FOLDER [--only held|readers|refusals]\n"
    "                         [--profiled FILE]\n"
    "  --profiled FILE  errata without its debug information: what refusals cost is counted in\n"
    "                   instructions, too, by callgrind\n";

std::string write_configuration(const bench_options& options, const std::string& name,
                                const std::string& members) {
  std::filesystem::create_directories(options.folder);
  const std::string path = options.folder + "/" + name + ".json";
  std::ofstream(path) << "{\n  \"listeners\": [{ \"address\": \"127.0.0.1:0\" }],\n"
                         "  \"access_log\": { \"path\": \"off\" },\n"
                      << members << "\n}\n";
  return path;
}

std::vector<std::string> command(const bench_options& options, const std::string& name,
                                 const std::string& members, run_under what) {
  const std::string file = write_configuration(options, name, members);
  if (what == run_under::nothing) return {options.errata, "run", "-c", file};
  return {"/usr/bin/valgrind",
          "--tool=callgrind",
          "--callgrind-out-file=" + options.folder + "/callgrind.%p",
          options.profiled,
          "run",
          "-c",
          file};
}

struct chosen {
  bench_options options;
  std::string only;
};

std::optional<chosen> read_options(int argc, char** argv) {
  chosen out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (++i == argc) {
      return std::nullopt;
    } else if (name == "--errata") {
      out.options.errata = argv[i];
    } else if (name == "--folder") {
      out.options.folder = argv[i];
    } else if (name == "--profiled") {
      out.options.profiled = argv[i];
    } else if (name == "--only") {
      out.only = argv[i];
    } else {
      return std::nullopt;
    }
  }
  const bool known =
      out.only.empty() || out.only == "held" || out.only == "readers" || out.only == "refusals";
  if (!known || out.options.errata.empty() || out.options.folder.empty()) return std::nullopt;
  return out;
}

int measure(const chosen& what) {
  bench_origin origin;
  int missed = 0;
  const auto wanted = [&](std::string_view name) { return what.only.empty() || what.only == name; };
  if (wanted("held")) missed += measure_held_connections(what.options, origin);
  if (wanted("readers")) missed += measure_slow_readers(what.options, origin);
  if (wanted("refusals")) missed += measure_refusals(what.options, origin);
  say(missed == 0 ? "every bar is met" : std::to_string(missed) + " bars are missed");
  return missed == 0 ? 0 : 1;
}

}  // namespace

running_errata::running_errata(const bench_options& options, const std::string& name,
                               const std::string& configuration, run_under what)
    : process_(command(options, name, configuration, what), options.folder + "/" + name + ".log") {
  port_ = process_.wait_until_listening(std::chrono::seconds(60));
}

std::string servers(std::uint16_t port) {
  return R"("servers": ["http://127.0.0.1:)" + std::to_string(port) + "\"]";
}

void say(const std::string& line) {
  std::cout << line << "\n" << std::flush;
}

bool report(const std::string& what, double value, const std::string& unit, double bar) {
  const bool met = value <= bar;
  std::printf("  %-62s %8.2f %-4s bar %7.2f  %s\n", what.c_str(), value, unit.c_str(), bar,
              met ? "ok" : "MISSED");
  std::fflush(stdout);
  return met;
}

}  // namespace errata::reliability

int main(int argc, char** argv) {
  try {
    const auto what = errata::reliability::read_options(argc, argv);
    if (!what) {
      std::cerr << errata::reliability::usage;
      return 2;
    }
    return errata::reliability::measure(*what);
  } catch (const std::exception& problem) {
    std::cerr << "reliability_bench: " << problem.what() << "\n";
    return 3;
  }
}
