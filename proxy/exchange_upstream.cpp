// To the upstream and back to the head of its final response.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "policies/headers.hpp"
#include "proxy/exchange.hpp"
#include "proxy/wire/tolerant_head.hpp"

namespace errata {
namespace {

// More interim responses than this are a flood.
constexpr unsigned max_interim_responses = 16;

// A client that waits for 100 (Continue) is told to go on after this long, because old servers
// never say it (RFC 9110 section 10.1.1 lets a client wait for a limited time only).
constexpr milliseconds continue_patience{1000};

// A connection that was lent unasked is looked at when nothing came for this long: its end may have
// come together with its last response, of which no event tells. Then the request goes to another.
constexpr milliseconds doubt_patience{500};

}  // namespace

task<exchange::upstream_answer> exchange::ask_upstream() {
  if (!ask_circuit()) co_return upstream_answer::failed;
  // Before a connection is chosen, which is to be silent when the request goes out.
  co_await turn_to_send();
  if (worker_.stopping()) co_return upstream_answer::client_gone;
  // Nobody's turn waits for a long body; nor does the request for those who go first, once there is
  // a connection.
  const auto body_left = request_body_->remaining();
  if (!body_left || *body_left > client_.input().view().size()) worker_.turns().let_all_send();
  while (true) {
    const bool connected = co_await connect();
    if (!connected) {
      const bool gone = failure_->origin == failure_origin::downstream;
      co_return gone ? upstream_answer::client_gone : upstream_answer::failed;
    }
    begin_upload();
    const upstream_answer came = co_await read_response_head();
    if (came != upstream_answer::failed || !may_retry()) co_return came;
    // A pooled connection that had died: once more, on a fresh one.
    record_.retried = true;
    failure_.reset();
    upstream_.reset();
    from_upstream_.release();
    if (upload_.is_running()) upload_.stop();
    client_.input().restore(upload_.used_bytes());
    request_body_.emplace(framed_.body, wire::chunk_scanner::output::framed);
  }
}

// RFC 9110 section 9.2.2: only what is idempotent, or what was certainly not sent; only when a
// reused connection ended before a byte of a response; only once.
bool exchange::may_retry() noexcept {
  const bool stale = upstream_ && upstream_->reused() && from_upstream_.empty() &&
                     interim_count_ == 0 && failure_->why == cause::upstream_closed;
  const bool safe = is_idempotent(request_.method) || upload_.sent_bytes() == 0;
  return stale && safe && !record_.retried && !upload_.has_read() && !client_.expired() &&
         group_->begin_retry();
}

// Whether a connection that turns out to be dead costs nothing but a second try.
bool exchange::may_send_again() const noexcept {
  return framed_.body.kind == body_framing::none && group_->has_retries_left() &&
         is_idempotent(request_.method);
}

void exchange::begin_upload() {
  std::string& head = scratch_->upstream_head;
  head.clear();
  head.append(request_.method).append(" ");
  if (!framed_.forward_target.starts_with('/') && framed_.forward_target != "*") head.append("/");
  head.append(framed_.forward_target).append(" HTTP/1.1\r\n");
  forwarding_facts facts;
  facts.peer = client_.peer_text();
  facts.peer_is_trusted = peer_is_trusted_;
  facts.authority = framed_.authority;
  facts.endpoint = record_.endpoint;
  facts.pseudonym = settings_.via_pseudonym;
  facts.request_id_field = settings_.request_id_header;
  facts.request_id = request_id_;
  facts.pass_trace = trace_is_valid_;
  append_request_fields(head, request_, facts);
  switch (framed_.body.kind) {
    case body_framing::chunked:
      head.append("Transfer-Encoding: chunked\r\n");
      break;
    case body_framing::length:
      head.append("Content-Length: ").append(std::to_string(framed_.body.bytes)).append("\r\n");
      break;
    default:
      // A POST without a body says so (RFC 9110 section 8.6).
      if (request_.fields.has(field_id::content_length)) head.append("Content-Length: 0\r\n");
  }
  if (framed_.upgrades) head.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  head.append("\r\n");
  upload_.begin(client_.client(), client_.input(), scratch_->up, head, *request_body_,
                route_->body_limit, framed_.expects_continue && !waited_for_continue_);
  sent_us_ = monotonic_us();
}

task<exchange::upstream_answer> exchange::read_response_head() {
  wire::socket& upstream = upstream_->socket();
  from_upstream_.acquire();
  const auto reading =
      group_->settings().tolerant_head ? wire::head_reading::tolerant : wire::head_reading::strict;
  wire::head_scanner scanner(reading);
  upload::state before = upload_.now();
  upload_.step(upstream);
  if (request_body_->done()) client_.client().assume_drained();
  set_response_deadline();
  while (true) {
    const scanned_head scanned = scan_response_head(scanner);
    if (!scanned.fault.empty()) co_return lose(cause::upstream_malformed, scanned.fault);
    if (scanned.complete) {
      if (response_.status < 100 || response_.status > 199) break;
      const upstream_answer interim = co_await interim_response();
      if (interim != upstream_answer::head) co_return interim;
      from_upstream_.drop_pinned();
      scanner = wire::head_scanner(reading);
      set_response_deadline();
      continue;
    }
    const auto got = upstream.read(from_upstream_.space(wire::relay_fill));
    if (got.status == wire::io_status::ok) {
      from_upstream_.commit(got.bytes);
      continue;
    }
    if (got.status != wire::io_status::would_block) {
      if (from_upstream_.empty())
        co_return lose(cause::upstream_closed, "the upstream closed without a response");
      co_return lose(cause::upstream_malformed, "the upstream closed inside the response head");
    }
    if (upload_.now() != before) {
      before = upload_.now();
      const upstream_answer broken = upload_failed();
      if (broken != upstream_answer::head) co_return broken;
      set_response_deadline();
    }
    if (client_.expired()) {
      const upstream_answer late = co_await deadline_passed();
      if (late != upstream_answer::head) co_return late;
      continue;
    }
    if (worker_.stopping()) co_return upstream_answer::client_gone;
    if (client_reset()) {
      fail(failure_origin::downstream, failure_phase::read_response, cause::internal,
           "the client reset the connection");
      co_return upstream_answer::client_gone;
    }
    upstream.want_read();
    co_await pause();
  }
  record_.upstream_us = monotonic_us() - sent_us_;
  record_.upstream_status = response_.status;
  framed_response_ = frame_response(response_, request_.method);
  if (!framed_response_.fault.empty())
    co_return lose(cause::upstream_malformed, framed_response_.fault);
  response_body_.emplace(framed_response_.body, wire::chunk_scanner::output::framed);
  co_return upstream_answer::head;
}

// Sets response_ when the head is whole.
exchange::scanned_head exchange::scan_response_head(wire::head_scanner& scanner) {
  using found = wire::head_scanner::found;
  constexpr std::string_view not_http = "the response head is not HTTP/1.1";
  if (from_upstream_.empty()) return {};
  const found at = scanner.scan(from_upstream_.view());
  if (at == found::incomplete) {
    if (from_upstream_.view().size() < wire::max_head_bytes) return {};
    return {false, "the response head is larger than 64 KiB"};
  }
  if (at != found::complete) return {false, not_http};
  const std::size_t size = scanner.head_size();
  const std::string_view head = from_upstream_.view().substr(0, size);
  const bool sound =
      !scanner.is_odd() && wire::parse_response_head(head, response_) == wire::head_fault::none;
  if (!sound && !parse_repaired(head)) return {false, not_http};
  from_upstream_.pin(size);
  return {true, {}};
}

// What old services write, brought into form. The views then point into the scratch.
bool exchange::parse_repaired(std::string_view head) {
  if (!group_->settings().tolerant_head) return false;
  std::string& repaired = scratch_->repaired_head;
  if (!wire::repair_response_head(head, repaired) || repaired == head) return false;
  if (wire::parse_response_head(repaired, response_) != wire::head_fault::none) return false;
  record_.repaired_head = true;
  worker_.count().heads_repaired.add();
  return true;
}

// Until the next bytes, and for all of them together no longer than the slowest rate allows: a
// client that sends a byte now and then is not slow but a siege.
milliseconds exchange::body_patience() const noexcept {
  const milliseconds patience = settings_.timeouts.body;
  const std::uint64_t rate = settings_.limits.body_rate;
  if (rate == 0) return patience;
  const auto allowed = static_cast<std::int64_t>(request_body_->data_bytes() * 1000 / rate);
  const std::int64_t until = sent_us_ / 1000 + patience.count() + allowed;
  const std::int64_t left = std::max<std::int64_t>(until - worker::now_ms(), 0);
  return std::min(patience, milliseconds(left));
}

void exchange::set_response_deadline() {
  if (upload_.is_held()) {
    set_deadline(continue_patience);
  } else if (upload_.is_running()) {
    set_deadline(body_patience());
  } else {
    const milliseconds patience = group_->settings().first_byte;
    set_deadline(upstream_->is_doubted() ? std::min(patience, doubt_patience) : patience);
  }
}

// While waiting for a response head. `head`: go on waiting.
task<exchange::upstream_answer> exchange::deadline_passed() {
  if (upload_.is_held()) {
    // The upstream says nothing to Expect: the client may begin.
    const upstream_answer told = co_await continue_now();
    set_response_deadline();
    co_return told;
  }
  if (upload_.is_running() && upload_.waits_for_client()) {
    fail(failure_origin::downstream, failure_phase::send, cause::body_timeout,
         "the request body did not come in time");
    keep_alive_ = false;
    client_.linger();
    co_return upstream_answer::failed;
  }
  if (upstream_->is_doubted()) {
    const milliseconds patience = group_->settings().first_byte;
    upstream_->trust();
    upstream_->socket().distrust();
    set_deadline(std::max(patience - doubt_patience, milliseconds(0)));
    co_return upstream_answer::head;
  }
  co_return lose(cause::upstream_timeout, "no response head in time");
}

exchange::upstream_answer exchange::lose(cause why, std::string_view detail) {
  fail(failure_origin::upstream, failure_phase::read_response, why, detail);
  return upstream_answer::failed;
}

// A client that resets has gone; one that only ended its sending side may still read (see
// docs/decisions/0004-a-half-close-is-no-abort.md).
bool exchange::client_reset() {
  wire::socket& client = client_.client();
  if (client.maybe_readable()) {
    const auto waiting = client.peek().status;
    if (waiting != wire::io_status::would_block) return waiting == wire::io_status::failed;
  }
  if (client_.may_watch_later()) return false;
  client.want_read();
  return false;
}

// What an upload that ended early means before there is a response. `head`: go on waiting.
exchange::upstream_answer exchange::upload_failed() {
  switch (upload_.now()) {
    case upload::state::client_gone:
      fail(failure_origin::downstream, failure_phase::send, cause::malformed_request,
           "the client closed the connection inside its request body");
      return upstream_answer::client_gone;
    case upload::state::client_malformed:
      fail(failure_origin::downstream, failure_phase::send, cause::malformed_request,
           "bad chunked coding");
      break;
    case upload::state::too_large:
      fail(failure_origin::downstream, failure_phase::send, cause::body_too_large,
           "the body is over the route's body_limit");
      break;
    default:
      // upstream_gone: it may have answered before it closed.
      return upstream_answer::head;
  }
  keep_alive_ = false;
  client_.linger();
  return upstream_answer::failed;
}

// A 1xx is passed on and waited behind (RFC 9110 section 15.2). `head`: go on waiting.
task<exchange::upstream_answer> exchange::interim_response() {
  if (response_.status == 101) {
    if (framed_.upgrades && iequals(response_.fields.value(field_id::upgrade), "websocket")) {
      co_return upstream_answer::tunnel;
    }
    fail(failure_origin::upstream, failure_phase::read_response, cause::upstream_malformed,
         "101 (Switching Protocols) to what was not asked for");
    co_return upstream_answer::failed;
  }
  if (++interim_count_ > max_interim_responses) {
    fail(failure_origin::upstream, failure_phase::read_response, cause::upstream_malformed,
         "too many 1xx responses");
    co_return upstream_answer::failed;
  }
  if (response_.status == 100) {
    if (!upload_.is_held()) co_return upstream_answer::head;  // said already, or not asked for
    co_return co_await continue_now();
  }
  if (request_.version_minor < 1) co_return upstream_answer::head;  // HTTP/1.0 knows no 1xx
  std::string& head = scratch_->downstream_head;
  head.clear();
  head.append("HTTP/1.1 ")
      .append(std::to_string(response_.status))
      .append(" ")
      .append(response_.reason)
      .append("\r\n");
  append_response_fields(head, response_, settings_.request_id_header);
  head.append("\r\n");
  iovec piece{head.data(), head.size()};
  const bool sent = co_await send_rest({&piece, 1});
  co_return sent ? upstream_answer::head : upstream_answer::client_gone;
}

task<exchange::upstream_answer> exchange::continue_now() {
  waited_for_continue_ = true;
  upload_.release_body();
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  iovec piece{const_cast<char*>(go_on.data()), go_on.size()};
  const bool sent = co_await send_rest({&piece, 1});
  co_return sent ? upstream_answer::head : upstream_answer::client_gone;
}

}  // namespace errata
