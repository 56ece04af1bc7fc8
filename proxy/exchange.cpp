#include "proxy/exchange.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <exception>

namespace errata {

std::int64_t monotonic_us() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

exchange::exchange(connection& client)
    : client_(client),
      worker_(client.owner()),
      runtime_(worker_.current()),
      settings_(*runtime_->shared->settings),
      scratch_(worker_.take_scratch()),
      request_(scratch_->request),
      response_(scratch_->response),
      from_upstream_(worker_.buffers()),
      upload_(worker_.pipes()) {}

exchange::~exchange() {
  worker_.give_back(std::move(scratch_));
}

task<bool> exchange::run() {
  const head_read read = co_await read_request_head();
  if (read == head_read::nothing) co_return false;
  worker_.count().exchanges.add();
  worker_.count().exchanges_in_flight.add();
  if (read == head_read::complete) {
    bool broke = false;
    try {
      co_await handle();
    } catch (const std::exception& e) {
      // A bug of ours: this client still gets an answer, everyone else notices nothing.
      spdlog::error("exchange {} ended by an internal error: {}", request_id_, e.what());
      broke = true;
    }
    if (broke) co_await recover();
  } else {
    assign_request_id();
    co_await send_failure();
  }
  finish();
  // A drain that begins behind the head of the response has not been told to the client.
  co_return keep_alive_&& framed_.keep_alive;
}

// The phases, in the order of docs/architecture.md. Each returns false when it failed, having said
// why in failure_; what the client sees for it is decided in one place, send_failure().
task<void> exchange::handle() {
  assign_request_id();
  const bool admitted = frame() && has_memory() && pick_route() && spend_limits();
  if (!admitted) {
    co_await send_failure();
    co_return;
  }
  if (framed_.is_for_us) {
    co_await answer_options();
    co_return;
  }
  if (route_->respond) {
    const catalog_row* row = settings_.errors.find_code(*route_->respond);
    co_await send_reply(*row, 0);
    co_return;
  }
  const upstream_answer came = co_await ask_upstream();
  switch (came) {
    case upstream_answer::head:
      co_await answer();
      break;
    case upstream_answer::failed:
      co_await send_failure();
      break;
    case upstream_answer::tunnel:
      co_await tunnel();
      break;
    case upstream_answer::client_gone:
      keep_alive_ = false;
      break;
  }
}

task<void> exchange::recover() {
  worker_.count().internal_errors.add();
  upstream_reusable_ = false;
  keep_alive_ = false;
  fail(failure_origin::internal, failure_phase::relay, cause::internal, "an exception");
  if (response_begun_) {
    client_.client().reset_on_close();
  } else {
    co_await send_failure();
  }
}

bool exchange::closing() const noexcept {
  return worker_.draining() || !framed_.keep_alive || worker_.pressure() != memory_pressure::none;
}

// The upstream connection goes back or away, the line is written, the input stands at the next
// request.
void exchange::finish() {
  const bool request_used_up = !request_body_ || (request_body_->done() && !upload_.is_running());
  settle_with_upstream();
  if (upstream_) {
    if (upstream_reusable_ && request_used_up && from_upstream_.empty()) {
      upstream_->owner().give_back(std::move(upstream_), worker::now_ms());
    }
    upstream_.reset();
  }
  if (!request_used_up) {
    keep_alive_ = false;
    client_.linger();
  }
  client_.client().assume_drained();
  worker_.count().exchanges_in_flight.subtract();

  record_.request_id = request_id_;
  record_.client =
      client_address_text_.empty() ? client_.peer_text() : std::string_view(client_address_text_);
  if (request_body_) record_.bytes_in = request_body_->data_bytes();
  record_.failed = failure_;
  if (runtime_->shared->log.is_on()) {
    record_.duration_us = monotonic_us() - started_us_;
    worker_.log(runtime_->shared->log, record_);
  }
  client_.input().drop_pinned();
}

bool exchange::pause_awaiter::await_ready() {
  if (!self.upload_.is_running() || !self.upstream_) return false;
  self.worker_.turns().let_all_send();
  const bool changed = self.upload_.step(self.upstream_->socket());
  if (self.upload_.take_progress() && !self.response_begun_) self.set_response_deadline();
  if (self.upload_.wants_turn()) self.worker_.wake_later(self.client_);
  return changed;
}

bool exchange::turn_awaiter::await_ready() {
  const bool alone = self.worker_.count().exchanges_in_flight.value() < 2;
  return alone || !self.worker_.turns().must_wait(self.client_.own_waker());
}

void exchange::set_deadline(milliseconds patience) {
  const std::int64_t until = worker::now_ms() + patience.count();
  client_.set_deadline(response_begun_ ? until : std::min(until, total_deadline_ms_));
}

bool exchange::fail(failure_origin origin, failure_phase phase, cause why,
                    std::string_view detail) {
  failure_ = failure{origin, phase, delivered(), why, detail};
  return false;
}

delivery exchange::delivered() const noexcept {
  if (upload_.sent_bytes() == 0) return delivery::not_sent;
  return upload_.now() == upload::state::complete ? delivery::sent : delivery::partly_sent;
}

wire::io_status exchange::send_some(std::span<iovec>& pieces, part is) {
  wire::socket& client = client_.client();
  const bool ends = is == part::last && !(keep_alive_ && framed_.keep_alive);
  const auto behind = ends ? wire::socket::after::end : wire::socket::after::more;
  while (!pieces.empty()) {
    const auto done = client.write(pieces, behind);
    if (done.status != wire::io_status::ok) return done.status;
    record_.bytes_out += done.bytes;
    std::size_t left = done.bytes;
    while (!pieces.empty() && left >= pieces.front().iov_len) {
      left -= pieces.front().iov_len;
      pieces = pieces.subspan(1);
    }
    if (left > 0) {
      pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + left;
      pieces.front().iov_len -= left;
    }
  }
  // Here and not behind the exchange: nothing may come between.
  if (ends) client.shutdown_send();
  return wire::io_status::ok;
}

task<bool> exchange::send_rest(std::span<iovec> rest) {
  client_.set_deadline(worker::now_ms() + write_stall.count());
  while (true) {
    const std::uint64_t before = record_.bytes_out;
    const auto status = send_some(rest);
    if (status == wire::io_status::ok) co_return true;
    if (record_.bytes_out != before) client_.set_deadline(worker::now_ms() + write_stall.count());
    if (status == wire::io_status::failed || client_.expired() || worker_.stopping()) {
      co_return client_lost();
    }
    client_.client().want_write();
    co_await pause();
  }
}

bool exchange::client_lost() {
  keep_alive_ = false;
  if (failure_) return false;
  return fail(
      failure_origin::downstream, failure_phase::relay, cause::internal,
      client_.expired() ? "the client stopped reading" : "the client closed the connection");
}

}  // namespace errata
