#include "proxy/health_checker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <string_view>

namespace errata {
namespace {

std::int64_t now_ms() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// Nine to eleven tenths of the interval: servers that were added together are not asked together.
std::int64_t jittered(std::int64_t interval_ms) noexcept {
  std::uint32_t random = 0;
  [[maybe_unused]] const auto got = ::getrandom(&random, sizeof random, GRND_NONBLOCK);
  const std::int64_t spread = std::max<std::int64_t>(interval_ms / 5, 1);
  return interval_ms - spread / 2 + static_cast<std::int64_t>(random) % spread;
}

// "HTTP/1.1 204": 200 to 399 is well, as at HAProxy's httpchk.
bool is_well(std::string_view answer) noexcept {
  constexpr std::string_view name = "HTTP/1.";
  return answer.size() >= 12 && answer.starts_with(name) && answer[8] == ' ' &&
         (answer[9] == '2' || answer[9] == '3');
}

// One server under observation: one check at a time.
class target {
 public:
  target(const upstream_config& upstream, endpoint_address& address)
      : upstream_(upstream),
        address_(address),
        tally_(upstream.health, address.is_healthy()),
        request_("GET " + upstream.health.path + " HTTP/1.1\r\nHost: " + address.name() +
                 "\r\nUser-Agent: errata-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n"),
        due_ms_(now_ms()) {}
  ~target() { hang_up(); }
  target(const target&) = delete;
  target& operator=(const target&) = delete;

  bool is_busy() const noexcept { return fd_ >= 0; }
  std::int64_t due_ms() const noexcept { return due_ms_; }  // of the next check, or of its end
  pollfd wanted() const noexcept {
    const bool sending = sent_ < request_.size();
    return {fd_, static_cast<short>(sending ? POLLOUT : POLLIN), 0};
  }

  void time_passed(std::int64_t now) {
    if (now < due_ms_) return;
    if (is_busy()) {
      conclude(false, "no answer in time");
    } else {
      begin(now);
    }
  }

  void ready() {
    if (sent_ < request_.size()) {
      const auto left = std::string_view(request_).substr(sent_);
      const ssize_t sent = ::send(fd_, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno != EAGAIN) return conclude(false, "it cannot be reached");
      if (sent > 0) sent_ += static_cast<std::size_t>(sent);
      return;
    }
    std::array<char, 512> part;
    const ssize_t got = ::recv(fd_, part.data(), part.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got > 0) answer_.append(part.data(), static_cast<std::size_t>(got));
    constexpr std::size_t status_line = 12;
    if (answer_.size() >= status_line || got <= 0) {
      conclude(is_well(answer_),
               answer_.empty() ? "it closed without an answer" : "its answer is not 200 to 399");
    }
  }

 private:
  void begin(std::int64_t now) {
    const auto addresses = address_.addresses();
    due_ms_ = now + upstream_.health.timeout.count();
    answer_.clear();
    sent_ = 0;
    if (!addresses || addresses->empty()) return conclude(false, "its name is not resolved");
    const socket_address& to = addresses->front();
    fd_ = ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    // Our own want of descriptors says nothing about the server.
    if (fd_ < 0) {
      due_ms_ = now + jittered(upstream_.health.interval.count());
      return;
    }
    const int begun = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to.storage), to.size);
    if (begun != 0 && errno != EINPROGRESS) conclude(false, "it cannot be reached");
  }

  void conclude(bool well, std::string_view why) {
    hang_up();
    due_ms_ = now_ms() + jittered(upstream_.health.interval.count());
    if (!tally_.report(well)) return;
    address_.set_healthy(tally_.is_healthy());
    if (tally_.is_healthy()) {
      spdlog::info("upstream {}: {} is well again", upstream_.name, address_.name());
    } else {
      spdlog::warn("upstream {}: {} fails its health checks: {}", upstream_.name, address_.name(),
                   why);
    }
  }

  void hang_up() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  const upstream_config& upstream_;
  endpoint_address& address_;
  health_tally tally_;
  std::string request_;
  std::string answer_;
  std::size_t sent_ = 0;
  std::int64_t due_ms_;
  int fd_ = -1;
};

using target_list = std::vector<std::unique_ptr<target>>;

target_list targets_of(const runtime& used) {
  target_list targets;
  for (std::size_t i = 0; i < used.endpoints.size(); ++i) {
    const upstream_config& upstream = used.settings->upstreams[i];
    if (upstream.health.path.empty()) continue;
    for (const auto& one : used.endpoints[i]) {
      targets.push_back(std::make_unique<target>(upstream, *one));
    }
  }
  return targets;
}

// Waits for the wake-up, an answer or the next time that something is due.
void wait_and_step(const target_list& targets, int wake_fd) {
  std::vector<pollfd> polled{{wake_fd, POLLIN, 0}};
  std::vector<target*> busy;
  std::int64_t due = now_ms() + 60'000;
  for (const auto& one : targets) {
    due = std::min(due, one->due_ms());
    if (!one->is_busy()) continue;
    polled.push_back(one->wanted());
    busy.push_back(one.get());
  }
  const std::int64_t patience = std::clamp<std::int64_t>(due - now_ms(), 0, 60'000);
  if (::poll(polled.data(), polled.size(), static_cast<int>(patience)) > 0) {
    for (std::size_t i = 0; i < busy.size(); ++i) {
      if (polled[i + 1].revents != 0) busy[i]->ready();
    }
    std::uint64_t ignored = 0;
    if (polled[0].revents != 0) {
      [[maybe_unused]] const auto got = ::read(wake_fd, &ignored, sizeof ignored);
    }
  }
  for (const auto& one : targets) one->time_passed(now_ms());
}

bool has_checks(const runtime& used) {
  return std::any_of(used.settings->upstreams.begin(), used.settings->upstreams.end(),
                     [](const upstream_config& u) { return !u.health.path.empty(); });
}

}  // namespace

bool health_tally::report(bool well) noexcept {
  if (well == healthy_) {
    against_ = 0;
    return false;
  }
  if (++against_ < (well ? settings_.healthy : settings_.unhealthy)) return false;
  against_ = 0;
  healthy_ = well;
  return true;
}

health_checker::health_checker() : wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void health_checker::use(std::shared_ptr<const runtime> used) {
  const bool wanted = has_checks(*used);
  {
    const std::lock_guard lock(mutex_);
    next_ = std::move(used);
    changed_ = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto told = ::write(wake_fd_, &one, sizeof one);
  if (wanted && !thread_.joinable() && !ending_) thread_ = std::thread([this] { run(); });
}

void health_checker::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto told = ::write(wake_fd_, &one, sizeof one);
  if (thread_.joinable()) thread_.join();
  if (wake_fd_ >= 0) ::close(wake_fd_);
  wake_fd_ = -1;
}

void health_checker::run() {
  std::shared_ptr<const runtime> used;  // what the targets refer to
  target_list targets;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (ending_) break;
      if (changed_) {
        targets.clear();
        used = next_;
        targets = targets_of(*used);
        changed_ = false;
      }
    }
    wait_and_step(targets, wake_fd_);
  }
}

}  // namespace errata
