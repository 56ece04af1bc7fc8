// The data of a large response body, moved past the buffers inside the kernel.
#include <algorithm>

#include "proxy/exchange.hpp"
#include "proxy/wire/splice.hpp"

namespace errata {
namespace {

// Bytes of a body before the other connections of the thread get their turn.
constexpr std::uint64_t bytes_at_once = 1024 * 1024;

// Chunks come with as little before them, so it takes no more reads to see where their data begins.
constexpr std::size_t usual_framing = 16;

static_assert(wire::least_spliced_chunk >= wire::chunk_scanner::large_chunk);

}  // namespace

// All that was read is sent, and what comes now is data for long enough, or seems to be: nothing
// tells how large a body in chunks is but what came of it.
bool exchange::may_splice() const noexcept {
  if (!from_upstream_.empty()) return false;
  const std::uint64_t ahead = response_body_->data_ahead();
  if (ahead > wire::least_spliced) return true;
  return ahead > 0 && response_body_->chunk_bytes() >= wire::least_spliced_chunk &&
         response_body_->data_bytes() >= wire::least_before_chunks;
}

// Deadlines are those of relay_body() and send_rest(). `rechunk`: what leaves is put into chunks of
// our own; set where the upstream's were passed on so far, once the one that has begun is over.
// `needs_buffer`: go on with what from_upstream_ holds, or with the end of the body if it is done;
// all data that was taken before is sent.
task<exchange::spliced> exchange::splice_body(bool& rechunk) {
  wire::socket& upstream = upstream_->socket();
  wire::body_pipe pipe(worker_.pipes());
  std::uint64_t in_turn = 0;
  client_.set_deadline(worker::now_ms() + group_->settings().body.count());
  while (true) {
    const std::uint64_t before = response_body_->data_bytes();
    const bool in_chunk = response_body_->yields_framing();
    worker_.turns().let_all_send();
    const auto got = fill(pipe);
    if (!pipe.empty()) {
      const bool ended = response_body_->done();
      if (rechunk) {
        pipe.as_chunk(ended);
      } else if (in_chunk && response_body_->data_ahead() == 0) {
        pipe.end_chunk();
        response_body_->drop_framing();
        rechunk = true;
      }
      const bool sent = co_await drain(pipe);
      if (!sent) co_return spliced::broken;
      if (ended) co_return spliced::all;
      // A fast upstream and a fast client must not keep this thread to themselves.
      in_turn += response_body_->data_bytes() - before;
      if (in_turn >= bytes_at_once) {
        in_turn = 0;
        worker_.wake_later(client_);
        co_await client_.woken();
        if (worker_.stopping()) {
          relay_broke();
          co_return spliced::broken;
        }
      }
      client_.set_deadline(worker::now_ms() + group_->settings().body.count());
      if (got) continue;
    }
    if (!got || response_body_->done()) co_return spliced::needs_buffer;
    if (*got != wire::io_status::would_block || client_.expired() || worker_.stopping()) {
      relay_broke();
      co_return spliced::broken;
    }
    if (client_left()) co_return spliced::broken;
    upstream.want_read();
    co_await pause();
  }
}

// Takes what there is until the pipe is full, or a chunk that is passed on as such is over.
// Nothing: what comes next is for a buffer.
std::optional<wire::io_status> exchange::fill(wire::body_pipe& pipe) {
  while (!pipe.full() && !response_body_->done()) {
    const std::uint64_t ahead = response_body_->data_ahead();
    if (ahead == 0) {
      if (response_body_->yields_framing()) break;
      const auto read = read_framing();
      if (!read || *read != wire::io_status::ok) return read;
      continue;
    }
    const std::uint64_t chunk = response_body_->chunk_bytes();
    const bool small = chunk > 0 && chunk < wire::least_spliced_chunk;
    if (small || !from_upstream_.empty()) return std::nullopt;
    const auto got = pipe.fill(upstream_->socket(), ahead);
    if (!got) return std::nullopt;
    if (got->status != wire::io_status::ok) return got->status;
    response_body_->pass(got->bytes);
    if (got->bytes < ahead) break;
  }
  return wire::io_status::ok;
}

// Takes of the framing between two chunks what there is, and of the next chunk's data nothing
// unless that is small. Nothing: it is no framing that a large chunk would have.
std::optional<wire::io_status> exchange::read_framing() {
  const std::size_t ahead = response_body_->framing_ahead();
  const std::size_t held = from_upstream_.view().size();
  if (ahead == 0 || held >= usual_framing || response_body_->chunk_bytes() == 0) {
    return std::nullopt;
  }
  const std::size_t missing = ahead > held ? ahead - held : 1;
  const auto got = upstream_->socket().read(from_upstream_.space().first(missing));
  if (got.status != wire::io_status::ok) return got.status;
  from_upstream_.commit(got.bytes);
  std::size_t consumed = 0;
  const auto taken = response_body_->take_framing(from_upstream_.view(), consumed);
  from_upstream_.consume(consumed);
  if (taken == wire::body_reader::state::bad) return std::nullopt;
  return wire::io_status::ok;
}

// Sends all that `pipe` holds. False: the client is gone or stalls.
task<bool> exchange::drain(wire::body_pipe& pipe) {
  wire::socket& client = client_.client();
  client_.set_deadline(worker::now_ms() + write_stall.count());
  while (!pipe.empty()) {
    const auto sent = pipe.drain(client);
    if (sent.status == wire::io_status::ok) {
      record_.bytes_out += sent.bytes;
      client_.set_deadline(worker::now_ms() + write_stall.count());
    } else if (sent.status == wire::io_status::failed || client_.expired() || worker_.stopping()) {
      co_return client_lost();
    } else {
      client.want_write();
      co_await pause();
    }
  }
  co_return true;
}

}  // namespace errata
