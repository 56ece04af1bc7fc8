#include "proxy/server.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <array>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "proxy/health_checker.hpp"
#include "proxy/listener.hpp"
#include "proxy/worker.hpp"

namespace errata {
namespace {

// 1 Mi slots of 16 bytes: 16 MiB, and exact up to about half a million live keys.
constexpr std::size_t limit_slots = std::size_t{1} << 20U;
constexpr std::chrono::seconds resolve_again{30};
constexpr std::chrono::seconds resolve_again_after_failure{2};

std::array<std::uint64_t, 2> random_key() {
  std::array<std::uint64_t, 2> key{};
  if (::getrandom(key.data(), sizeof key, 0) != static_cast<ssize_t>(sizeof key)) {
    throw std::runtime_error("the kernel gives no random bytes");
  }
  return key;
}

// As many as the system allows without being asked: each exchange takes two.
void raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

bool same_listeners(const configuration& a, const configuration& b) {
  if (a.threads != b.threads || a.listeners.size() != b.listeners.size()) return false;
  for (std::size_t i = 0; i < a.listeners.size(); ++i) {
    if (a.listeners[i].host != b.listeners[i].host || a.listeners[i].port != b.listeners[i].port)
      return false;
  }
  return true;
}

}  // namespace

struct server::state {
  std::shared_ptr<const configuration> settings;
  std::shared_ptr<limit_table> limits;
  shared_state shared{random_key()};
  std::vector<std::unique_ptr<worker>> workers;
  std::vector<std::thread> threads;
  std::vector<std::uint16_t> ports;

  // The resolver: looks names up now and then, so that no exchange waits for DNS.
  std::thread resolver;
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<const runtime> resolved;
  bool ending = false;
  health_checker checker;

  // True when every name is known.
  static bool resolve(const runtime& used) {
    bool all = true;
    for (const auto& group : used.endpoints) {
      for (const auto& one : group) {
        if (one->is_literal()) continue;
        one->resolve();
        all &= one->addresses() != nullptr;
      }
    }
    return all;
  }

  void resolve_forever() {
    std::unique_lock lock(mutex);
    bool all = true;
    while (!ending) {
      changed.wait_for(lock, all ? resolve_again : resolve_again_after_failure);
      if (ending) return;
      const auto used = resolved;
      lock.unlock();
      all = resolve(*used);
      lock.lock();
    }
  }

  void join() {
    for (std::thread& one : threads) one.join();
    threads.clear();
    {
      const std::lock_guard lock(mutex);
      ending = true;
    }
    changed.notify_all();
    if (resolver.joinable()) resolver.join();
    checker.stop();
  }
};

server::server(std::shared_ptr<const configuration> settings) : state_(std::make_unique<state>()) {
  state_->settings = std::move(settings);
}

server::~server() {
  stop();
}

void server::start() {
  const configuration& settings = *state_->settings;
  raise_descriptor_limit();
  state_->limits = std::make_shared<limit_table>(limit_slots, random_key());
  const auto used = std::make_shared<const runtime>(state_->settings, state_->limits);
  state_->resolved = used;
  state::resolve(*used);

  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned count = settings.threads == 0 ? cores : settings.threads;
  std::vector<std::vector<int>> listening(count);
  state_->ports.clear();
  try {
    for (const listener_config& one : settings.listeners) {
      std::uint16_t port = one.port;
      for (unsigned i = 0; i < count; ++i)
        listening[i].push_back(open_listening_socket(one.host, port, i > 0));
      state_->ports.push_back(port);
    }
  } catch (...) {
    for (const auto& fds : listening) {
      for (const int fd : fds) ::close(fd);
    }
    throw;
  }
  for (unsigned i = 0; i < count; ++i) {
    state_->workers.push_back(
        std::make_unique<worker>(state_->shared, used, std::move(listening[i])));
  }
  // Signals are for the thread that waits for them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (const auto& one : state_->workers) {
    state_->threads.emplace_back([&running = *one] { running.run(); });
  }
  state_->checker.use(used);
  state_->resolver = std::thread([this] { state_->resolve_forever(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

std::vector<std::uint16_t> server::ports() const {
  return state_->ports;
}

bool server::reload(std::shared_ptr<const configuration> settings) {
  if (!same_listeners(*state_->settings, *settings)) return false;
  const auto next = std::make_shared<runtime>(settings, state_->limits);
  state::resolve(*next);
  next->inherit_health(*state_->resolved);
  state_->checker.use(next);
  {
    const std::lock_guard lock(state_->mutex);
    state_->resolved = next;
  }
  state_->settings = std::move(settings);
  // A request that comes after this returns meets the new configuration, whichever thread it meets.
  const auto done =
      std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(state_->threads.size()));
  if (state_->threads.empty()) return true;
  for (const auto& one : state_->workers) one->reload(next, done);
  done->wait();
  return true;
}

void server::drain() {
  for (const auto& one : state_->workers) one->drain();
  state_->join();
}

void server::stop() {
  for (const auto& one : state_->workers) one->stop();
  state_->join();
}

server_counters server::counters() const {
  server_counters sum;
  for (const auto& one : state_->workers) {
    const worker_counters& c = one->counters();
    sum.connections_accepted += c.connections_accepted.value();
    sum.connections_open += c.connections_open.value();
    sum.connections_refused += c.connections_refused.value();
    sum.accept_pauses += c.accept_pauses.value();
    sum.requests_shed += c.requests_shed.value();
    sum.exchanges += c.exchanges.value();
    sum.exchanges_in_flight += c.exchanges_in_flight.value();
    sum.errors_rewritten += c.errors_rewritten.value();
    sum.errors_authored += c.errors_authored.value();
    sum.errors_shadowed += c.errors_shadowed.value();
    for (std::size_t i = 0; i < leak_kind_count; ++i) {
      sum.scrubbed[i] += c.scrubbed.of[i].value();
    }
    sum.heads_repaired += c.heads_repaired.value();
    sum.rate_limited += c.rate_limited.value();
    sum.shadow_rate_limited += c.shadow_rate_limited.value();
    sum.upstream_connections_open += c.upstream_connections_open.value();
    sum.upstream_retries += c.upstream_retries.value();
    sum.upstream_queued += c.upstream_queued.value();
    sum.upstream_saturated += c.upstream_saturated.value();
    sum.endpoints_ejected += c.endpoints_ejected.value();
    sum.circuits_opened += c.circuits_opened.value();
    sum.circuit_refusals += c.circuit_refusals.value();
    sum.log_lines_dropped += c.log_lines_dropped.value();
    sum.internal_errors += c.internal_errors.value();
  }
  return sum;
}

}  // namespace errata
