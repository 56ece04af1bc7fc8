// Replies of errata's own: the one place that says what a client sees for each failure.
#include <array>

#include "policies/envelope.hpp"
#include "proxy/exchange.hpp"
#include "proxy/retry_after.hpp"

namespace errata {
namespace {

// A refused request's body is read to its end when it is this small, so that the connection lives.
constexpr std::uint64_t discarded_bytes = 64 * 1024;
constexpr milliseconds discard_patience{1000};

constexpr std::string_view allow_line = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";

}  // namespace

task<void> exchange::send_failure() {
  worker_.count().errors_authored.add();
  upstream_reusable_ = false;
  if (worker_.stopping()) keep_alive_ = false;
  const catalog_row& row = settings_.errors.for_cause(failure_->why);
  unsigned retry_after_s = 0;
  if (failure_->why == cause::rate_limited) retry_after_s = limits_->retry_after_seconds();
  if (failure_->why == cause::upstream_saturated || failure_->why == cause::overloaded)
    retry_after_s = 1;
  if (retry_after_s_ != 0) retry_after_s = retry_after_s_;
  co_await send_reply(row, retry_after_s);
}

task<void> exchange::send_reply(const catalog_row& row, unsigned retry_after_s) {
  const bool safe_to_repeat = delivered() == delivery::not_sent || is_idempotent(request_.method);
  const status_policy policy = route_ != nullptr ? route_->policy : status_policy::preserve;
  const unsigned status = catalog::sent_status(row, policy, safe_to_repeat);

  // The rest of the request's body: read to its end when it is short and certain to come.
  const bool has_rest = request_body_ && !request_body_->done();
  const auto left = has_rest ? request_body_->remaining() : std::nullopt;
  const bool discards = has_rest && left && *left <= discarded_bytes && !framed_.expects_continue &&
                        upload_.sent_bytes() == 0;
  if (has_rest && !discards) {
    keep_alive_ = framed_.keep_alive = false;
    client_.linger();
  }
  upload_.stop();

  std::string& head = scratch_->downstream_head;
  const normalizer& errors = runtime_->shared->errors;
  const error_format format =
      errors.format_for({request_.method, &request_.fields, policy, request_id_});
  // Of a route that responds with a code of its own there is no failure.
  const normalizer::authored_text* ready =
      failure_ ? errors.authored(format, failure_->why, status) : nullptr;
  if (ready != nullptr) {
    record_.status = status;
    head = ready->head;
  } else {
    begin_response(status, reason_phrase(status));
    errors.append_error_fields(head, response_head{}, status, format);
  }
  append_retry_after(head, status, nullptr, retry_after_s);
  append_cors_fields(head, settings_.cors, request_.fields.value(field_id::origin),
                     settings_.request_id_header);
  if (settings_.proxy_status && failure_) {
    append_proxy_status(head, settings_.via_pseudonym, *failure_);
  }
  if (failure_ && failure_->why == cause::method_not_allowed) {
    head.append(allow_line);
  }
  std::string_view body;
  if (ready != nullptr) {
    body = ready->body;
  } else {
    scratch_->collected.clear();
    errors.append_authored(scratch_->collected, format, row, status, request_id_);
    body = scratch_->collected;
  }
  const bool bodiless = request_.method == "HEAD";
  if (!bodiless && ready != nullptr) {
    head.append(ready->length_line);
  } else if (!bodiless) {
    append_number_line(head, "Content-Length: ", body.size());
  }
  end_response_head(true);
  record_.code = row.code;

  response_begun_ = true;
  std::array<iovec, 2> whole{iovec{head.data(), head.size()},
                             iovec{const_cast<char*>(body.data()), body.size()}};
  std::span<iovec> rest(whole.data(), bodiless ? 1 : 2);
  co_await turn_to_send();
  if (send_some(rest, part::last) != wire::io_status::ok) {
    const bool sent = co_await send_rest(rest);
    if (!sent) co_return;
  }
  if (discards && keep_alive_) co_await discard_request_body();
}

// OPTIONS with Max-Forwards: 0 asks whoever holds it (RFC 9110 section 7.6.2).
task<void> exchange::answer_options() {
  if (!request_body_->done()) {
    keep_alive_ = framed_.keep_alive = false;
    client_.linger();
  }
  begin_response(204, "No Content");
  std::string& head = scratch_->downstream_head;
  head.append(allow_line);
  end_response_head(true);
  response_begun_ = true;
  iovec piece{head.data(), head.size()};
  co_await send_rest({&piece, 1});
}

task<void> exchange::discard_request_body() {
  wire::buffer& input = client_.input();
  wire::pieces& pieces = scratch_->up;
  client_.set_deadline(worker::now_ms() + discard_patience.count());
  while (true) {
    std::size_t consumed = 0;
    pieces.clear();
    const auto taken = request_body_->take(input.view(), pieces, consumed);
    input.consume(consumed);
    if (taken == wire::body_reader::state::done) co_return;
    const auto got = client_.client().read(input.space());
    if (got.status == wire::io_status::ok) {
      input.commit(got.bytes);
    } else if (taken == wire::body_reader::state::bad ||
               got.status != wire::io_status::would_block || client_.expired() ||
               worker_.stopping()) {
      keep_alive_ = false;
      co_return;
    } else {
      client_.client().want_read();
      co_await client_.woken();
    }
  }
}

}  // namespace errata
