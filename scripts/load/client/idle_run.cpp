#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <vector>

#include "scripts/load/client/request_source.hpp"
#include "scripts/load/client/runs.hpp"
#include "scripts/load/client/tally.hpp"

namespace errata::load {
namespace {

constexpr std::uint64_t patience = 5'000'000'000;

}  // namespace

run_result run_idle(const options& wanted) {
  request_source source(wanted);
  tally counted(wanted);
  ready_set ready;
  std::vector<connection> connections(wanted.connections);
  const std::uint64_t begin = now_ns();
  for (std::size_t i = 0; i < connections.size(); ++i) {
    connection& peer = connections[i];
    peer.open(ready, i, wanted.port);
    const std::uint64_t started = now_ns();
    peer.start(source.next(peer.id), false, started);
    while (peer.is_busy()) {
      for (const epoll_event& event : ready.wait(started + patience)) {
        if (event.data.u64 != i) continue;
        const auto result = peer.go_on();
        if (result == connection::outcome::answered) counted.answered(peer, now_ns());
        if (result == connection::outcome::broken) counted.broken(peer);
      }
      if (now_ns() > started + patience) throw std::runtime_error("no answer in 5 s");
    }
  }
  std::puts("ready");
  std::fflush(stdout);
  char ignored = 0;
  while (::read(STDIN_FILENO, &ignored, 1) > 0) continue;
  std::uint64_t gone = 0;
  for (const connection& peer : connections) gone += peer.is_quiet() ? 0 : 1;
  counted.never_answered(gone);
  return counted.result(static_cast<double>(now_ns() - begin) / 1e9);
}

}  // namespace errata::load
