// The readiness operation on Asio's own reactor. See readiness.hpp.
#ifdef ERRATA_READINESS_OP

#include "proxy/wire/readiness.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/detail/epoll_reactor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/version.hpp>

static_assert(BOOST_VERSION / 100 == 1081,
              "written against the inside of Asio 1.81: build with -DERRATA_READINESS_OP=OFF");

namespace errata::wire {
namespace {

using reactor = boost::asio::detail::epoll_reactor;
using reactor_op = boost::asio::detail::reactor_op;

class registration final : public readiness {
 public:
  registration(reactor& loop, int fd, readiness_listener& listener)
      : loop_(loop),
        fd_(fd),
        listener_(&listener),
        ops_{op(*this, direction::read), op(*this, direction::write)} {}

  bool open() { return loop_.register_descriptor(fd_, state_) == 0; }

  void start(direction which) {
    op& wait = ops_[static_cast<std::size_t>(which)];
    if (wait.armed) return;
    wait.armed = true;
    ++outstanding_;
    wait.ec_ = {};
    const int type = which == direction::read ? reactor::read_op : reactor::write_op;
    loop_.start_op(type, fd_, state_, &wait, false, true);
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
        : reactor_op(
              {}, [](reactor_op*) { return done_and_exhausted; }, &op::completed),
          owner(&r),
          which(d) {}

    static void completed(void* loop, boost::asio::detail::operation* base,
                          const boost::system::error_code&, std::size_t) {
      auto* self = static_cast<op*>(base);
      self->armed = false;
      self->owner->fired(self->which, loop != nullptr);
    }

    registration* owner;
    direction which;
    bool armed = false;
  };

  void fired(direction which, bool running) {
    --outstanding_;
    if (listener_ == nullptr) {
      if (outstanding_ == 0) delete this;
      return;
    }
    // Not running: the loop is being destroyed and drops what is queued.
    if (running) listener_->on_ready(which);
  }

  reactor& loop_;
  int fd_;
  reactor::per_descriptor_data state_ = nullptr;
  readiness_listener* listener_;
  int outstanding_ = 0;
  std::array<op, 2> ops_;
};

}  // namespace

readiness* readiness::attach(boost::asio::io_context& loop, int fd, readiness_listener& listener) {
  auto& used = boost::asio::use_service<reactor>(loop);
  used.init_task();
  auto* made = new registration(used, fd, listener);
  if (made->open()) return made;
  delete made;
  return nullptr;
}

void readiness::arm(direction which) {
  static_cast<registration*>(this)->start(which);
}

void readiness::detach() {
  static_cast<registration*>(this)->finish();
}

}  // namespace errata::wire

#endif  // ERRATA_READINESS_OP
