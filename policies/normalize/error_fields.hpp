// Which header fields of an upstream's response survive when its body is replaced by an envelope.
#pragma once

#include <string>
#include <string_view>

#include "policies/message.hpp"

namespace errata {

// Whether a field of the upstream's may go out beside an envelope sent with `sent_status`. Fields
// that describe the old body do not, nor those that are the caller's to write (hop-by-hop,
// Content-Length, Date, Via, X-Request-Id), nor those that tell about the inside of the service.
bool survives_rewrite(const field& f, const field_list& all, unsigned sent_status);

struct error_field_options {
  unsigned sent_status = 500;
  std::string_view content_type = "application/json";
  bool varies_by_accept = false;         // the client's Accept decides on the content type
  std::string_view auth_challenge = {};  // WWW-Authenticate of a 401 without one; empty for none
  std::string_view request_id_field = "X-Request-Id";  // the caller's to write
};

// Appends the field lines of an error that carries an envelope: what survives of `upstream`, byte
// for byte and in order, then Content-Type, X-Content-Type-Options, Cache-Control,
// WWW-Authenticate, Vary and Access-Control-Expose-Headers as needed: a page that may read the
// response may also read the request id and when to come back. An empty `upstream` stands for an
// error that errata makes itself.
void append_error_fields(std::string& out, const response_head& upstream,
                         const error_field_options& options);

}  // namespace errata
