#include <queue>
#include <utility>
#include <vector>

#include "scripts/load/client/request_source.hpp"
#include "scripts/load/client/runs.hpp"
#include "scripts/load/client/tally.hpp"

namespace errata::load {
namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t grace = 5 * second;  // for what is under way at the end
constexpr int slow_receive_buffer = 16384;

class closed_run {
 public:
  explicit closed_run(const options& wanted)
      : wanted_(wanted), source_(wanted), tally_(wanted), connections_(wanted.connections) {}

  run_result run() {
    const std::uint64_t begin = now_ns();
    if (wanted_.seconds > 0) {
      deadline_ = begin + static_cast<std::uint64_t>(wanted_.seconds * 1e9);
    }
    for (std::size_t i = 0; i < connections_.size(); ++i) send(i);
    std::uint64_t give_up = deadline_ > 0 ? deadline_ + grace : 0;
    while (under_way_ > 0) {
      const std::uint64_t now = now_ns();
      if (give_up > 0 && now > give_up) break;
      wake_slow(now);
      std::uint64_t until = slow_.empty() ? now + second : slow_.top().first;
      if (give_up > 0) until = std::min(until, give_up);
      for (const epoll_event& event : ready_.wait(until)) go_on(event.data.u64);
    }
    tally_.never_answered(under_way_);
    return tally_.result(static_cast<double>(last_answer_ - begin) / 1e9);
  }

 private:
  bool is_over(std::uint64_t now) const {
    return (deadline_ > 0 && now >= deadline_) ||
           (wanted_.requests > 0 && started_ >= wanted_.requests);
  }

  void send(std::size_t i) {
    const std::uint64_t now = now_ns();
    if (is_over(now)) return;
    connection& peer = connections_[i];
    if (!peer.is_open()) {
      peer.open(ready_, i, wanted_.port, wanted_.slow_bytes > 0 ? slow_receive_buffer : 0);
    }
    ++started_;
    ++under_way_;
    const std::string_view bytes = source_.next(peer.id);
    peer.start(bytes, false, now);
  }

  void wake_slow(std::uint64_t now) {
    while (!slow_.empty() && slow_.top().first <= now) {
      const std::size_t i = slow_.top().second;
      slow_.pop();
      if (connections_[i].has_more()) read(i);
    }
  }

  void go_on(std::size_t i) {
    connection& peer = connections_[i];
    if (!peer.is_busy()) {
      // Between two requests: only a hang-up can come, and the next send() connects anew.
      return;
    }
    if (peer.has_more()) return;  // it pauses
    read(i);
  }

  void read(std::size_t i) {
    connection& peer = connections_[i];
    const bool slow = wanted_.slow_bytes > 0;
    const bool aborts = wanted_.abort_every > 0 && peer_turn(i) % wanted_.abort_every == 0;
    const auto result = peer.go_on(aborts ? 512 : slow ? wanted_.slow_bytes : SIZE_MAX);
    if (result == connection::outcome::under_way) {
      if (!peer.has_more()) return;
      if (aborts) {
        tally_.aborted();
        return finish(i, true);
      }
      slow_.emplace(now_ns() + std::uint64_t{wanted_.slow_pause_ms} * 1'000'000, i);
      return;
    }
    last_answer_ = now_ns();
    if (result == connection::outcome::answered) {
      tally_.answered(peer, last_answer_);
    } else {
      tally_.broken(peer);
    }
    finish(i,
           result == connection::outcome::broken || wanted_.fresh || !peer.answer().keeps_open());
  }

  // Another count for each connection, so that they do not all hang up at once.
  std::uint64_t peer_turn(std::size_t i) const { return tally_.answers() + i; }

  void finish(std::size_t i, bool hang_up) {
    --under_way_;
    if (hang_up) connections_[i].close();
    send(i);
  }

  const options& wanted_;
  request_source source_;
  tally tally_;
  ready_set ready_;
  std::vector<connection> connections_;
  using pause = std::pair<std::uint64_t, std::size_t>;  // until when, which connection
  std::priority_queue<pause, std::vector<pause>, std::greater<>> slow_;
  std::uint64_t deadline_ = 0, started_ = 0, under_way_ = 0, last_answer_ = 0;
};

}  // namespace

run_result run_closed(const options& wanted) {
  return closed_run(wanted).run();
}

}  // namespace errata::load
