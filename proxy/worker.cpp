#include "proxy/worker.hpp"

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <ctime>
#include <system_error>

#include "policies/envelope.hpp"
#include "policies/request_id.hpp"
#include "proxy/listener.hpp"
#include "proxy/retry_after.hpp"

namespace errata {
namespace {

// Deadlines are seen up to this late.
constexpr std::chrono::milliseconds tick_length{100};
constexpr std::size_t log_flush_bytes = 32 * 1024;
constexpr std::size_t log_bound_bytes = 1024 * 1024;  // lines beyond it are dropped and counted

// Descriptors have the lowest free number, so a client's tells how many are in use. What is left
// then serves the clients there are: their upstreams, log files, a reload.
int usable_descriptors() noexcept {
  constexpr rlim_t reserve = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 1U << 30U) return 1 << 30;
  return static_cast<int>(limit.rlim_cur - std::min(reserve, limit.rlim_cur / 4));
}

}  // namespace

refusal_text::refusal_text(const runtime& used) {
  const catalog_row& row = used.settings->errors.for_cause(cause::overloaded);
  std::string body;
  used.errors.append_authored(body, error_format::envelope, row, row.status, {});
  until_id = "HTTP/1.1 503 Service Unavailable\r\n";
  used.errors.append_error_fields(until_id, response_head{}, row.status);
  append_retry_after(until_id, row.status, nullptr, 1);
  append_number_line(until_id, "Content-Length: ", body.size());
  until_id.append(used.settings->request_id_header).append(": ");
  rest = "Connection: close\r\n\r\n" + body;
}

worker_runtime::worker_runtime(std::shared_ptr<const runtime> used, upstream_host& host)
    : shared(std::move(used)), refusal(*shared) {
  for (std::size_t i = 0; i < shared->settings->upstreams.size(); ++i) {
    groups.push_back(std::make_unique<upstream_group>(host, shared->settings->upstreams[i],
                                                      shared->endpoints[i]));
  }
}

worker::worker(shared_state& shared, std::shared_ptr<const runtime> used,
               std::vector<int> listening)
    : shared_(shared),
      usable_descriptors_(usable_descriptors()),
      // Where half of them are in use they are for clients, and bodies go through buffers.
      pipes_(usable_descriptors_ / 2),
      current_(std::make_shared<worker_runtime>(std::move(used), upstreams_)) {
  for (const int fd : listening) listeners_.push_back(std::make_unique<listener>(*this, fd));
  update_date();
}

worker::~worker() = default;

void worker::run() {
  wire::pipe_pool::block_broken_pipe_signal();
  tick();
  loop_.run();
  flush_log();
  // What the sink does not take now is lost.
  counters_.log_lines_dropped.add(
      static_cast<std::uint64_t>(std::count(log_lines_.begin(), log_lines_.end(), '\n')));
}

void worker::reload(std::shared_ptr<const runtime> next, std::shared_ptr<std::latch> done) {
  boost::asio::post(loop_, [this, next = std::move(next), done = std::move(done)] {
    flush_log();
    retired_.push_back(current_);
    current_ = std::make_shared<worker_runtime>(next, upstreams_);
    done->count_down();
  });
}

void worker::drain() {
  boost::asio::post(loop_, [this] { begin_drain(); });
}

void worker::stop() {
  boost::asio::post(loop_, [this] { begin_stop(); });
}

std::int64_t worker::now_ms() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

