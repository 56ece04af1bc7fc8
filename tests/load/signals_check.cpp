// SIGHUP a hundred times and SIGTERM again and again, each under load: no request fails.
//
// What counts as failed: a request that was sent and not answered rightly and whole. No answer may
// be missing because the connection ended, by a reset or otherwise; a client that would send such a
// request again is not relied on. Not failed is only what was pipelined behind a response that said
// `Connection: close`. On SIGHUP no connection may be closed at all.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
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
    "usage: signals_check --errata FILE --folder FOLDER [--reloads N] [--drains N]\n"
    "                     [--connections N]\n"
    "  --errata FILE    the executable to start\n"
    "  --folder FOLDER  takes its configuration and log\n"
    "  --reloads N      times SIGHUP under load (100)\n"
    "  --drains N       processes that are started, loaded and ended by SIGTERM (10)\n"
    "  --connections N  of the client (48); a third of them pause between requests\n";

struct options : check_place {
  unsigned reloads = 100;
  unsigned drains = 10;
  unsigned connections = 48;
};

class check {
 public:
  explicit check(const options& chosen)
      : chosen_(chosen), config_(chosen.folder + "/signals-errata.json") {}

  bool holds() {
    if (chosen_.reloads > 0) reload_under_load();
    for (unsigned i = 0; i < chosen_.drains; ++i) drain_under_load();
    if (chosen_.drains > 0) {
      std::cout << chosen_.drains << " drains: " << answered_ << " answers, " << announced_
                << " connections ended by Connection: close, " << untaken_
                << " requests behind them\n";
    }
    result_.require(origin_.wrong_requests() == 0, "requests reached the origin damaged");
    return result_.holds();
  }

 private:
  // Every second one has other names, so that no pool and no route is the one before. Put in place
  // whole: errata may read it at any moment.
  void write_config(unsigned version) const {
    const std::string name = version % 2 == 0 ? "even" : "odd";
    const std::string written = config_ + ".new";
    std::ofstream(written) << R"({
  "listeners": [{ "address": "127.0.0.1:0" }],
  "threads": 2,
  "upstreams": { ")" << name
                           << R"(": { "servers": ["http://127.0.0.1:)" << origin_.port()
                           << R"("], "timeouts": { "idle": "2s" } } },
  "routes": [{ "name": ")" << name
                           << R"(", "match": { "path_prefix": "/" }, "upstream": ")" << name
                           << R"(" }],
  "trusted_proxies": ["127.0.0.0/8"],
  "access_log": { "path": "/dev/null" }
}
)";
    std::filesystem::rename(written, config_);
  }

  std::string log_path() const { return chosen_.folder + "/signals-errata.log"; }

  void judge(const load_counts& counts, const child_process& errata, int exit_code,
             const std::string& when) {
    for (const std::string& wrong : counts.first_wrong) std::cout << wrong;
    result_.require(counts.wrong == 0,
                    when + ": " + std::to_string(counts.wrong) + " requests failed");
    result_.require(counts.answered >= chosen_.connections,
                    when + ": hardly anything was answered");
    result_.require_good_end(errata, exit_code);
  }

  static std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
  }

  void reload_under_load() {
    write_config(0);
    child_process errata({chosen_.errata, "run", "-c", config_}, log_path());
    const std::uint16_t port = errata.wait_until_listening(seconds(20));
    const std::size_t descriptors_before = errata.open_descriptors();
    load_client client(port, chosen_.connections, nullptr, chosen_.connections / 3);
    unsigned done = 0;
    unsigned asked = 0;
    client.run(seconds(120), [&](milliseconds) {
      // One at a time: a signal that comes while another of its kind waits is lost.
      done = static_cast<unsigned>(count(errata.log_text(), " is in use"));
      if (done < asked) return;
      if (done == chosen_.reloads) return client.finish();
      write_config(++asked);
      errata.signal(SIGHUP);
    });
    result_.require(done == chosen_.reloads, "only " + std::to_string(done) + " reloads were done");
    const load_counts& counts = client.counts();
    result_.require(counts.announced == 0,
                    "reload: " + std::to_string(counts.announced) + " connections were closed");
    const std::size_t after = result_.require_descriptors_back(errata, descriptors_before);
    const int exit_code = errata.drain(seconds(20));
    judge(counts, errata, exit_code, "reload");
    std::cout << done << " reloads: " << counts.answered << " answers over " << counts.connections
              << " connections, " << counts.wrong << " wrong; descriptors " << descriptors_before
              << " -> " << after << "\n";
  }

  void drain_under_load() {
    write_config(0);
    child_process errata({chosen_.errata, "run", "-c", config_}, log_path());
    const std::uint16_t port = errata.wait_until_listening(seconds(20));
    load_client client(port, chosen_.connections, nullptr, chosen_.connections / 3);
    bool told = false;
    client.run(seconds(20), [&](milliseconds elapsed) {
      constexpr milliseconds warm{300};
      if (told || elapsed < warm || client.counts().answered < chosen_.connections) return;
      told = true;
      client.expect_end();
      errata.signal(SIGTERM);
    });
    const load_counts& counts = client.counts();
    judge(counts, errata, errata.wait_for_exit(seconds(20)), "drain");
    result_.require(counts.announced > 0, "drain: no connection was told");
    answered_ += counts.answered;
    announced_ += counts.announced;
    untaken_ += counts.untaken;
  }

  const options& chosen_;
  std::string config_;
  tagged_origin origin_;
  verdict result_;
  std::uint64_t answered_ = 0;
  std::uint64_t announced_ = 0;
  std::uint64_t untaken_ = 0;
};

}  // namespace
}  // namespace errata::load

int main(int argc, char** argv) {
  using namespace errata::load;
  options chosen;
  const check_option known[] = {{"--reloads", &chosen.reloads},
                                {"--drains", &chosen.drains},
                                {"--connections", &chosen.connections}};
  return run_check(argc, argv, usage, chosen, known, [&] { return check(chosen).holds(); });
}
