// Readiness by Asio's public async_wait. See readiness.hpp.
#ifndef ERRATA_READINESS_OP

#include "proxy/wire/readiness.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

namespace errata::wire {
namespace {

using descriptor = boost::asio::posix::stream_descriptor;

class registration final : public readiness {
 public:
  registration(boost::asio::io_context& loop, int fd, readiness_listener& listener)
      : watched_(std::make_shared<watched>(loop, listener)), fd_(fd) {}

  bool open() {
    boost::system::error_code failed;
    watched_->handle.assign(fd_, failed);
    return !failed;
  }
  bool is_open() const noexcept { return watched_->handle.is_open(); }

  void start(direction which) {
    bool& armed = watched_->armed[static_cast<std::size_t>(which)];
    if (armed) return;
    armed = true;
    // The wait on a descriptor that is not there then ends at once.
    if (!is_open() && !open()) ::shutdown(fd_, SHUT_RDWR);
    watched_->handle.async_wait(
        which == direction::read ? descriptor::wait_read : descriptor::wait_write,
        [kept = watched_, which](boost::system::error_code) {
          kept->armed[static_cast<std::size_t>(which)] = false;
          if (kept->listener != nullptr) kept->listener->on_ready(which);
        });
  }

  void finish() {
    watched_->listener = nullptr;
    if (is_open()) {
      boost::system::error_code ignored;
      watched_->handle.close(ignored);
    } else {
      ::close(fd_);
    }
    delete this;
  }

 private:
  struct watched {
    watched(boost::asio::io_context& loop, readiness_listener& who)
        : handle(loop), listener(&who) {}
    descriptor handle;
    readiness_listener* listener;
    std::array<bool, 2> armed{};
  };
  std::shared_ptr<watched> watched_;
  int fd_;
};

}  // namespace

readiness* readiness::attach(boost::asio::io_context& loop, int fd, readiness_listener& listener,
                             watching when) {
  auto* made = new registration(loop, fd, listener);
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
  return 0;
}

std::uint64_t readiness::asked_after() noexcept {
  return 0;
}

bool readiness::may_have_news() const noexcept {
  return true;
}

void readiness::detach() {
  static_cast<registration*>(this)->finish();
}

}  // namespace errata::wire

#endif  // ERRATA_READINESS_OP
