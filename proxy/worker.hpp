// One worker thread: its event loop, listeners, connections, buffers, pools, counters and log
// lines. Nothing of it is touched by another thread but through post().
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <latch>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "proxy/address_table.hpp"
#include "proxy/connection.hpp"
#include "proxy/counters.hpp"
#include "proxy/exchange_scratch.hpp"
#include "proxy/memory_watch.hpp"
#include "proxy/runtime.hpp"
#include "proxy/send_turns.hpp"
#include "proxy/upstream.hpp"
#include "proxy/wire/buffer.hpp"
#include "proxy/wire/splice.hpp"

namespace errata {

class listener;

// The answer to a client that there is no room for: until the request id, and behind the date.
struct refusal_text {
  explicit refusal_text(const runtime& used);

  std::string until_id;
  std::string rest;
};

// A runtime as one worker uses it. Kept alive by the exchanges that began with it.
struct worker_runtime {
  worker_runtime(std::shared_ptr<const runtime> used, upstream_host& host);

  std::shared_ptr<const runtime> shared;
  refusal_text refusal;
  std::vector<std::unique_ptr<upstream_group>> groups;  // by upstream
};

// What the workers of one server share.
struct shared_state {
  explicit shared_state(const std::array<std::uint64_t, 2>& key) : addresses(key) {}

  std::atomic<std::size_t> connections{0};  // open client connections, for limits.connections
  address_table addresses;                  // the same by client, for limits.connections_per_ip
  const std::uint64_t cgroup_memory = cgroup_memory_limit();
  std::atomic<memory_pressure> pressure{memory_pressure::none};
};

class worker {
 public:
  // Takes the listening descriptors.
  worker(shared_state& shared, std::shared_ptr<const runtime> used, std::vector<int> listening);
  ~worker();
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  // The thread's body: returns when drained or stopped.
  void run();

  // From any thread.
  void reload(std::shared_ptr<const runtime> next,
              std::shared_ptr<std::latch> done);  // counts down
  void drain();
  void stop();
  const worker_counters& counters() const noexcept { return counters_; }

  // The rest is for what runs on this thread.
  boost::asio::io_context& loop() noexcept { return loop_; }
  wire::buffer_pool& buffers() noexcept { return buffers_; }
  wire::pipe_pool& pipes() noexcept { return pipes_; }
  worker_counters& count() noexcept { return counters_; }
  const std::shared_ptr<worker_runtime>& current() const noexcept { return current_; }
  bool draining() const noexcept { return draining_; }
  // Until when, in now_ms(), a drain waits for a connection's next request. 0: it does not.
  std::int64_t drain_idle_until_ms() const noexcept { return drain_idle_until_ms_; }
  bool stopping() const noexcept { return stopping_; }
  memory_pressure pressure() const noexcept {
    return shared_.pressure.load(std::memory_order_relaxed);
  }

  // Milliseconds of the coarse monotonic clock: for deadlines.
  static std::int64_t now_ms() noexcept;
  // "Date: ...\r\n" of this second.
  std::string_view date_line() noexcept { return date_line_; }
  // Ten fresh random bytes.
  std::array<std::uint8_t, 10> entropy();

  std::unique_ptr<exchange_scratch> take_scratch();
  void give_back(std::unique_ptr<exchange_scratch> scratch);

  // Has the descriptor of a new client served, or refuses it when there are too many.
  void accept(int fd, const sockaddr_storage& peer);
  // A connection's last act.
  void finished(connection& done);
  // Wakes `busy` when the other connections of this thread had their turn.
  void wake_later(connection& busy);
  send_turns& turns() noexcept { return turns_; }
  std::size_t upstream_open() const noexcept { return upstreams_.open; }

  void log(const log_sink& sink, const exchange_record& record);

 private:
  void tick();
  void post_yielded();
  void wake_yielded();
  void begin_drain();
  void begin_stop();
  void flush_log();
  void write_log(const log_sink& sink);
  void report_drops();
  void leave_when_empty();
  bool update_date();  // true once a second
  void refuse(int fd);
  void watch_memory();

  using connection_list =
      boost::intrusive::list<connection, boost::intrusive::constant_time_size<true>>;

  shared_state& shared_;
  // Declared first, destroyed last: sockets below are registered with it.
  // One thread runs it, others post to it: the reactor's own locks are not needed.
  boost::asio::io_context loop_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  boost::asio::steady_timer timer_{loop_};
  worker_counters counters_;
  upstream_host upstreams_{counters_, [this](connection& one) { wake_later(one); }};
  wire::buffer_pool buffers_;
  int usable_descriptors_;  // from this number on they are kept for requests under way
  wire::pipe_pool pipes_;
  std::vector<std::unique_ptr<exchange_scratch>> scratch_;
  std::shared_ptr<worker_runtime> current_;
  std::vector<std::weak_ptr<worker_runtime>> retired_;  // still swept while exchanges use them
  std::vector<std::unique_ptr<listener>> listeners_;
  connection_list connections_;
  std::vector<connection*> due_;
  std::vector<connection*> yielded_;
  bool yielded_posted_ = false;
  send_turns turns_{loop_};
  std::string log_lines_;
  int log_error_ = 0;  // why the log's sink takes no more, as it was said
  std::uint64_t reported_drops_ = 0;
  std::uint64_t reported_pauses_ = 0;
  std::string date_line_;
  std::int64_t date_second_ = -1;
  std::array<std::uint8_t, 4096> random_{};
  std::size_t random_used_ = random_.size();
  std::int64_t drain_deadline_ms_ = 0;
  std::int64_t drain_idle_until_ms_ = 0;
  bool draining_ = false;
  bool stopping_ = false;
};

}  // namespace errata
