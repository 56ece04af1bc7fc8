#include "proxy/error.hpp"

namespace errata {

std::string_view name_of(failure_origin origin) noexcept {
  switch (origin) {
    case failure_origin::downstream:
      return "downstream";
    case failure_origin::upstream:
      return "upstream";
    case failure_origin::internal:
      break;
  }
  return "internal";
}

std::string_view name_of(failure_phase phase) noexcept {
  switch (phase) {
    case failure_phase::read_request:
      return "read_request";
    case failure_phase::route:
      return "route";
    case failure_phase::limit:
      return "limit";
    case failure_phase::connect:
      return "connect";
    case failure_phase::send:
      return "send";
    case failure_phase::read_response:
      return "read_response";
    case failure_phase::relay:
      break;
  }
  return "relay";
}

std::string_view name_of(delivery delivered) noexcept {
  switch (delivered) {
    case delivery::not_sent:
      return "not_sent";
    case delivery::partly_sent:
      return "partly_sent";
    case delivery::sent:
      break;
  }
  return "sent";
}

namespace {

std::string_view proxy_error_of(cause why) noexcept {
  switch (why) {
    case cause::upstream_unreachable:
      return "destination_unavailable";
    case cause::upstream_saturated:
      return "connection_limit_reached";
    case cause::upstream_closed:
      return "connection_terminated";
    case cause::upstream_malformed:
      return "http_protocol_error";
    case cause::upstream_timeout:
      return "http_response_timeout";
    case cause::loop_detected:
      return "proxy_loop_detected";
    case cause::rate_limited:
    case cause::overloaded:
    case cause::draining:
      return "http_request_denied";
    case cause::internal:
      return "proxy_internal_error";
    default:
      return "http_request_error";
  }
}

}  // namespace

void append_proxy_status(std::string& out, std::string_view pseudonym, const failure& what) {
  out.append("Proxy-Status: ").append(pseudonym).append("; error=");
  out.append(what.proxy_error.empty() ? proxy_error_of(what.why) : what.proxy_error);
  out.append("; delivery=").append(name_of(what.delivered)).append("\r\n");
}

void append_proxy_status(std::string& out, std::string_view pseudonym, unsigned received_status) {
  out.append("Proxy-Status: ").append(pseudonym).append("; received-status=");
  out.append(std::to_string(received_status)).append("\r\n");
}

}  // namespace errata
