// The load client: what wrk and h2load cannot do. See usage in options.cpp.
#include <sys/resource.h>

#include <cstdio>
#include <exception>

#include "scripts/load/client/options.hpp"
#include "scripts/load/client/runs.hpp"

int main(int argc, char** argv) {
  using namespace errata::load;
  options wanted;
  try {
    wanted = read_options(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load_client: %s\n%s", error.what(), usage);
    return 2;
  }
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  try {
    const auto run = wanted.mode == options::kind::open     ? run_open
                     : wanted.mode == options::kind::idle   ? run_idle
                     : wanted.mode == options::kind::corpus ? run_corpus
                                                            : run_closed;
    const run_result result = run(wanted);
    std::puts(result.json.c_str());
    return result.wrong == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load_client: %s\n", error.what());
    return 3;
  }
}
