// The readiness operation on Asio's own reactor. See readiness.hpp.
#ifdef ERRATA_READINESS_OP

#include "proxy/wire/readiness.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/detail/scheduler.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/version.hpp>

#include "proxy/frame_memory.hpp"

static_assert(BOOST_VERSION / 100 == 1081,
              "written against the inside of Asio 1.81: build with -DERRATA_READINESS_OP=OFF");

namespace errata::wire {
namespace {

using reactor = boost::asio::detail::epoll_reactor;
using reactor_op = boost::asio::detail::reactor_op;
using scheduler = boost::asio::detail::scheduler;

// An operation that the kernel's event completed, and nothing that was known when it was started,
// proves that the kernel was asked after that start. So starts are numbered.
struct loop_moments {
  std::uint64_t last_start = 0;
  std::uint64_t proven = 0;  // the latest start that an event came for
};
thread_local constinit loop_moments moments;

class registration final : public readiness {
 public:
  registration(reactor& loop, int fd, readiness_listener& listener)
      : loop_(loop),
        fd_(fd),
        listener_(&listener),
        ops_{op(*this, direction::read), op(*this, direction::write)} {}

  static void* operator new(std::size_t size) { return take_frame_memory(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    give_frame_memory(memory, size);
  }

  bool open() { return loop_.register_descriptor(fd_, state_) == 0; }
  bool is_open() const noexcept { return state_ != nullptr; }

  void start(direction which) {
    op& wait = ops_[static_cast<std::size_t>(which)];
    if (wait.armed) {
      if (!wait.is_settled) note_start(wait);
      return;
    }
    wait.armed = true;
    wait.is_settled = false;
    ++outstanding_;
    wait.ec_ = {};
    note_start(wait);
    if (!is_open() && open_for(wait)) return;
    const int type = which == direction::read ? reactor::read_op : reactor::write_op;
    loop_.start_op(type, fd_, state_, &wait, false, true);
    // What is performed on the spot was known before.
    if (wait.is_settled) wait.started_at = 0;
  }

  // Asio puts a descriptor with news into the loop's queue, where it is never the last: the turn to
  // ask the kernel again stands behind. (Its state is an operation first of all; the base is
  // private.)
  bool has_queued_event() const noexcept {
    auto* queued = reinterpret_cast<boost::asio::detail::operation*>(state_);
    if (queued == nullptr) return false;
    return boost::asio::detail::op_queue_access::next(queued) != nullptr;
  }

  void finish() {
    listener_ = nullptr;
    // Posts the armed waits as aborted; the descriptor leaves epoll when it is closed.
    loop_.deregister_descriptor(fd_, state_, true);
    loop_.cleanup_descriptor_data(state_);
    ::close(fd_);
    if (outstanding_ == 0) delete this;
  }

 private:
  // Performing does nothing and claims to have used the edge up, so that the reactor's speculation
  // flag then stands exactly for "an edge came while nobody waited".
  struct op final : reactor_op {
    op(registration& r, direction d)
        : reactor_op({}, &op::perform_nothing, &op::completed), owner(&r), which(d) {}

    static status perform_nothing(reactor_op* base) {
      static_cast<op*>(base)->is_settled = true;
      return done_and_exhausted;
    }

    static void completed(void* loop, boost::asio::detail::operation* base,
                          const boost::system::error_code&, std::size_t) {
      auto* self = static_cast<op*>(base);
      self->armed = false;
      self->owner->fired(*self, loop != nullptr);
    }

    registration* owner;
    direction which;
    std::uint64_t started_at = 0;  // 0: its completion proves nothing
    bool armed = false;
    bool is_settled = false;  // performed: it only waits for its turn to complete
  };

  // Registers the descriptor. True when `wait` is started with it: then the kernel's first event,
  // which tells of what is there already as well, completes it, and nothing is assumed before.
  [[gnu::cold, gnu::noinline]] bool open_for(op& wait) {
    const bool reads = wait.which == direction::read;
    // Asio counts no work for what is registered like this.
    if (reads) boost::asio::use_service<scheduler>(loop_.context()).work_started();
    const int failed =
        reads ? loop_.register_internal_descriptor(reactor::read_op, fd_, state_, &wait)
              : loop_.register_descriptor(fd_, state_);
    if (failed == 0) return reads;
    ::shutdown(fd_, SHUT_RDWR);
    wait.is_settled = true;
    wait.started_at = 0;
    // Posts the wait that is in there.
    loop_.deregister_descriptor(fd_, state_, true);
    loop_.cleanup_descriptor_data(state_);
    if (!reads) loop_.post_immediate_completion(&wait, false);
    return true;
  }

  // An event that waits in the queue already would complete it without the kernel being asked. Who
  // waits already, and has none there, might as well have started now.
  void note_start(op& wait) const noexcept {
    wait.started_at = has_queued_event() ? 0 : ++moments.last_start;
  }

  void fired(const op& ended, bool running) {
    --outstanding_;
    if (listener_ == nullptr) {
      if (outstanding_ == 0) delete this;
      return;
    }
    // Not running: the loop is being destroyed and drops what is queued.
    if (!running) return;
    moments.proven = std::max(moments.proven, ended.started_at);
    listener_->on_ready(ended.which);
  }

  reactor& loop_;
  int fd_;
  reactor::per_descriptor_data state_ = nullptr;
  readiness_listener* listener_;
  int outstanding_ = 0;
  std::array<op, 2> ops_;
};

}  // namespace

readiness* readiness::attach(boost::asio::io_context& loop, int fd, readiness_listener& listener,
                             watching when) {
  auto& used = boost::asio::use_service<reactor>(loop);
  used.init_task();
  auto* made = new registration(used, fd, listener);
  if (when == watching::when_asked || made->open()) return made;
  delete made;
  return nullptr;
}

void readiness::arm(direction which) {
  static_cast<registration*>(this)->start(which);
}

bool readiness::is_watched() const noexcept {
  return static_cast<const registration*>(this)->is_open();
}

std::uint64_t readiness::moment() noexcept {
  return moments.last_start;
}

std::uint64_t readiness::asked_after() noexcept {
  return moments.proven;
}

bool readiness::may_have_news() const noexcept {
  const auto& self = static_cast<const registration&>(*this);
  return !self.is_open() || self.has_queued_event();
}

void readiness::detach() {
  static_cast<registration*>(this)->finish();
}

}  // namespace errata::wire

#endif  // ERRATA_READINESS_OP
