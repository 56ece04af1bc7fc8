// Requests that wait until a connection to their upstream comes free: first come, first served.
// Threads: one worker.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <functional>

namespace errata {

class connection;

class pending_queue {
 public:
  // Wakes a connection once whoever freed what it waits for is done.
  using wake_later = std::function<void(connection&)>;

  pending_queue(const wake_later& wake, std::size_t most) : wake_(wake), most_(most) {}
  pending_queue(const pending_queue&) = delete;
  pending_queue& operator=(const pending_queue&) = delete;

  // One request's place. It leaves the queue with its request; a turn that was not used is passed
  // on.
  class place : public boost::intrusive::list_base_hook<> {
   public:
    place(pending_queue& queue, connection& who) noexcept : queue_(queue), who_(who) {}
    ~place() { leave(); }
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    // Takes a place at the end, or keeps the first one after a turn that came to nothing. False
    // when the queue is full.
    bool join();
    // Whether a connection came free for it. Its client's sleeper is woken when it does.
    bool is_called() const noexcept { return called_; }
    // It was woken and takes its turn: from now on newcomers may try as well.
    void come() noexcept;
    // It got a connection.
    void use();
    void leave();

   private:
    friend class pending_queue;
    // Whether it was called, and is not any more.
    bool end_call() noexcept;

    pending_queue& queue_;
    connection& who_;
    bool called_ = false;
    bool awaited_ = false;  // called, and did not come yet
    bool had_turn_ = false;
  };

  // Whether somebody waits, or was called and did not come yet: then newcomers wait too.
  bool has_waiting() const noexcept { return awaited_ > 0 || !waiting_.empty(); }
  // A connection came free, or may be opened.
  void call_next();

 private:
  const wake_later& wake_;
  std::size_t most_;
  boost::intrusive::list<place> waiting_;  // not called yet
  std::size_t awaited_ = 0;                // called, and did not come yet
  bool owes_call_ = false;                 // who waits only for them may find another connection
};

}  // namespace errata
