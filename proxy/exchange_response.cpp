// From the upstream's response head to the client: passed on as it comes, or as an envelope.
#include <algorithm>
#include <array>

#include "policies/headers.hpp"
#include "proxy/exchange.hpp"
#include "proxy/retry_after.hpp"

namespace errata {
namespace {

// Reads of a body before the other connections of the thread get their turn: about 1 MiB.
constexpr unsigned rounds_at_once = 16;

// A longer one may take long to normalize: a trace of 64 KiB some 75 us.
constexpr std::size_t quick_body = 4096;

// The length of a body that does not come, as one number: `list` was checked (policies/framing).
void append_length_described(std::string& head, std::string_view list) {
  std::string_view digits = trim(list.substr(0, list.find(',')));
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  head.append("Content-Length: ").append(digits).append("\r\n");
}

}  // namespace

task<void> exchange::answer() {
  upstream_reusable_ = framed_response_.keep_alive;
  if (const field* id = response_.fields.find(settings_.request_id_header))
    record_.upstream_request_id = id->value;
  // A refused upload is not gone on with: what the upstream said about it stands. A success may be
  // a stream that answers as it reads, unless all of it is here or its upstream is gone.
  const bool gone = upload_.now() == upload::state::upstream_gone && !request_body_->done();
  const auto left = response_body_->remaining();
  const bool over = response_.status >= 400 || response_body_->done() ||
                    (left && *left <= from_upstream_.view().size());
  if (upload_.is_held() || gone || (upload_.is_running() && over)) {
    upload_.stop();
    keep_alive_ = framed_.keep_alive = false;
    client_.linger();
  }
  const bool impossible = response_.status < 200 || response_.status > 599;
  const bool enforced = route_->normalize == normalize_mode::enforce;
  if (impossible && !enforced) {
    fail(failure_origin::upstream, failure_phase::read_response, cause::upstream_malformed,
         "a status outside 200 to 599");
    upstream_reusable_ = false;
    co_await send_failure();
    co_return;
  }
  const verdict said = route_->normalize == normalize_mode::off
                           ? verdict::pass
                           : runtime_->shared->errors.judge(facts(), response_);
  if (said == verdict::pass) {
    co_await relay({}, body_state::absent);
  } else if (said == verdict::inspect) {
    co_await inspect();
  } else {
    co_await rewrite();
  }
}

request_facts exchange::facts() const noexcept {
  return {request_.method, &request_.fields, route_->policy, request_id_, route_->shapes.get()};
}

task<void> exchange::rewrite() {
  const normalizer& errors = runtime_->shared->errors;
  std::string_view body;
  body_state state = body_state::absent;
  if (errors.judge(facts(), response_) == verdict::need_body && !response_body_->done()) {
    state = co_await collect_body(body);
  } else if (response_body_->done() && request_.method != "HEAD") {
    state = body_state::complete;
  } else if (!response_body_->done()) {
    upstream_reusable_ = false;
  }
  normalized made = normalize(body, state);
  if (!note(made)) {
    co_await relay(body, state);
    co_return;
  }
  if (state == body_state::over_cap || state == body_state::truncated) upstream_reusable_ = false;
  co_await send_envelope(made);
}

normalized exchange::normalize(std::string_view body, body_state state) {
  // Nobody's response waits for long work on another's.
  if (body.size() > quick_body) worker_.turns().let_all_send();
  return runtime_->shared->errors.normalize(facts(), response_, body, state);
}

// What was made of it, for the log. False: the original is to leave.
bool exchange::note(normalized& made) {
  code_ = std::move(made.code);
  record_.code = code_;
  record_.shape = made.shape;
  record_.scrubbed = made.scrubbed;
  worker_.count().scrubbed.add(made.scrubbed);
  record_.shadow = route_->normalize == normalize_mode::shadow;
  if (made.untouched) return false;
  if (!record_.shadow) return true;
  worker_.count().errors_shadowed.add();
  would_send_ = std::move(made.body);
  record_.would_send = would_send_;
  record_.would_status = made.status;
  return false;
}

task<void> exchange::send_envelope(const normalized& made) {
  worker_.count().errors_rewritten.add();
  begin_response(made.status, reason_phrase(made.status));
  std::string& head = scratch_->downstream_head;
  runtime_->shared->errors.append_error_fields(head, response_, made.status, made.format);
  append_retry_after(head, made.status, &response_, 0);
  append_upgrade(head, response_, made.status);
  if (settings_.proxy_status) {
    append_proxy_status(head, settings_.via_pseudonym, response_.status);
  }
  // The length a GET would have had is not known, and one that may differ is forbidden
  // (RFC 9110 section 8.6).
  const bool bodiless = request_.method == "HEAD";
  if (!bodiless) append_number_line(head, "Content-Length: ", made.body.size());
  end_response_head(true);
  response_begun_ = true;
  // One piece takes the kernel less than two.
  if (!bodiless) head.append(made.body);
  iovec whole{head.data(), head.size()};
  std::span<iovec> rest(&whole, 1);
  co_await turn_to_send();
  if (send_some(rest, part::last) != wire::io_status::ok) co_await send_rest(rest);
}

// Collects the body, transfer coding off, up to the cap. `body` then views the upstream's buffer
// where it lies there whole, else the scratch.
task<body_state> exchange::collect_body(std::string_view& body) {
  const std::size_t cap = runtime_->shared->errors.max_body();
  response_body_.emplace(framed_response_.body, wire::chunk_scanner::output::data_only);
  const auto left = response_body_->remaining();
  std::size_t consumed = 0;
  wire::pieces& pieces = scratch_->down;
  if (left && *left <= std::min(cap, from_upstream_.view().size())) {
    body = from_upstream_.view().substr(0, static_cast<std::size_t>(*left));
    response_body_->take(body, pieces, consumed);
    from_upstream_.consume(consumed);
    co_return body_state::complete;
  }
  std::string& collected = scratch_->collected;
  wire::socket& upstream = upstream_->socket();
  set_deadline(group_->settings().body);
  while (true) {
    pieces.clear();
    const auto taken = response_body_->take(from_upstream_.view(), pieces, consumed);
    for (std::size_t i = 0; i < pieces.count; ++i) {
      collected.append(static_cast<const char*>(pieces.items[i].iov_base), pieces.items[i].iov_len);
    }
    from_upstream_.consume(consumed);
    body = collected;
    if (taken == wire::body_reader::state::bad) co_return body_state::truncated;
    if (collected.size() > cap) co_return body_state::over_cap;
    if (taken == wire::body_reader::state::done) co_return body_state::complete;
    if (consumed > 0 && !from_upstream_.empty()) continue;  // the pieces were full
    const auto got = upstream.read(from_upstream_.space());
    if (got.status == wire::io_status::ok) {
      from_upstream_.commit(got.bytes);
      set_deadline(group_->settings().body);
    } else if (got.status == wire::io_status::end && response_body_->ends_with_stream()) {
      co_return body_state::complete;
    } else if (got.status != wire::io_status::would_block || client_.expired() ||
               worker_.stopping() || client_left()) {
      co_return body_state::truncated;
    } else {
      upstream.want_read();
      co_await pause();
    }
  }
}

// While the upstream's body is waited for: whether nobody is left to take it, or the request can
// never be whole (docs/decisions/0004-a-half-close-is-no-abort.md).
bool exchange::client_left() {
  if (!client_reset() && upload_.now() != upload::state::client_gone) return false;
  keep_alive_ = false;
  fail(failure_origin::downstream, failure_phase::relay, cause::internal,
       "the client closed the connection");
  return true;
}

// The original response. `collected` is what of its body was read for inspection, transfer coding
// off; `state` says how it ended: absent when nothing was collected.
task<void> exchange::relay(std::string_view collected, body_state state) {
  const bool whole = state == body_state::complete;
  const bool inspected = state != body_state::absent;
  const bool client_takes_chunks = request_.version_minor >= 1;
  const auto kind = framed_response_.body.kind;
  bool rechunk = false;
  begin_response(response_.status, response_.reason);
  std::string& head = scratch_->downstream_head;
  append_response_fields(head, response_, settings_.request_id_header);
  if (response_.status >= 400) append_retry_after(head, response_.status, &response_, 0);
  append_upgrade(head, response_, response_.status);
  if (kind == body_framing::none) {
    // HEAD and 304 describe a body that does not come; a 204 has none to describe.
    const bool describes =
        response_.status != 204 && response_.fields.has(field_id::content_length);
    if (describes) {
      append_length_described(head, response_.fields.value(field_id::content_length));
    }
  } else if (whole || kind == body_framing::length) {
    const std::uint64_t size = whole ? collected.size() : framed_response_.body.bytes;
    append_number_line(head, "Content-Length: ", size);
  } else if (client_takes_chunks) {
    head.append("Transfer-Encoding: chunked\r\n");
    rechunk = inspected || kind == body_framing::until_close;
  } else {
    keep_alive_ = framed_.keep_alive = false;
    if (!inspected)
      response_body_.emplace(framed_response_.body, wire::chunk_scanner::output::data_only);
  }
  end_response_head(!response_.fields.has(field_id::date));
  response_begun_ = true;
  const std::uint64_t before = record_.bytes_out;
  const bool complete = co_await relay_body(collected, whole, rechunk);
  if (complete) co_return;
  upstream_reusable_ = false;
  if (record_.bytes_out == before && failure_->origin == failure_origin::upstream) {
    // The body is broken from its first byte on: there is still time for an envelope.
    response_begun_ = false;
    co_await send_failure();
    co_return;
  }
  keep_alive_ = false;
  // The end of a body that nothing delimits looks like a whole one: only a reset tells.
  const bool delimited = kind == body_framing::length || client_takes_chunks;
  if (!delimited) {
    client_.client().reset_on_close();
  } else if (failure_->origin == failure_origin::upstream) {
    // What the client pipelined behind would reset earlier responses away, too.
    client_.linger();
  }
}

// Head, what was collected, and the rest of the body. False when it broke off.
task<bool> exchange::relay_body(std::string_view collected, bool whole, bool rechunk) {
  std::string& head = scratch_->downstream_head;
  wire::pieces& pieces = scratch_->down;
  wire::socket& upstream = upstream_->socket();
  auto& gathered = scratch_->gathered;
  std::array<char, 20> size_line;
  bool head_pending = true;
  unsigned rounds = 0;
  bool ended = whole || response_body_->done();
  while (true) {
    std::size_t consumed = 0;
    pieces.clear();
    pieces.add(collected);
    pieces.data_bytes = collected.size();
    collected = {};
    if (!ended) {
      const auto taken = response_body_->take(from_upstream_.view(), pieces, consumed);
      if (taken == wire::body_reader::state::bad) {
        co_return fail(failure_origin::upstream, failure_phase::relay, cause::upstream_malformed,
                       "bad chunked coding");
      }
      ended = taken == wire::body_reader::state::done;
    }
    std::size_t count = 0;
    if (head_pending) gathered[count++] = {head.data(), head.size()};
    const bool own_chunk = rechunk && pieces.bytes > 0;
    if (own_chunk)
      gathered[count++] = {size_line.data(),
                           wire::write_chunk_size(size_line.data(), pieces.bytes)};
    for (std::size_t i = 0; i < pieces.count; ++i) gathered[count++] = pieces.items[i];
    static constexpr std::string_view chunk_end = "\r\n0\r\n\r\n";
    if (own_chunk)
      gathered[count++] = {const_cast<char*>(chunk_end.data()), ended ? chunk_end.size() : 2U};
    if (rechunk && ended && !own_chunk)
      gathered[count++] = {const_cast<char*>(chunk_end.data()) + 2, chunk_end.size() - 2};
    if (count > 0) {
      if (head_pending) co_await turn_to_send();
      std::span<iovec> rest(gathered.data(), count);
      const auto status = send_some(rest, ended ? part::last : part::some);
      if (status != wire::io_status::ok) {
        const bool sent = co_await send_rest(rest);
        if (!sent) co_return false;
      }
      head_pending = false;
    }
    from_upstream_.consume(consumed);
    if (ended) co_return true;
    worker_.turns().let_all_send();
    // A fast upstream and a fast client must not keep this thread to themselves.
    if (++rounds % rounds_at_once == 0) {
      worker_.wake_later(client_);
      co_await client_.woken();
      if (worker_.stopping()) co_return relay_broke();
    }
    if (consumed > 0 && !from_upstream_.empty()) continue;
    if (may_splice()) {
      const spliced how = co_await splice_body(rechunk);
      if (how != spliced::needs_buffer) co_return how == spliced::all;
      ended = response_body_->done();
      if (ended || !from_upstream_.empty()) continue;
    }

    client_.set_deadline(worker::now_ms() + group_->settings().body.count());
    while (true) {
      const auto got = upstream.read(from_upstream_.space(wire::relay_fill));
      if (got.status == wire::io_status::ok) {
        from_upstream_.commit(got.bytes);
        break;
      }
      if (got.status == wire::io_status::end && response_body_->ends_with_stream()) {
        ended = true;
        break;
      }
      if (got.status != wire::io_status::would_block || client_.expired() || worker_.stopping()) {
        co_return relay_broke();
      }
      if (client_left()) co_return false;
      upstream.want_read();
      co_await pause();
    }
  }
}

// The upstream's fault: always false.
bool exchange::relay_broke() {
  const bool late = client_.expired();
  return fail(failure_origin::upstream, failure_phase::relay,
              late ? cause::upstream_timeout : cause::upstream_closed,
              late ? "no more of the response body in time" : "the response body broke off");
}

void exchange::begin_response(unsigned status, std::string_view reason) {
  std::string& head = scratch_->downstream_head;
  head.clear();
  std::array<char, 13> begun{'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '0', '0', '0', ' '};
  begun[9] = static_cast<char>('0' + status / 100);
  begun[10] = static_cast<char>('0' + status / 10 % 10);
  begun[11] = static_cast<char>('0' + status % 10);
  head.append(begun.data(), begun.size()).append(reason).append("\r\n");
  record_.status = status;
}

// The lines that every response of errata ends its head with.
void exchange::end_response_head(bool add_date) {
  std::string& head = scratch_->downstream_head;
  head.append(runtime_->shared->request_id_line).append(request_id_).append("\r\n");
  if (add_date) head.append(worker_.date_line());
  if (limits_) runtime_->shared->limiter.append_fields(head, *limits_);
  if (!keep_alive_ || closing()) {
    head.append("Connection: close\r\n");
    // Not the client's wish: its next request may be on its way.
    if (keep_alive_ && framed_.keep_alive) client_.linger();
    keep_alive_ = false;
  } else if (request_.version_minor < 1) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
}

}  // namespace errata
