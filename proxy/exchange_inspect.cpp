// A success that a rule of the operator's may take for an error: held back until that is known, or
// until it is plain that it is none; then it streams.
#include <algorithm>

#include "policies/normalize/soft_error.hpp"
#include "proxy/exchange.hpp"

namespace errata {

task<void> exchange::inspect() {
  const normalizer& errors = runtime_->shared->errors;
  const auto left = response_body_->remaining();
  if (left && (*left == 0 || *left > errors.max_body())) {
    co_await relay({}, body_state::absent);
    co_return;
  }
  std::string_view body;
  const body_state state = co_await hold_body(body);
  if (state != body_state::complete) {
    co_await relay(body, state);
    co_return;
  }
  normalized made = normalize(body, state);
  if (made.untouched || !note(made)) {
    co_await relay(body, state);
    co_return;
  }
  // As with any error, a request that is still being sent is not gone on with.
  if (upload_.is_running()) {
    upload_.stop();
    keep_alive_ = framed_.keep_alive = false;
    upstream_reusable_ = false;
    client_.linger();
  }
  co_await send_envelope(made);
}

// Collects the body, transfer coding off, while it may still be an error. complete: all of it came.
// over_cap: it is to stream from here on. truncated: it broke off.
task<body_state> exchange::hold_body(std::string_view& body) {
  const normalizer& errors = runtime_->shared->errors;
  response_body_.emplace(framed_response_.body, wire::chunk_scanner::output::data_only);
  std::string& collected = scratch_->collected;
  wire::pieces& pieces = scratch_->down;
  wire::socket& upstream = upstream_->socket();
  set_deadline(group_->settings().body);
  bool settled = false;  // its first bytes are known, and may be an error's
  while (true) {
    std::size_t consumed = 0;
    pieces.clear();
    const auto taken = response_body_->take(from_upstream_.view(), pieces, consumed);
    for (std::size_t i = 0; i < pieces.count; ++i) {
      collected.append(static_cast<const char*>(pieces.items[i].iov_base), pieces.items[i].iov_len);
    }
    from_upstream_.consume(consumed);
    body = collected;
    if (taken == wire::body_reader::state::bad) co_return body_state::truncated;
    if (collected.size() > errors.max_body()) co_return body_state::over_cap;
    if (taken == wire::body_reader::state::done) co_return body_state::complete;
    if (!settled && !errors.may_still_be_error(facts(), response_, collected)) {
      co_return body_state::over_cap;
    }
    settled = collected.size() >= telling_bytes;
    if (consumed > 0 && !from_upstream_.empty()) continue;  // the pieces were full
    const auto got = upstream.read(from_upstream_.space());
    if (got.status == wire::io_status::ok) {
      from_upstream_.commit(got.bytes);
      set_deadline(group_->settings().body);
      continue;
    }
    if (got.status == wire::io_status::end && response_body_->ends_with_stream()) {
      co_return body_state::complete;
    }
    if (got.status != wire::io_status::would_block || worker_.stopping() || client_left()) {
      co_return body_state::truncated;
    }
    // Who talks both ways may wait for the first bytes before sending more; and a stream that has
    // fallen silent is none that soon ends.
    const bool both_wait = upload_.is_running() && upload_.waits_for_client();
    if (both_wait || client_.expired()) co_return body_state::over_cap;
    upstream.want_read();
    co_await pause();
  }
}

}  // namespace errata
