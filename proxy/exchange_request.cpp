// From the client's bytes to an admitted request.
#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include "policies/headers.hpp"
#include "proxy/exchange.hpp"
#include "proxy/wire/option_parameters.hpp"

namespace errata {
namespace {

std::int64_t unix_ms() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// A method's first letter: anything else (a TLS hello, a binary protocol) is answered at once and
// not after the header deadline.
bool may_begin_a_method(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

task<exchange::head_read> exchange::read_request_head() {
  wire::buffer& input = client_.input();  // holds the first bytes
  const std::int64_t now = worker::now_ms();
  const auto& timeouts = settings_.timeouts;
  // The first head of a connection is timed from its accept, a later one from its first byte.
  total_deadline_ms_ =
      (client_.first_exchange() ? client_.accepted_ms() : now) + timeouts.header.count();
  client_.set_deadline(total_deadline_ms_);
  started_us_ = head_read_us_ = monotonic_us();
  record_.unix_ms = unix_ms();

  wire::head_scanner scanner;
  bool skipped_line_end = false;
  const auto is_line_too_long = [&](const wire::head_scanner& so_far, std::size_t bytes) {
    const std::size_t line = so_far.first_line_size() == 0 ? bytes : so_far.first_line_size();
    return line > settings_.limits.target_bytes + 64;
  };
  const auto refuse = [&](cause why, std::string_view detail) {
    keep_alive_ = false;
    has_request_ = true;
    client_.linger();
    fail(failure_origin::downstream, failure_phase::read_request, why, detail);
    return head_read::refused;
  };
  while (true) {
    std::string_view bytes = input.view();
    // One empty line before a request is tolerated (RFC 9112 section 2.2).
    if (!skipped_line_end && bytes.starts_with("\r\n")) {
      input.consume(2);
      skipped_line_end = true;
      bytes = input.view();
    }
    if (!bytes.empty()) {
      if (bytes != "\r" && !may_begin_a_method(bytes.front())) {
        co_return refuse(cause::malformed_request, "the first byte begins no HTTP request");
      }
      const auto found = scanner.scan(bytes);
      if (found == wire::head_scanner::found::complete) break;
      if (found == wire::head_scanner::found::bare_line_feed) {
        co_return refuse(cause::malformed_request, "a line that ends without CR");
      }
      if (found == wire::head_scanner::found::folded_line) {
        co_return refuse(cause::malformed_request, "a folded field line");
      }
      if (is_line_too_long(scanner, bytes.size()))
        co_return refuse(cause::target_too_long, "request line too long");
      if (bytes.size() >= settings_.limits.header_bytes) {
        co_return refuse(cause::headers_too_large, "request head too large");
      }
    }
    const auto got = client_.client().read(input.space());
    if (got.status == wire::io_status::ok) {
      input.commit(got.bytes);
    } else if (got.status != wire::io_status::would_block) {
      if (input.empty() || got.status == wire::io_status::failed) co_return head_read::nothing;
      co_return refuse(cause::malformed_request, "the stream ended inside the request head");
    } else if (client_.expired()) {
      if (input.empty()) co_return head_read::nothing;
      co_return refuse(cause::header_timeout, "the request head did not come in time");
    } else if (worker_.stopping() || (worker_.draining() && input.empty())) {
      co_return head_read::nothing;
    } else {
      client_.client().want_read();
      co_await client_.woken();
      head_read_us_ = monotonic_us();
    }
  }

  const std::size_t size = scanner.head_size();
  const std::string_view head = input.view().substr(0, size);
  // What is too long in both is told the same however its bytes came.
  if (is_line_too_long(scanner, size))
    co_return refuse(cause::target_too_long, "request line too long");
  if (size > settings_.limits.header_bytes)
    co_return refuse(cause::headers_too_large, "request head too large");
  auto fault = wire::parse_request_head(head, request_);
  if (fault == wire::head_fault::malformed && wire::blank_option_parameters({input.data(), size})) {
    fault = wire::parse_request_head(head, request_);
  }
  record_.method = request_.method;
  record_.target = request_.target;
  if (fault == wire::head_fault::version_not_supported) {
    co_return refuse(cause::version_not_supported, "an HTTP version other than 1.0 and 1.1");
  }
  if (fault != wire::head_fault::none)
    co_return refuse(cause::malformed_request, "not the grammar of HTTP/1.1");
  input.pin(size);
  has_request_ = true;
  total_deadline_ms_ = worker::now_ms() + timeouts.request.count();
  client_.set_deadline(total_deadline_ms_);
  co_return head_read::complete;
}

// The same id goes to the upstream, the client and the log. Also where the
// head could not be parsed: then there are no fields and it is minted.
void exchange::assign_request_id() {
  peer_is_trusted_ = any_contains(settings_.trusted_proxies, client_.peer());
  client_address_ = client_.peer();
  const field_list& fields = request_.fields;
  if (peer_is_trusted_ && fields.has(field_id::x_forwarded_for)) {
    std::array<std::string_view, 32> hops;
    std::size_t count = 0;
    for (const field& f : fields) {
      if (f.id == field_id::x_forwarded_for && count < hops.size()) hops[count++] = f.value;
    }
    client_address_ = find_client(client_.peer(), {hops.data(), count}, settings_.trusted_proxies);
    if (client_address_ != client_.peer()) client_address_text_ = client_address_.to_string();
  }

  const field* sent = fields.find(settings_.request_id_header);
  const bool single =
      sent != nullptr && std::count_if(fields.begin(), fields.end(), [&](const field& f) {
                           return iequals(f.name, settings_.request_id_header);
                         }) == 1;
  const bool believed =
      settings_.request_id_trust == id_trust::always ||
      (settings_.request_id_trust == id_trust::trusted_proxies && peer_is_trusted_);
  if (single && believed && is_acceptable_request_id(sent->value)) {
    request_id_ = sent->value;
  } else {
    if (sent != nullptr) record_.client_request_id = sent->value;
    minted_ = mint_request_id(static_cast<std::uint64_t>(record_.unix_ms), worker_.entropy());
    request_id_ = {minted_.data(), minted_.size()};
  }
  trace_is_valid_ = fields.count(field_id::traceparent) == 1 &&
                    is_valid_traceparent(fields.value(field_id::traceparent));
  record_.host = fields.value(field_id::host);
  record_.user_agent = fields.value(field_id::user_agent);
}

bool exchange::frame() {
  framed_ = frame_request(request_, {settings_.limits.header_count, settings_.limits.target_bytes});
  if (framed_.refused) {
    keep_alive_ = false;
    framed_.keep_alive = false;
    client_.linger();
    return fail(failure_origin::downstream, failure_phase::read_request, *framed_.refused,
                framed_.detail);
  }
  if (request_.fields.has(field_id::connection) && connection_options(request_.fields).overflow) {
    keep_alive_ = framed_.keep_alive = false;
    client_.linger();
    return fail(failure_origin::downstream, failure_phase::read_request, cause::malformed_request,
                "Connection names too many fields");
  }
  request_body_.emplace(framed_.body, wire::chunk_scanner::output::framed);
  if (went_through(request_.fields, settings_.via_pseudonym)) {
    return fail(failure_origin::downstream, failure_phase::route, cause::loop_detected,
                "Via names this proxy");
  }
  return true;
}

bool exchange::has_memory() {
  if (worker_.pressure() != memory_pressure::shedding) return true;
  worker_.count().requests_shed.add();
  return fail(failure_origin::internal, failure_phase::route, cause::overloaded,
              "the process is near its memory limit");
}

bool exchange::pick_route() {
  const auto picked = runtime_->shared->routes.pick(host_without_port(framed_.authority),
                                                    framed_.path, request_.method);
  if (!picked) {
    return fail(failure_origin::downstream, failure_phase::route, cause::route_not_found,
                "no route matches");
  }
  route_ = &settings_.routes[*picked];
  record_.route = route_->name;
  if (route_->strip_prefix && framed_.forward_target != "*") {
    std::string_view prefix = route_->path_prefix;
    if (prefix.ends_with('/')) prefix.remove_suffix(1);
    const auto rest = framed_.path.substr(std::min(prefix.size(), framed_.path.size()));
    if (!framed_.path.starts_with(prefix) || !(rest.empty() || rest.front() == '/')) {
      return fail(failure_origin::downstream, failure_phase::route, cause::route_not_found,
                  "the path matches only when normalized: its prefix cannot be stripped");
    }
    framed_.forward_target.remove_prefix(prefix.size());
  }
  if (framed_.body.kind == body_framing::length && framed_.body.bytes > route_->body_limit) {
    return fail(failure_origin::downstream, failure_phase::read_request, cause::body_too_large,
                "Content-Length is over the route's body_limit");
  }
  if (!route_->respond) {
    group_ = runtime_->groups[route_->upstream].get();
    record_.upstream = group_->settings().name;
  }
  return true;
}

bool exchange::spend_limits() {
  if (route_->rate_limits.empty()) return true;
  // A preflight that is refused hides every answer from a browser (docs/envelope.md).
  const bool preflight = request_.method == "OPTIONS" && request_.fields.has(field_id::origin) &&
                         request_.fields.find("Access-Control-Request-Method") != nullptr;
  if (preflight) return true;
  const rate_limiter& limiter = runtime_->shared->limiter;
  limits_ = limiter.spend(route_->rate_limits,
                          {client_address_, route_->name, request_.method, &request_.fields},
                          head_read_us_ * 1000);
  if (limits_->shadow_refused) {
    worker_.count().shadow_rate_limited.add();
    record_.shadow_rate_limit = limiter.rules()[limits_->shadow_violated].name;
  }
  if (limits_->admitted) return true;
  worker_.count().rate_limited.add();
  record_.rate_limit = limiter.rules()[limits_->violated].name;
  return fail(failure_origin::downstream, failure_phase::limit, cause::rate_limited,
              "over a rate limit");
}

}  // namespace errata
