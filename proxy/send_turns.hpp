// Sends of one loop in a row: whoever is about to send waits until the others that have news of
// their sockets are as far. Why: docs/decisions/0015-sends-go-out-in-a-row.md.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <vector>

#include "proxy/task.hpp"

namespace errata {

// One thread: that of the loop, which must outlive this.
class send_turns {
 public:
  explicit send_turns(boost::asio::io_context& loop) : loop_(loop) {}
  send_turns(const send_turns&) = delete;
  send_turns& operator=(const send_turns&) = delete;

  // Whether `sender` has to wait; then it is woken when the loop has gone through all that it knew
  // of, or 64 others wait. Who is woken by something else before may send as well: its turn wakes
  // it once more. Mostly false where those who waited lately waited alone. `sender`: until its
  // turn, or forget().
  bool must_wait(waker& sender);

  // Wakes all who wait: for who is about to keep the thread busy. May be called by one of those
  // who are being woken.
  void let_all_send();

  // `sender` is no longer to be woken.
  void forget(waker& sender) noexcept;

 private:
  void turn();

  // So many go without a turn's having come: nobody waits for a whole crowd.
  static constexpr std::size_t most_waiting = 64;
  // For so many sends nobody waits when turns are taken alone.
  static constexpr unsigned most_at_once = 64;

  boost::asio::io_context& loop_;
  std::vector<waker*> waiting_;
  std::vector<waker*> woken_;  // nullptr: forgotten
  std::size_t next_ = 0;       // of woken_
  bool posted_ = false;
  unsigned at_once_ = 0;
  unsigned at_once_left_ = 0;
};

}  // namespace errata