std::array<std::uint8_t, 10> worker::entropy() {
  std::array<std::uint8_t, 10> bytes;
  if (random_.size() - random_used_ < bytes.size()) {
    std::size_t filled = 0;
    while (filled < random_.size()) {
      const ssize_t got = ::getrandom(random_.data() + filled, random_.size() - filled, 0);
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    random_used_ = 0;
  }
  std::copy_n(random_.begin() + static_cast<std::ptrdiff_t>(random_used_), bytes.size(),
              bytes.begin());
  random_used_ += bytes.size();
  return bytes;
}

std::unique_ptr<exchange_scratch> worker::take_scratch() {
  if (scratch_.empty()) return std::make_unique<exchange_scratch>();
  auto lent = std::move(scratch_.back());
  scratch_.pop_back();
  return lent;
}

void worker::give_back(std::unique_ptr<exchange_scratch> scratch) {
  scratch->reset();
  if (scratch_.size() < 256) scratch_.push_back(std::move(scratch));
}

void worker::accept(int fd, const sockaddr_storage& peer) {
  counters_.connections_accepted.add();
  const configuration& settings = *current_->shared->settings;
  const std::size_t per_client = settings.limits.connections_per_ip;
  const ip_address address = address_of(peer);
  const bool counted = per_client != 0 && !any_contains(settings.trusted_proxies, address);
  bool room =
      shared_.connections.fetch_add(1, std::memory_order_relaxed) < settings.limits.connections &&
      fd < usable_descriptors_ && pressure() != memory_pressure::shedding;
  room = room && (!counted || shared_.addresses.add(address, per_client));
  if (!room) {
    shared_.connections.fetch_sub(1, std::memory_order_relaxed);
    counters_.connections_refused.add();
    refuse(fd);
    return;
  }
  counters_.connections_open.add();
  auto* accepted = new connection(*this, fd, peer, counted);
  connections_.push_back(*accepted);
  accepted->serve();
}

// Over the cap: an envelope at once, from a connection that costs nothing further. All of it but
// the id and the date is made once a configuration.
void worker::refuse(int fd) {
  const refusal_text& text = current_->refusal;
  const minted_id id = mint_request_id(static_cast<std::uint64_t>(date_second_) * 1000, entropy());
  static constexpr std::string_view line_end = "\r\n";
  const auto piece = [](std::string_view of) {
    return iovec{const_cast<char*>(of.data()), of.size()};
  };
  std::array<iovec, 5> pieces{piece(text.until_id), piece({id.data(), id.size()}), piece(line_end),
                              piece(date_line_), piece(text.rest)};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  // Unread bytes at close would make the kernel send a reset that destroys the reply.
  std::array<char, 16 * 1024> ignored;
  [[maybe_unused]] const ssize_t got = ::recv(fd, ignored.data(), ignored.size(), MSG_DONTWAIT);
  [[maybe_unused]] const ssize_t sent = ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  ::shutdown(fd, SHUT_WR);
  ::close(fd);
}

void worker::finished(connection& done) {
  connections_.erase(connections_.iterator_to(done));
  std::erase(yielded_, &done);
  turns_.forget(done.own_waker());
  std::replace(due_.begin(), due_.end(), &done, static_cast<connection*>(nullptr));
  if (done.counts_by_address()) shared_.addresses.remove(done.peer());
  delete &done;
  counters_.connections_open.subtract();
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
  for (const auto& one : listeners_) one->wait_anew();
  leave_when_empty();
}

void worker::wake_later(connection& busy) {
  yielded_.push_back(&busy);
  post_yielded();
}

void worker::post_yielded() {
  if (yielded_posted_) return;
  boost::asio::post(loop_, [this] { wake_yielded(); });
  yielded_posted_ = true;
}

void worker::wake_yielded() {
  yielded_posted_ = false;
  turns_.let_all_send();
  // Whoever yields again meanwhile is posted anew.
  for (std::size_t left = yielded_.size(); left > 0 && !yielded_.empty(); --left) {
    connection* next = yielded_.front();
    yielded_.erase(yielded_.begin());
    next->wake();
  }
  if (!yielded_.empty()) post_yielded();
}

void worker::log(const log_sink& sink, const exchange_record& record) {
  if (log_lines_.size() > log_bound_bytes) {
    counters_.log_lines_dropped.add();
    return;
  }
  append_log_line(log_lines_, record);
  if (log_lines_.size() > log_flush_bytes) write_log(sink);
}

void worker::flush_log() {
  if (!log_lines_.empty()) write_log(current_->shared->log);
}

// What is wrong with the sink is said once, before lines are lost: so many are kept meanwhile.
void worker::write_log(const log_sink& sink) {
  const int failed = sink.write(log_lines_);
  if (failed == log_error_ || (failed == 0 && !log_lines_.empty())) return;
  log_error_ = failed;
  if (failed == 0) {
    spdlog::warn("access log: its sink takes lines again");
  } else {
    spdlog::warn("access log: {}: lines are kept, up to {} KiB a thread, then dropped",
                 std::generic_category().message(failed), log_bound_bytes / 1024);
  }
}

// The sweep: one timer a thread instead of one an operation.
void worker::tick() {
  turns_.let_all_send();
  const std::int64_t now = now_ms();
  if (update_date()) {
    report_drops();
    watch_memory();
    pipes_.sweep();
  }
  due_.clear();
  for (connection& one : connections_) {
    if (one.deadline_ms() != 0 && now >= one.deadline_ms() && !one.expired()) {
      one.expire();
      due_.push_back(&one);
    } else if ((one.is_idle() && one.look_once()) || one.watch_now()) {
      due_.push_back(&one);
    }
  }
  // Waking one may end it, and then finished() takes it out of the list.
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (due_[i] != nullptr) due_[i]->wake();
  }
  due_.clear();
  for (const auto& group : current_->groups) group->sweep(now);
  std::erase_if(retired_, [&](const std::weak_ptr<worker_runtime>& old) {
    const auto used = old.lock();
    if (!used) return true;
    for (const auto& group : used->groups) group->sweep(now);
    return false;
  });
  counters_.upstream_connections_open.set(upstreams_.open);
  for (const auto& one : listeners_) one->tick();
  flush_log();
  if (draining_ && !stopping_ && now >= drain_deadline_ms_) begin_stop();
  if (draining_ && connections_.empty()) return;
  timer_.expires_after(tick_length);
  timer_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) tick();
  });
}

