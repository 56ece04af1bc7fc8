// The access log: one JSON line an exchange, safe whatever clients and upstreams put into it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "policies/normalize/leak_kinds.hpp"
#include "proxy/config/config.hpp"
#include "proxy/error.hpp"

namespace errata {

// What a log line prints. Views need to live only until the line is written.
struct exchange_record {
  std::int64_t unix_ms = 0;  // when the first byte of the request was read
  std::string_view request_id;
  std::string_view client;
  std::string_view method;
  std::string_view target;
  std::string_view host;
  std::string_view route;
  std::string_view upstream;
  std::string_view endpoint;
  unsigned status = 0;           // sent to the client; 0: nothing was sent
  unsigned upstream_status = 0;  // 0: none came
  std::string_view shape;        // what a rewritten error was recognised as
  std::string_view code;         // of the envelope
  leak_counts scrubbed;          // taken out of what the upstream said, by kind
  bool shadow = false;           // shape and code tell what would have been sent:
  unsigned would_status = 0;     // its status; 0 where the original was canonical
  std::string_view would_send;   // its body, an envelope
  std::uint64_t bytes_in = 0;    // request body
  std::uint64_t bytes_out = 0;   // all that was sent to the client
  std::int64_t duration_us = 0;
  std::int64_t upstream_us = -1;  // from the first byte sent to the response head; -1: none
  bool retried = false;
  bool repaired_head = false;  // the upstream's head was mended before it could be parsed
  std::optional<failure> failed;
  std::string_view rate_limit;         // the rule that refused
  std::string_view shadow_rate_limit;  // the rule in shadow mode that would have
  std::string_view client_request_id;  // what the client sent, where it was replaced
  std::string_view upstream_request_id;
  std::string_view user_agent;
};

// Appends the line with its newline. Every string is escaped (control characters, DEL, invalid
// UTF-8, U+2028 and U+2029) and cut at a bound: 128 bytes an id, 2 KiB a target, 512 the rest.
void append_log_line(std::string& out, const exchange_record& record);

// Where lines go: shared by the worker threads of one configuration. Writes whole lines.
class log_sink {
 public:
  // Throws std::runtime_error saying what cannot be opened and why.
  explicit log_sink(const access_log_config& settings);
  ~log_sink();
  log_sink(const log_sink&) = delete;
  log_sink& operator=(const log_sink&) = delete;

  bool is_on() const noexcept { return fd_ >= 0; }

  // Writes as many whole lines from the front of `lines` as can be had without waiting for a slow
  // reader (but for one that is longer than the pipe itself), and removes them. Returns why it took
  // no more, as errno has it: a full disk, a reader that is gone; 0 where it only has to wait. Any
  // thread.
  int write(std::string& lines) const noexcept;

 private:
  // Whether a write of `bytes` goes through at once.
  bool takes(std::size_t bytes) const noexcept;

  int fd_ = -1;
  bool owned_ = false;
  bool may_block_ = false;  // a pipe, socket or terminal
  bool is_pipe_ = false;
  mutable std::mutex writing_;  // held while writing to what may block
};

}  // namespace errata
