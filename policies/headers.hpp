// Which fields cross the proxy, and the lines it adds: hop-by-hop stripping (RFC 9110 section
// 7.6.1), Via, Forwarded and X-Forwarded-*.
#pragma once

#include <boost/container/static_vector.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "policies/message.hpp"

namespace errata {

// The fields that Connection names, read once a head. More than 32 names: `overflow`, and the
// head is refused rather than half obeyed.
struct connection_options {
  boost::container::static_vector<std::string_view, 32> names;
  bool overflow = false;

  explicit connection_options(const field_list& fields);
  bool nominates(std::string_view name) const noexcept;
};

// Whether a field belongs to this hop only. A nominated Host, Authorization, X-Request-Id,
// X-Forwarded-* or other field that errata answers for stays: a client cannot have it removed.
bool is_hop_by_hop(const field& f, const connection_options& nominated) noexcept;

// Whether an upstream that turns '_' into '-' (CGI, WSGI, PHP) would take this name for a field
// that errata checks or writes, such as Transfer_Encoding or X_Forwarded_For.
bool imitates_known_field(std::string_view name) noexcept;

struct forwarding_facts {
  std::string_view peer;         // the client socket's address, as text
  bool peer_is_trusted = false;  // its X-Forwarded-* and Forwarded are believed and continued
  std::string_view authority;    // what the request was for; empty on HTTP/1.0 without Host
  std::string_view endpoint;     // Host where there is no authority: HTTP/1.1 must have one
  std::string_view pseudonym;    // in Via
  std::string_view request_id_field;
  std::string_view request_id;
  bool pass_trace = false;  // traceparent is valid
};

// Appends the field lines of a request on its way upstream: those of `head` that cross, in order
// and byte for byte, then Host (first), X-Request-Id, Via, X-Forwarded-For, -Proto, -Host,
// Forwarded. Any other X-Forwarded-* crosses only from a trusted peer. Not appended, because they
// are framing: Content-Length, Transfer-Encoding, Connection, Upgrade. False when Connection names
// too many fields.
bool append_request_fields(std::string& out, const request_head& head,
                           const forwarding_facts& facts);

// Appends the field lines of a passing response: those that cross, in order and byte for byte,
// but Content-Length, Transfer-Encoding, the request id's, and every Date but the first.
void append_response_fields(std::string& out, const response_head& head,
                            std::string_view request_id_field);

// Appends what a 426 must say (RFC 9110 section 15.5.22): the upstream's Upgrade, which belongs to
// its hop, as one of ours, with the Connection that this takes. Nothing for any other status.
void append_upgrade(std::string& out, const response_head& head, unsigned sent_status);

// Whether Via names `pseudonym`: the request went through us already (RFC 9110 section 7.6.3).
bool went_through(const field_list& fields, std::string_view pseudonym) noexcept;

}  // namespace errata