// Once a second, by each thread: reading it costs a few microseconds.
void worker::watch_memory() {
  const std::uint64_t configured = current_->shared->settings->limits.memory_bytes;
  const std::uint64_t limit = configured != 0 ? configured : shared_.cgroup_memory;
  if (limit == 0) return;
  const std::uint64_t resident = resident_bytes();
  const memory_pressure now = pressure_of(resident, limit);
  const memory_pressure before = shared_.pressure.exchange(now, std::memory_order_relaxed);
  if (now == before) return;
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  const auto say = [&](const char* what) {
    spdlog::warn("memory: {} of {} MiB in use: {}", resident / mebibyte, limit / mebibyte, what);
  };
  if (now == memory_pressure::shedding) {
    say("new requests get a 503");
  } else if (now == memory_pressure::eased) {
    say("connections are closed after their request");
  } else {
    say("back to normal");
  }
}

// A full disk or a pipe that nobody reads must not go unnoticed: said once for each tick that lost
// lines.
void worker::report_drops() {
  const std::uint64_t dropped = counters_.log_lines_dropped.value();
  if (dropped != reported_drops_) {
    spdlog::warn("access log: {} lines dropped, its sink takes no more", dropped - reported_drops_);
    reported_drops_ = dropped;
  }
  const std::uint64_t pauses = counters_.accept_pauses.value();
  if (pauses != reported_pauses_) {
    spdlog::warn("accept: paused {} times for want of descriptors or memory",
                 pauses - reported_pauses_);
    reported_pauses_ = pauses;
  }
}

bool worker::update_date() {
  const std::int64_t second = std::time(nullptr);
  if (second == date_second_) return false;
  date_second_ = second;
  const std::time_t now = second;
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 64> text;
  const std::size_t size =
      std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  date_line_.assign(text.data(), size);
  return true;
}

void worker::begin_drain() {
  if (draining_) return;
  draining_ = true;
  const timeouts_config& timeouts = current_->shared->settings->timeouts;
  drain_deadline_ms_ = now_ms() + timeouts.drain.count();
  const milliseconds idle = std::min(timeouts.drain_idle, timeouts.drain);
  drain_idle_until_ms_ = idle.count() == 0 ? 0 : now_ms() + idle.count();
  for (const auto& one : listeners_) one->finish();
  due_.clear();
  for (connection& one : connections_) {
    one.drain();
    if (one.expired()) due_.push_back(&one);
  }
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (due_[i] != nullptr) due_[i]->wake();
  }
  due_.clear();
  leave_when_empty();
}

void worker::begin_stop() {
  draining_ = true;
  stopping_ = true;
  for (const auto& one : listeners_) one->finish();
  due_.clear();
  for (connection& one : connections_) due_.push_back(&one);
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (due_[i] != nullptr) due_[i]->wake();
  }
  due_.clear();
  leave_when_empty();
}

void worker::leave_when_empty() {
  if (!draining_ || !connections_.empty()) return;
  timer_.cancel();
  // Idle upstream connections would keep the loop running.
  loop_.stop();
}

}  // namespace errata
