// The rest of a large response body of known length, moved past the buffers inside the kernel.
#include "proxy/exchange.hpp"
#include "proxy/wire/splice.hpp"

namespace errata {
namespace {

// Bytes of a body before the other connections of the thread get their turn.
constexpr std::uint64_t bytes_at_once = 1024 * 1024;

}  // namespace

// All that was read is sent, and what comes now has a known end.
bool exchange::may_splice() const noexcept {
  const auto left = response_body_->remaining();
  return left && *left > wire::least_spliced && from_upstream_.empty();
}

// Deadlines are those of relay_body() and send_rest(). `needs_buffer`: no pipe is to be had now;
// all that was taken from the upstream is sent.
task<exchange::spliced> exchange::splice_body() {
  wire::socket& upstream = upstream_->socket();
  wire::socket& client = client_.client();
  wire::body_pipe pipe(worker_.pipes());
  std::uint64_t in_turn = 0;
  client_.set_deadline(worker::now_ms() + group_->settings().body.count());
  while (true) {
    const auto got = pipe.fill(upstream, *response_body_->remaining());
    if (!got) co_return spliced::needs_buffer;
    if (got->status == wire::io_status::would_block && !client_.expired() && !worker_.stopping()) {
      if (client_left()) co_return spliced::broken;
      upstream.want_read();
      co_await pause();
      continue;
    }
    if (got->status != wire::io_status::ok) {
      relay_broke();
      co_return spliced::broken;
    }
    response_body_->pass(got->bytes);
    client_.set_deadline(worker::now_ms() + write_stall.count());
    while (!pipe.empty()) {
      const auto sent = pipe.drain(client);
      if (sent.status == wire::io_status::ok) {
        record_.bytes_out += sent.bytes;
        client_.set_deadline(worker::now_ms() + write_stall.count());
      } else if (sent.status == wire::io_status::failed || client_.expired() ||
                 worker_.stopping()) {
        client_lost();
        co_return spliced::broken;
      } else {
        client.want_write();
        co_await pause();
      }
    }
    if (response_body_->done()) co_return spliced::all;
    // A fast upstream and a fast client must not keep this thread to themselves.
    in_turn += got->bytes;
    if (in_turn >= bytes_at_once) {
      in_turn = 0;
      worker_.wake_later(client_);
      co_await client_.woken();
    }
    client_.set_deadline(worker::now_ms() + group_->settings().body.count());
  }
}

}  // namespace errata
