#include "tests/support/scripted_origin.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace errata::testing {
namespace {

int bound_socket(std::uint16_t& port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const auto generic = reinterpret_cast<sockaddr*>(&address);
  if (descriptor < 0 || ::bind(descriptor, generic, size) != 0 ||
      ::getsockname(descriptor, generic, &size) != 0)
    throw std::runtime_error("no free port on 127.0.0.1");
  port = ntohs(address.sin_port);
  return descriptor;
}

}  // namespace

bool origin_connection::read_head() {
  std::string raw;
  if (!stream_.read_until("\r\n\r\n", raw)) return false;
  last_ = recorded_request{};
  last_.connection = number_;
  last_.head = parse_head(std::move(raw));
  const auto& line = last_.head.start_line;
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first != std::string::npos && last > first) {
    last_.method = line.substr(0, first);
    last_.target = line.substr(first + 1, last - first - 1);
    last_.version = line.substr(last + 1);
  }
  index_ = origin_.record(last_);
  return true;
}

bool origin_connection::read_body() {
  last_.body = read_request_body(stream_, last_.head);
  origin_.update(index_, last_);
  return last_.body.complete;
}

void origin_connection::send_bytewise(std::string_view bytes) {
  for (const char& byte : bytes)
    if (!stream_.send({&byte, 1})) return;
}

void origin_connection::wait_for_release() {
  std::unique_lock lock(origin_.mutex_);
  origin_.changed_.wait(lock, [this] { return origin_.released_ || origin_.stopping_; });
}

void origin_connection::reset() {
  const std::lock_guard lock(origin_.mutex_);
  stream_.reset();
}

void origin_connection::close() {
  const std::lock_guard lock(origin_.mutex_);
  stream_.close();
}

origin_behaviour answer(std::string response) {
  return [response = std::move(response)](origin_connection& connection) {
    while (connection.read_request() && connection.send(response)) {
    }
  };
}

origin_behaviour answer_in_turn(std::vector<std::string> responses) {
  auto next = std::make_shared<std::atomic<std::size_t>>(0);
  return [responses = std::move(responses), next](origin_connection& connection) {
    while (connection.read_request()) {
      const auto index = std::min(next->fetch_add(1), responses.size() - 1);
      if (!connection.send(responses[index])) return;
    }
  };
}

origin_behaviour answer_and_close(std::string response) {
  return [response = std::move(response)](origin_connection& connection) {
    if (connection.read_request()) connection.send(response);
  };
}

origin_behaviour by_connection(std::vector<origin_behaviour> behaviours) {
  return [behaviours = std::move(behaviours)](origin_connection& connection) {
    behaviours[std::min(connection.number(), behaviours.size()) - 1](connection);
  };
}

std::string ok_with(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

scripted_origin::scripted_origin(origin_behaviour behaviour) : behaviour_(std::move(behaviour)) {
  listening_ = bound_socket(port_);
  if (::listen(listening_, 1024) != 0 || ::pipe2(wake_, O_CLOEXEC) != 0)
    throw std::runtime_error("cannot listen on 127.0.0.1");
  acceptor_ = std::thread([this] { accept_loop(); });
}

scripted_origin::~scripted_origin() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  [[maybe_unused]] const auto written = ::write(wake_[1], "x", 1);
  acceptor_.join();
  ::close(listening_);
  for (auto& one : running_) {
    {
      const std::lock_guard lock(mutex_);
      one.stream.shut_down();
    }
    one.thread.join();
  }
  ::close(wake_[0]);
  ::close(wake_[1]);
}

void scripted_origin::accept_loop() {
  for (;;) {
    pollfd waited[2] = {{listening_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    if (::poll(waited, 2, -1) < 0) continue;
    if (waited[1].revents != 0) return;
    const int descriptor = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) continue;
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    const auto number = ++connections_;
    ++open_;
    auto& one = running_.emplace_back();
    one.stream = byte_stream(descriptor);
    one.thread = std::thread([this, &one, number, behaviour = behaviour_] {
      origin_connection connection(*this, one.stream, number);
      behaviour(connection);
      {
        const std::lock_guard guard(mutex_);
        one.stream.close();
        one.ended = true;
        --open_;
      }
      changed_.notify_all();
    });
    changed_.notify_all();
    join_ended();
  }
}

// With mutex_ held, which an ended thread has let go of for good but for its last notification.
// A thread that nobody joins keeps its stack.
void scripted_origin::join_ended() {
  std::erase_if(running_, [](running& one) {
    if (one.ended) one.thread.join();
    return one.ended;
  });
}

std::size_t scripted_origin::record(const recorded_request& request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(request);
  changed_.notify_all();
  return forgotten_ + requests_.size() - 1;
}

void scripted_origin::update(std::size_t index, const recorded_request& request) {
  const std::lock_guard lock(mutex_);
  if (index >= forgotten_) requests_[index - forgotten_] = request;
  changed_.notify_all();
}

void scripted_origin::behave(origin_behaviour behaviour) {
  const std::lock_guard lock(mutex_);
  behaviour_ = std::move(behaviour);
}

std::vector<recorded_request> scripted_origin::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t scripted_origin::request_count() const {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

std::size_t scripted_origin::connection_count() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

bool scripted_origin::wait_for_requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return requests_.size() >= count; });
}

bool scripted_origin::wait_for_connections(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return connections_ >= count; });
}

bool scripted_origin::wait_for_all_closed() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return open_ == 0; });
}

void scripted_origin::forget() {
  const std::lock_guard lock(mutex_);
  forgotten_ += requests_.size();
  requests_.clear();
}

void scripted_origin::release() {
  {
    const std::lock_guard lock(mutex_);
    released_ = true;
  }
  changed_.notify_all();
}

refusing_port::refusing_port() : descriptor_(bound_socket(port_)) {}

refusing_port::~refusing_port() {
  ::close(descriptor_);
}

unanswering_port::unanswering_port() : descriptor_(bound_socket(port_)) {
  // The queue holds one more than asked for; further attempts get no answer at all.
  if (::listen(descriptor_, 0) != 0) throw std::runtime_error("cannot listen on 127.0.0.1");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < 4; ++i) {
    const int filler = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (filler < 0) continue;
    [[maybe_unused]] const int begun =
        ::connect(filler, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    fillers_.push_back(filler);
  }
}

unanswering_port::~unanswering_port() {
  for (const int filler : fillers_) ::close(filler);
  ::close(descriptor_);
}

}  // namespace errata::testing
