// What normalizing costs: CPU time and allocations a body, best of all repetitions, as a table.
// scripts/bench.sh runs it. Exit 1 if a body is over its bar and --bars was given.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policies/catalog.hpp"
#include "policies/normalize/normalizer.hpp"
#include "tests/bench/allocations.hpp"
#include "tests/bench/samples.hpp"

namespace errata::bench {
namespace {

void run(benchmark::State& state, const sample& s) {
  normalizer_options options;
  options.max_body = s.max_body;
  const normalizer subject(catalog::built_in(), options);
  field_list request_fields;
  if (!s.accept_encoding.empty()) request_fields.add("Accept-Encoding", s.accept_encoding);
  const request_facts request{.method = "GET", .fields = &request_fields};
  response_head response;
  response.status = s.status;
  response.fields.add("Content-Type", s.content_type);
  if (!s.coding.empty()) response.fields.add("Content-Encoding", s.coding);
  // As the proxy does: it collects no more than the cap.
  const std::string_view body = std::string_view(s.body).substr(0, s.max_body);
  const body_state how = body.size() < s.body.size() ? body_state::over_cap : body_state::complete;

  const allocations before = allocations_so_far();
  for (auto _ : state) {
    normalized out = subject.normalize(request, response, body, how);
    benchmark::DoNotOptimize(out);
  }
  const allocations after = allocations_so_far();
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["allocs"] = static_cast<double>(after.count - before.count) / rounds;
  state.counters["bytes"] = static_cast<double>(after.bytes - before.bytes) / rounds;
}

struct row {
  double best_ns = std::numeric_limits<double>::max();
  double allocs = 0;
  double bytes = 0;
};

class table_reporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& r : runs) {
      if (r.run_type != Run::RT_Iteration || r.error_occurred) continue;
      row& into = rows_[r.run_name.function_name];
      const double ns = r.cpu_accumulated_time * 1e9 / static_cast<double>(r.iterations);
      if (ns >= into.best_ns) continue;
      into = {ns, r.counters.at("allocs").value, r.counters.at("bytes").value};
    }
  }

  // Whether every body that has a bar stays under it.
  bool print(const std::vector<sample>& all) const {
    bool within = true;
    std::printf("%-22s %6s %9s %9s %7s %9s\n", "body", "bytes", "CPU us", "bar us", "allocs",
                "heap B");
    for (const sample& s : all) {
      const auto found = rows_.find(s.name);
      if (found == rows_.end()) continue;
      const row& r = found->second;
      const bool over = s.bar_ns > 0 && r.best_ns >= s.bar_ns;
      within = within && !over;
      std::printf("%-22s %6zu %9.2f ", s.name.c_str(), s.body.size(), r.best_ns / 1e3);
      if (s.bar_ns > 0) {
        std::printf("%9.0f", s.bar_ns / 1e3);
      } else {
        std::printf("%9s", "-");
      }
      std::printf(" %7.1f %9.0f%s\n", r.allocs, r.bytes, over ? "  OVER" : "");
    }
    return within;
  }

 private:
  std::map<std::string, row> rows_;
};

}  // namespace
}  // namespace errata::bench

int main(int argc, char** argv) {
  const auto all = errata::bench::samples();
  const auto last = std::remove_if(argv + 1, argv + argc, [](const char* argument) {
    return std::strcmp(argument, "--bars") == 0;
  });
  const bool bars = last != argv + argc;
  argc = static_cast<int>(last - argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  for (const auto& s : all)
    benchmark::RegisterBenchmark(s.name.c_str(),
                                 [&s](benchmark::State& state) { errata::bench::run(state, s); });
  errata::bench::table_reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return reporter.print(all) || !bars ? 0 : 1;
}
