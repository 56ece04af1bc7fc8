#include "proxy/upload.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace errata {
namespace {

// Sends before the other connections of the thread get their turn: about 1 MiB, or 2 by a pipe.
constexpr int rounds_at_once = 16;

}  // namespace

std::size_t advance(wire::pieces& out, std::size_t first, std::size_t bytes) noexcept {
  while (bytes > 0) {
    iovec& piece = out.items[first];
    const std::size_t part = std::min(bytes, piece.iov_len);
    piece.iov_base = static_cast<char*>(piece.iov_base) + part;
    piece.iov_len -= part;
    bytes -= part;
    if (piece.iov_len == 0) ++first;
  }
  return first;
}

void upload::begin(wire::socket& client, wire::buffer& input, wire::pieces& out,
                   std::string_view head, wire::body_reader& body, std::uint64_t body_limit,
                   bool hold_body) {
  client_ = &client;
  input_ = &input;
  out_ = &out;
  body_ = &body;
  head_ = head;
  body_limit_ = body_limit;
  hold_body_ = hold_body;
  first_piece_ = consumed_ = 0;
  sent_ = used_ = 0;
  has_read_ = has_spliced_ = false;
  piped_.release();
  out.clear();
  waits_for_client_ = false;
  state_ = state::running;
}

void upload::stop() noexcept {
  state_ = state::idle;
  piped_.release();
  if (consumed_ > 0) use_up();
}

bool upload::take_progress() noexcept {
  return std::exchange(progressed_, false);
}

bool upload::step(wire::socket& upstream) {
  wants_turn_ = false;
  for (int rounds = 0; state_ == state::running; ++rounds) {
    if (rounds == rounds_at_once) {
      wants_turn_ = true;
      return false;
    }
    // The first send carries the head and what of the body is there already.
    const bool needs_more = first_piece_ == out_->count && piped_.empty();
    if (!hold_body_ && needs_more && !body_->done()) fill();
    if (state_ != state::running) return true;
    if (!piped_.empty()) {
      if (!send_piped(upstream)) return state_ != state::running;
    } else if (!head_.empty() || first_piece_ < out_->count) {
      if (!send_pending(upstream)) return state_ != state::running;
    } else if (body_->done()) {
      state_ = state::complete;
      return true;
    } else {
      return false;  // held, or the client has nothing yet
    }
  }
  return false;
}

// One gathered send of head and pieces.
bool upload::send_pending(wire::socket& upstream) {
  std::array<iovec, wire::pieces::capacity + 1> gathered;
  std::size_t count = 0;
  if (!head_.empty()) gathered[count++] = {const_cast<char*>(head_.data()), head_.size()};
  for (std::size_t i = first_piece_; i < out_->count; ++i) gathered[count++] = out_->items[i];
  const auto done = upstream.write({gathered.data(), count});
  if (!note_sent(done, upstream)) return false;
  const std::size_t of_head = std::min(done.bytes, head_.size());
  head_.remove_prefix(of_head);
  first_piece_ = advance(*out_, first_piece_, done.bytes - of_head);
  if (first_piece_ == out_->count) {
    use_up();
    out_->clear();
    first_piece_ = 0;
  }
  return true;
}

bool upload::send_piped(wire::socket& upstream) {
  return note_sent(piped_.drain(upstream), upstream);
}

bool upload::note_sent(const wire::io_result& done, wire::socket& upstream) {
  if (done.status == wire::io_status::would_block) {
    waits_for_client_ = false;
    upstream.want_write();
    return false;
  }
  if (done.status != wire::io_status::ok) {
    stop();
    state_ = state::upstream_gone;
    return false;
  }
  progressed_ = true;
  sent_ += done.bytes;
  return true;
}

// What *out_ was made from is sent.
void upload::use_up() noexcept {
  used_ += consumed_;
  input_->consume(std::exchange(consumed_, 0));
}

// Puts the next part of the body into *out_, reading from the client when the buffer has none.
void upload::fill() {
  while (true) {
    const auto taken = body_->take(input_->view(), *out_, consumed_);
    if (body_->data_bytes() > body_limit_) {
      state_ = state::too_large;
      return;
    }
    if (taken == wire::body_reader::state::bad) {
      state_ = state::client_malformed;
      return;
    }
    if (out_->count > 0) return;
    // Framing without data (a chunk's end, a trailer) is used up without being sent.
    use_up();
    if (taken == wire::body_reader::state::done) return;
    // space() may let go of what was sent: from here on nothing can be sent again.
    has_read_ = true;
    if (may_splice()) {
      if (const auto got = piped_.fill(*client_, *body_->remaining())) {
        if (note_read(*got)) body_->pass(got->bytes);
        has_spliced_ |= got->bytes > 0;
        return;
      }
    }
    const auto got = client_->read(input_->space());
    if (!note_read(got)) return;
    input_->commit(got.bytes);
  }
}

bool upload::note_read(const wire::io_result& got) {
  if (got.status == wire::io_status::would_block) {
    waits_for_client_ = true;
    client_->want_read();
    return false;
  }
  if (got.status != wire::io_status::ok) {
    state_ = state::client_gone;
    return false;
  }
  progressed_ = true;
  return true;
}

// Whether the rest of the body may go past the buffers: all that came before it is sent, its length
// is known and within the limit.
bool upload::may_splice() const noexcept {
  const auto left = body_->remaining();
  if (!left || !head_.empty() || !input_->empty()) return false;
  return (has_spliced_ || *left > wire::least_spliced) &&
         *left <= body_limit_ - body_->data_bytes();
}

}  // namespace errata
