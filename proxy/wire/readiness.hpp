// Tells when a descriptor can be read or written, once for each time it is asked.
//
// Two implementations of the same contract, chosen by the build switch ERRATA_READINESS_OP:
// readiness_reactor.cpp starts an operation on Asio's own reactor that performs nothing, so that an
// edge which came early is remembered and no epoll_ctl is needed (it uses boost::asio::detail of
// 1.81); readiness_plain.cpp uses async_wait. Threads: everything on the io_context's one thread.
#pragma once

#include <cstdint>

namespace boost::asio {
class io_context;
}

namespace errata::wire {

enum class direction : std::uint8_t { read, write };

// When the kernel is told to watch a descriptor. `when_asked`: with the first arm(), so that one
// that never waits costs no epoll_ctl.
enum class watching : std::uint8_t { at_once, when_asked };

class readiness_listener {
 public:
  // Called from the event loop. May detach() and may destroy the listener.
  virtual void on_ready(direction which) = 0;

 protected:
  ~readiness_listener() = default;
};

// A descriptor's registration with the event loop.
class readiness {
 public:
  // Takes `fd` (non-blocking). Returns nullptr, leaving `fd` to the caller, when the kernel refuses
  // to watch it. `listener` outlives the registration. A descriptor that is watched when asked must
  // be a connected socket: where the kernel refuses then, it is shut down both ways and the
  // listener is called, which finds its end.
  static readiness* attach(boost::asio::io_context& loop, int fd, readiness_listener& listener,
                           watching when = watching::at_once);

  // Asks for one on_ready(which). Asking again before it came is the same as asking once.
  // A call may be spurious: the caller tries, and asks again.
  void arm(direction which);

  // Whether the kernel was told to watch.
  bool is_watched() const noexcept;

  // A moment of this thread's loop: one that is taken earlier is smaller.
  static std::uint64_t moment() noexcept;
  // The last moment after which the kernel was certainly asked for events again; 0 when not known.
  static std::uint64_t asked_after() noexcept;
  // Whether an event of this descriptor came that no listener was told of yet. Says true when it
  // cannot know.
  bool may_have_news() const noexcept;

  // Closes the descriptor and drops the listener: no further call. Frees this object, at once or
  // when the loop has let go of it.
  void detach();

 protected:
  readiness() = default;
  ~readiness() = default;
};

}  // namespace errata::wire
