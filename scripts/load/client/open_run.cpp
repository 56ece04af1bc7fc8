#include <deque>
#include <vector>

#include "scripts/load/client/request_source.hpp"
#include "scripts/load/client/runs.hpp"
#include "scripts/load/client/tally.hpp"

namespace errata::load {
namespace {

constexpr std::uint64_t grace = 10'000'000'000;  // for what is under way at the end

class open_run {
 public:
  explicit open_run(const options& wanted)
      : wanted_(wanted),
        source_(wanted),
        tally_(wanted),
        connections_(wanted.connections),
        interval_(1e9 / wanted.rate) {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].open(ready_, i, wanted.port);
      free_.push_back(i);
    }
  }

  run_result run() {
    begin_ = now_ns() + 1'000'000;
    const std::uint64_t end = begin_ + static_cast<std::uint64_t>(wanted_.seconds * 1e9);
    std::uint64_t now = now_ns();
    while (now < end || (under_way() > 0 && now < end + grace)) {
      while (due() <= now && due() < end) waiting_.push_back(due()), ++scheduled_;
      start_waiting();
      const std::uint64_t idle_until = under_way() > 0 ? end + grace : end;
      for (const epoll_event& event : ready_.wait(due() < end ? due() : idle_until)) {
        go_on(event.data.u64);
      }
      now = now_ns();
    }
    tally_.never_answered(under_way());
    return tally_.result(wanted_.seconds);
  }

 private:
  std::uint64_t due() const {
    return begin_ + static_cast<std::uint64_t>(interval_ * static_cast<double>(scheduled_));
  }
  std::size_t under_way() const { return waiting_.size() + connections_.size() - free_.size(); }

  // A request that finds no free connection waits, and its latency counts on.
  void start_waiting() {
    while (!waiting_.empty() && !free_.empty()) {
      const std::size_t i = free_.back();
      free_.pop_back();
      connection& peer = connections_[i];
      if (!peer.is_open()) peer.open(ready_, i, wanted_.port);
      const std::string_view bytes = source_.next(peer.id);
      peer.start(bytes, false, waiting_.front());
      waiting_.pop_front();
    }
  }

  void go_on(std::size_t i) {
    connection& peer = connections_[i];
    if (!peer.is_busy()) return;
    const auto result = peer.go_on();
    if (result == connection::outcome::under_way) return;
    if (result == connection::outcome::answered) {
      tally_.answered(peer, now_ns());
    } else {
      tally_.broken(peer);
    }
    if (result == connection::outcome::broken || !peer.answer().keeps_open()) peer.close();
    free_.push_back(i);
    start_waiting();
  }

  const options& wanted_;
  request_source source_;
  tally tally_;
  ready_set ready_;
  std::vector<connection> connections_;
  std::vector<std::size_t> free_;
  std::deque<std::uint64_t> waiting_;  // when each should have started
  double interval_;
  std::uint64_t begin_ = 0, scheduled_ = 0;
};

}  // namespace

run_result run_open(const options& wanted) {
  return open_run(wanted).run();
}

}  // namespace errata::load
