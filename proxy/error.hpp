// What went wrong in an exchange: whose fault, how far it got, and the catalog's row for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policies/catalog.hpp"

namespace errata {

enum class failure_origin : std::uint8_t { downstream, upstream, internal };

enum class failure_phase : std::uint8_t {
  read_request,
  route,
  limit,
  connect,
  send,
  read_response,
  relay,
};

// Whether the upstream may have acted on the request.
enum class delivery : std::uint8_t { not_sent, partly_sent, sent };

struct failure {
  failure_origin origin = failure_origin::internal;
  failure_phase phase = failure_phase::read_request;
  delivery delivered = delivery::not_sent;
  cause why = cause::internal;
  std::string_view detail;            // static text for the log, never for clients
  std::string_view proxy_error = {};  // of RFC 9209 section 2.3, where `why` does not say it all
};

std::string_view name_of(failure_origin origin) noexcept;
std::string_view name_of(failure_phase phase) noexcept;
std::string_view name_of(delivery delivered) noexcept;

// Appends a Proxy-Status line (RFC 9209) that says what went wrong and, as `delivery`, whether the
// upstream may have acted on the request. `pseudonym`: a token.
void append_proxy_status(std::string& out, std::string_view pseudonym, const failure& what);
// The same for an error of the upstream's that was rewritten.
void append_proxy_status(std::string& out, std::string_view pseudonym, unsigned received_status);

}  // namespace errata
