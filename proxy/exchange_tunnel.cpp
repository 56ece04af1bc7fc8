// A websocket after its 101: bytes both ways until one side ends.
#include "policies/headers.hpp"
#include "proxy/exchange.hpp"

namespace errata {
namespace {

// A tunnel that says nothing for this long is given up.
constexpr milliseconds tunnel_silence{std::chrono::hours(1)};

// One direction of a tunnel.
struct half {
  wire::socket& from;
  wire::buffer& bytes;
  wire::socket& to;
  bool from_ended = false;
  bool broken = false;
  std::uint64_t moved = 0;

  // Moves what goes without waiting, up to about 1 MiB. True when anything moved.
  bool step() {
    bool progressed = false;
    for (int rounds = 0; rounds < 32 && !broken; ++rounds) {
      if (!bytes.empty()) {
        const iovec piece{bytes.data(), bytes.view().size()};
        const auto sent = to.write({&piece, 1});
        if (sent.status == wire::io_status::would_block) {
          to.want_write();
          return progressed;
        }
        broken = sent.status != wire::io_status::ok;
        bytes.consume(sent.bytes);
        moved += sent.bytes;
        progressed |= sent.bytes > 0;
        continue;
      }
      if (from_ended) return progressed;
      const auto got = from.read(bytes.space());
      if (got.status == wire::io_status::would_block) {
        from.want_read();
        return progressed;
      }
      if (got.status == wire::io_status::ok) {
        bytes.commit(got.bytes);
      } else if (got.status == wire::io_status::end) {
        from_ended = true;
        to.shutdown_send();
        return true;
      } else {
        broken = true;
      }
    }
    return progressed;
  }
};

}  // namespace

task<void> exchange::tunnel() {
  keep_alive_ = false;
  record_.upstream_status = response_.status;
  begin_response(response_.status, response_.reason);
  std::string& head = scratch_->downstream_head;
  append_response_fields(head, response_, settings_.request_id_header);
  head.append(settings_.request_id_header).append(": ").append(request_id_).append("\r\n");
  head.append("Connection: Upgrade\r\nUpgrade: ")
      .append(response_.fields.value(field_id::upgrade))
      .append("\r\n\r\n");
  response_begun_ = true;
  iovec piece{head.data(), head.size()};
  const bool sent = co_await send_rest({&piece, 1});
  if (!sent) co_return;

  wire::socket& client = client_.client();
  wire::socket& upstream = upstream_->socket();
  half up{client, client_.input(), upstream};
  half down{upstream, from_upstream_, client};
  client_.set_deadline(worker::now_ms() + tunnel_silence.count());
  while (true) {
    worker_.turns().let_all_send();
    const bool moved_up = up.step();
    const bool moved_down = down.step();
    if (up.broken || down.broken || (up.from_ended && down.from_ended)) break;
    if (client_.expired() || worker_.stopping()) break;
    if (moved_up || moved_down) {
      client_.set_deadline(worker::now_ms() + tunnel_silence.count());
      worker_.wake_later(client_);
    }
    co_await client_.woken();
  }
  record_.bytes_in = up.moved;
  record_.bytes_out += down.moved;
}

}  // namespace errata
