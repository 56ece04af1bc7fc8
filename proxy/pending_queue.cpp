#include "proxy/pending_queue.hpp"

#include <utility>

namespace errata {

void pending_queue::place::come() noexcept {
  if (std::exchange(awaited_, false)) --queue_.awaited_;
}

bool pending_queue::place::end_call() noexcept {
  come();
  return std::exchange(called_, false);
}

bool pending_queue::place::join() {
  end_call();
  if (had_turn_) {
    queue_.waiting_.push_front(*this);
    return true;
  }
  if (queue_.waiting_.size() >= queue_.most_) return false;
  if (queue_.waiting_.empty() && queue_.awaited_ > 0) queue_.owes_call_ = true;
  queue_.waiting_.push_back(*this);
  return true;
}

void pending_queue::place::use() {
  if (end_call() && std::exchange(queue_.owes_call_, false)) queue_.call_next();
}

void pending_queue::place::leave() {
  if (is_linked()) queue_.waiting_.erase(queue_.waiting_.iterator_to(*this));
  if (end_call()) queue_.call_next();
}

void pending_queue::call_next() {
  if (waiting_.empty()) return;
  place& first = waiting_.front();
  waiting_.pop_front();
  first.called_ = first.awaited_ = first.had_turn_ = true;
  ++awaited_;
  wake_(first.who_);
}

}  // namespace errata
