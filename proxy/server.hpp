// The whole proxy in one object: threads, listeners, reload, drain. Owns everything else.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "policies/normalize/leak_kinds.hpp"
#include "proxy/config/config.hpp"

namespace errata {

// What happened so far, summed over the worker threads.
struct server_counters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t connections_refused = 0;  // over limits.connections, or other bounds
  std::uint64_t accept_pauses = 0;        // for want of descriptors or memory
  std::uint64_t requests_shed = 0;        // for want of memory
  std::uint64_t exchanges = 0;
  std::uint64_t exchanges_in_flight = 0;
  std::uint64_t errors_rewritten = 0;
  std::uint64_t errors_authored = 0;  // replies that errata made itself
  std::uint64_t errors_shadowed = 0;  // would have been rewritten, on routes in shadow mode
  std::array<std::uint64_t, leak_kind_count> scrubbed{};  // internals taken out, by leak_kind
  std::uint64_t heads_repaired = 0;  // of upstreams that do not keep to RFC 9112
  std::uint64_t rate_limited = 0;
  std::uint64_t shadow_rate_limited = 0;
  std::uint64_t upstream_connections_open = 0;
  std::uint64_t upstream_retries = 0;
  std::uint64_t upstream_queued = 0;     // requests that had to wait for a connection
  std::uint64_t upstream_saturated = 0;  // and got none
  std::uint64_t endpoints_ejected = 0;
  std::uint64_t circuits_opened = 0;
  std::uint64_t circuit_refusals = 0;
  std::uint64_t log_lines_dropped = 0;
  std::uint64_t internal_errors = 0;  // exceptions that an exchange or a connection caught
};

// Thread rule: construct, start(), reload(), drain(), stop() and destroy from one thread;
// counters() from any. The destructor stops at once.
class server {
 public:
  explicit server(std::shared_ptr<const configuration> settings);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  // Opens the log, binds every listener, starts the threads. On failure throws std::runtime_error
  // whose text says what and why ("cannot listen on 127.0.0.1:80: Permission denied").
  void start();

  // The bound port of each listener, in the order of the configuration. After start().
  std::vector<std::uint16_t> ports() const;

  // Returns when every thread uses `settings` for new exchanges; those under way keep theirs.
  // Rate-limit counters survive. Listeners and `threads` are fixed at start: returns false,
  // changing nothing, when they differ.
  bool reload(std::shared_ptr<const configuration> settings);

  // Stops accepting, waits timeouts.drain_idle for requests on idle connections, lets exchanges
  // finish (each answered with `Connection: close`), ends what is left after timeouts.drain.
  // Returns when all threads ended and the log is flushed.
  void drain();

  // The same without waiting for exchanges.
  void stop();

  server_counters counters() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace errata
