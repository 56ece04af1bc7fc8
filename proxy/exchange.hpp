// One request and its response: the phases, in order.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policies/framing.hpp"
#include "policies/reason_phrase.hpp"
#include "policies/request_id.hpp"
#include "proxy/access_log.hpp"
#include "proxy/connection.hpp"
#include "proxy/error.hpp"
#include "proxy/exchange_scratch.hpp"
#include "proxy/upload.hpp"
#include "proxy/upstream.hpp"
#include "proxy/wire/body_reader.hpp"
#include "proxy/wire/head_parser.hpp"
#include "proxy/worker.hpp"

namespace errata {

// Lives while its request does, in memory that the thread keeps for the next. Every view it holds
// points into the connection's input buffer, its own upstream buffer, the scratch or the runtime,
// all of which it keeps until its end.
class exchange {
 public:
  explicit exchange(connection& client);
  ~exchange();
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  static void* operator new(std::size_t size) { return take_frame_memory(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    give_frame_memory(memory, size);
  }

  // Reads a request, answers it, logs it. True when the client's connection can serve another.
  task<bool> run();

 private:
  enum class head_read : std::uint8_t { complete, nothing, refused };
  enum class upstream_answer : std::uint8_t { head, failed, tunnel, client_gone };

  struct scanned_head {
    bool complete = false;
    std::string_view fault;  // not empty: why it can be no head
  };

  // exchange.cpp: the phases.
  task<void> handle();
  task<void> recover();
  void finish();
  bool closing() const noexcept;

  // exchange_request.cpp: from the client's bytes to an admitted request.
  task<head_read> read_request_head();
  void assign_request_id();
  bool frame();
  bool has_memory();
  bool pick_route();
  bool spend_limits();

  // exchange_connect.cpp: to a connection.
  task<bool> connect();
  enum class attempt : std::uint8_t { connected, unreachable, saturated };
  task<attempt> try_endpoints();
  task<bool> wait_for_turn(pending_queue::place& place, std::int64_t until_ms);
  bool ask_circuit();
  void settle_with_upstream();
  task<int> open_connection(endpoint& to);  // 0, or errno

  // exchange_upstream.cpp: to the upstream and back to a response head.
  task<upstream_answer> ask_upstream();
  void begin_upload();
  task<upstream_answer> read_response_head();
  scanned_head scan_response_head(wire::head_scanner& scanner);
  bool parse_repaired(std::string_view head);
  void set_response_deadline();
  milliseconds body_patience() const noexcept;
  task<upstream_answer> deadline_passed();
  upstream_answer lose(cause why, std::string_view detail);
  task<upstream_answer> interim_response();
  task<upstream_answer> continue_now();
  upstream_answer upload_failed();
  bool may_retry() noexcept;
  bool may_send_again() const noexcept;
  bool client_reset();

  // exchange_response.cpp: from a response head to the client.
  task<void> answer();
  task<void> rewrite();
  request_facts facts() const noexcept;
  normalized normalize(std::string_view body, body_state state);
  bool note(normalized& made);
  task<void> send_envelope(const normalized& made);
  task<void> relay(std::string_view collected, body_state state);
  task<body_state> collect_body(std::string_view& body);
  bool client_left();
  task<bool> relay_body(std::string_view collected, bool whole, bool rechunk);
  bool relay_broke();
  void begin_response(unsigned status, std::string_view reason);
  void end_response_head(bool add_date);

  // exchange_splice.cpp: the data of a large body, past the buffers.
  enum class spliced : std::uint8_t { all, broken, needs_buffer };
  bool may_splice() const noexcept;
  task<spliced> splice_body(bool& rechunk);
  std::optional<wire::io_status> fill(wire::body_pipe& pipe);
  std::optional<wire::io_status> read_framing();
  task<bool> drain(wire::body_pipe& pipe);

  // exchange_inspect.cpp: a success that may be an error.
  task<void> inspect();
  task<body_state> hold_body(std::string_view& body);

  // exchange_tunnel.cpp: after a 101.
  task<void> tunnel();

  // exchange_reply.cpp: replies of errata's own.
  task<void> send_failure();
  task<void> send_reply(const catalog_row& row, unsigned retry_after_s);
  task<void> answer_options();
  task<void> discard_request_body();

  // Sends everything, waiting as needed; false when the client is gone or stalls.
  task<bool> send_rest(std::span<iovec> rest);
  // The client is gone or stalls: always false.
  bool client_lost();
  // What goes without waiting; `pieces` becomes what is left. `part::last`: of the response; then
  // the end of a connection that is not kept goes with it.
  enum class part : std::uint8_t { some, last };
  wire::io_status send_some(std::span<iovec>& pieces, part is = part::some);

  // Sleeps until the connection is woken.
  struct sleep_awaiter {
    exchange& self;
    void await_suspend(std::coroutine_handle<> who) {
      self.client_.woken().operator co_await().await_suspend(who);
    }
    void await_resume() const noexcept {}
  };
  // Awaited to sleep: steps the upload first, and does not sleep when that brought news.
  struct pause_awaiter : sleep_awaiter {
    bool await_ready();
  };
  pause_awaiter pause() noexcept { return {{*this}}; }
  // Awaited before the first send in a direction: see send_turns. Who is alone does not wait.
  struct turn_awaiter : sleep_awaiter {
    bool await_ready();
  };
  turn_awaiter turn_to_send() noexcept { return {{*this}}; }
  // Deadline of a phase; the whole request's is kept to until the response is on its way.
  void set_deadline(milliseconds patience);

  bool fail(failure_origin origin, failure_phase phase, cause why, std::string_view detail);
  delivery delivered() const noexcept;

  connection& client_;
  worker& worker_;
  std::shared_ptr<worker_runtime> runtime_;
  const configuration& settings_;
  std::unique_ptr<exchange_scratch> scratch_;
  request_head& request_;
  response_head& response_;

  framed_request framed_;
  const route_config* route_ = nullptr;
  upstream_group* group_ = nullptr;
  endpoint* endpoint_ = nullptr;  // the last that was tried
  bool asked_ = false;            // group_ counts this request
  unsigned retry_after_s_ = 0;    // where the upstream's circuit is open
  ip_address client_address_;
  bool peer_is_trusted_ = false;
  bool trace_is_valid_ = false;
  minted_id minted_{};
  std::string_view request_id_;
  std::string client_address_text_;  // where it is not the peer's
  std::optional<limit_decision> limits_;

  std::unique_ptr<upstream_connection> upstream_;
  wire::buffer from_upstream_;
  std::optional<wire::body_reader> request_body_;
  std::optional<wire::body_reader> response_body_;
  framed_response framed_response_;
  upload upload_;
  unsigned interim_count_ = 0;
  bool waited_for_continue_ = false;  // a 100 went to the client

  std::optional<failure> failure_;
  std::int64_t total_deadline_ms_ = 0;
  std::int64_t started_us_ = 0;
  std::int64_t head_read_us_ = 0;  // when the last bytes of the request's head came
  std::int64_t sent_us_ = 0;
  bool response_begun_ = false;  // bytes of a final response went out
  bool keep_alive_ = true;
  bool upstream_reusable_ = false;
  bool has_request_ = false;  // there is something to answer and to log
  exchange_record record_;
  std::string code_;        // backs record_.code
  std::string would_send_;  // backs record_.would_send
};

std::int64_t monotonic_us() noexcept;

// A client that takes nothing for this long has stopped reading.
inline constexpr milliseconds write_stall{30000};

}  // namespace errata
