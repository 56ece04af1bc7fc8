#include "proxy/send_turns.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace errata {

bool send_turns::must_wait(waker& sender) {
  if (at_once_left_ > 0) {
    --at_once_left_;
    return false;
  }
  if (waiting_.size() == most_waiting) let_all_send();
  waiting_.push_back(&sender);
  if (!posted_) {
    // Behind the events that the loop has already, and behind its next look at the kernel.
    boost::asio::post(loop_, [this] { turn(); });
    posted_ = true;
  }
  return true;
}

void send_turns::turn() {
  posted_ = false;
  if (waiting_.empty()) return;
  // A turn costs one look at the kernel where there is nothing else to do: where it brings nobody
  // together it is tried ever more rarely.
  at_once_ = waiting_.size() > 1 ? 0 : std::clamp(at_once_ * 2, 1U, most_at_once);
  at_once_left_ = at_once_;
  let_all_send();
}

void send_turns::let_all_send() {
  if (next_ == woken_.size()) {
    woken_.clear();
    next_ = 0;
    woken_.swap(waiting_);
  }
  // Whom it wakes may call this: then that call wakes the rest.
  while (next_ < woken_.size()) {
    waker* const sender = woken_[next_++];
    if (sender != nullptr) sender->wake();
  }
}

void send_turns::forget(waker& sender) noexcept {
  std::erase(waiting_, &sender);
  std::replace(woken_.begin(), woken_.end(), &sender, static_cast<waker*>(nullptr));
}

}  // namespace errata
