#include "proxy/pending_queue.hpp"

namespace errata {

bool pending_queue::place::join() {
  called_ = false;
  if (had_turn_) {
    queue_.waiting_.push_front(*this);
    return true;
  }
  if (queue_.waiting_.size() >= queue_.most_) return false;
  queue_.waiting_.push_back(*this);
  return true;
}

void pending_queue::place::leave() {
  if (is_linked()) queue_.waiting_.erase(queue_.waiting_.iterator_to(*this));
  if (called_) {
    called_ = false;
    queue_.call_next();
  }
}

void pending_queue::call_next() {
  if (waiting_.empty()) return;
  place& first = waiting_.front();
  waiting_.pop_front();
  first.called_ = first.had_turn_ = true;
  wake_(first.who_);
}

}  // namespace errata
