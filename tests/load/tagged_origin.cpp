#include "tests/load/tagged_origin.hpp"

#include <sys/socket.h>

#include "tests/load/exchanges.hpp"

namespace errata::load {

tagged_origin::tagged_origin() : listener_(listen_on_loopback(0)), buffer_(64 * 1024, '\0') {
  port_ = port_of(listener_);
  poller_.add(listener_.number(), 0);
  thread_ = std::thread([this] { run(); });
}

tagged_origin::~tagged_origin() {
  stopping_ = true;
  thread_.join();
}

void tagged_origin::run() {
  while (!stopping_) {
    for (const epoll_event& event : poller_.wait(100)) {
      const std::uint64_t key = event.data.u64;
      if (key == 0) {
        accept_all();
        continue;
      }
      const auto found = connections_.find(key);
      if (found == connections_.end()) continue;
      serve(found->second, key, (event.events & ~std::uint32_t{EPOLLOUT}) != 0);
      const connection& served = found->second;
      if (!served.peer.is_open() || (served.closing && !served.peer.has_unsent())) {
        connections_.erase(found);
      }
    }
  }
}

void tagged_origin::accept_all() {
  while (true) {
    const int fd = ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::uint64_t key = next_key_++;
    connections_[key].peer = channel(descriptor(fd));
    poller_.add(fd, key);
  }
}

void tagged_origin::serve(connection& from, std::uint64_t key, bool readable) {
  const bool waited_to_send = from.peer.has_unsent();
  bool alive = from.peer.flush();
  std::string_view bytes;
  if (alive && readable) {
    const channel::read_result result = from.peer.read(buffer_, bytes);
    alive = result != channel::read_result::closed;
    from.requests.feed(bytes);
  }
  http_message request;
  while (alive && !from.closing) {
    const http_reader::progress progress = from.requests.next(request);
    if (progress == http_reader::progress::need_more) break;
    if (progress == http_reader::progress::broken) {
      ++wrong_requests_;
      alive = false;
    } else {
      answer(from, request);
    }
  }
  if (!alive) {
    from.peer.close();
  } else if (from.peer.has_unsent() != waited_to_send) {
    poller_.change(from.peer.number(), key, from.peer.has_unsent());
  }
}

void tagged_origin::answer(connection& to, const http_message& request) {
  ++requests_;
  const std::string_view line = request.start_line;
  const std::string_view method = line.substr(0, line.find(' '));
  std::string_view path = line.substr(std::min(line.size(), method.size() + 2));
  path = path.substr(0, path.find(' '));
  const exchange_kind* kind = find_kind(path.substr(0, path.find('/')));
  const std::string tag(path.substr(std::min(path.size(), path.find('/') + 1)));
  if (kind == nullptr || kind->method != method || request.count("x-request-id") != 1 ||
      request.value("x-request-id") != request_id_of(tag) ||
      (method == "POST" && !request.body.starts_with(tag + " "))) {
    ++wrong_requests_;
    to.closing = true;
    return;
  }
  to.closing = kind->origin_closes;
  to.peer.write(kind->answer(tag, request));
}

}  // namespace errata::load
