// A request on its way upstream: head and body, sent as far as it goes without waiting.
//
// The body may still be coming from the client while the response is already coming back, so the
// upload is no loop of its own: whatever the exchange waits for, it steps the upload first.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/wire/body_reader.hpp"
#include "proxy/wire/buffer.hpp"
#include "proxy/wire/socket.hpp"
#include "proxy/wire/splice.hpp"

namespace errata {

class upload {
 public:
  enum class state : std::uint8_t {
    idle,  // nothing begun
    running,
    complete,
    client_gone,       // the client's stream ended or failed inside the body
    client_malformed,  // bad chunked coding
    too_large,         // over the route's body_limit
    upstream_gone,     // the upstream takes no more; it may have answered all the same
  };

  explicit upload(wire::pipe_pool& pipes) noexcept : piped_(pipes) {}

  // `input` holds what came of the body already; `out` is room for pieces. Both, and `head`,
  // outlive the upload. Nothing is sent yet. `hold_body`: send only the head until release_body().
  void begin(wire::socket& client, wire::buffer& input, wire::pieces& out, std::string_view head,
             wire::body_reader& body, std::uint64_t body_limit, bool hold_body);

  // Sends until the upstream would block or more of the body is needed, and asks both sockets for a
  // wake-up as needed. True when the state changed.
  bool step(wire::socket& upstream);

  void release_body() noexcept { hold_body_ = false; }
  // Sends no more. As when the upstream is gone, what was taken from the body and not sent is used
  // up: the input stands where the body reader does, not at bytes that would pass for a request.
  void stop() noexcept;

  state now() const noexcept { return state_; }
  bool is_running() const noexcept { return state_ == state::running; }
  bool is_held() const noexcept { return hold_body_ && state_ == state::running; }
  bool head_sent() const noexcept { return head_.empty(); }
  std::uint64_t sent_bytes() const noexcept { return sent_; }
  // Whether the client, not the upstream, is what it waits for.
  bool waits_for_client() const noexcept { return waits_for_client_; }
  // Whether step() returned only to let others go first: call it again later.
  bool wants_turn() const noexcept { return wants_turn_; }
  // Bytes moved since the last call: for idle deadlines.
  bool take_progress() noexcept;
  // While no more than the first bytes was asked for, what was sent of the body still lies in the
  // input buffer, `used_bytes()` before its front: it can be sent again.
  bool has_read() const noexcept { return has_read_; }
  std::size_t used_bytes() const noexcept { return used_; }

 private:
  bool send_pending(wire::socket& upstream);  // false: would block or failed
  bool send_piped(wire::socket& upstream);    // the same
  void fill();
  bool may_splice() const noexcept;
  // What came of a send or a read. False: it moved nothing.
  bool note_sent(const wire::io_result& done, wire::socket& upstream);
  bool note_read(const wire::io_result& got);
  void use_up() noexcept;

  wire::socket* client_ = nullptr;
  wire::buffer* input_ = nullptr;
  wire::pieces* out_ = nullptr;
  wire::body_reader* body_ = nullptr;
  std::string_view head_;
  wire::body_pipe piped_;        // what goes past *input_
  std::size_t first_piece_ = 0;  // of *out_, not yet sent
  std::size_t consumed_ = 0;     // of *input_, by the pieces in *out_
  std::size_t used_ = 0;
  std::uint64_t body_limit_ = 0;
  std::uint64_t sent_ = 0;
  state state_ = state::idle;
  bool hold_body_ = false;
  bool waits_for_client_ = false;
  bool wants_turn_ = false;
  bool progressed_ = false;
  bool has_read_ = false;
  bool has_spliced_ = false;
};

// Drops `bytes` from the front of `out`, beginning at piece `first`; returns the new first.
std::size_t advance(wire::pieces& out, std::size_t first, std::size_t bytes) noexcept;

}  // namespace errata
