// Lets pages of other origins read errata's own errors (the CORS protocol of the Fetch standard):
// without these fields a browser hides status, body and request id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace errata {

struct cors_settings {
  std::vector<std::string> origins;      // "https://app.example.com"; "*" alone: any; empty: off
  bool credentials = false;              // never together with "*"
  std::vector<std::string> expose = {};  // beside the fields that errata itself sends
};

// scheme://host[:port] in lower case, without a path; or "*".
bool is_cors_origin(std::string_view text) noexcept;

// Appends the field lines of an error that errata makes itself, for a request whose Origin field is
// `origin` (empty: it has none). Nothing when CORS is off; `Vary: Origin` wherever the answer may
// depend on it.
void append_cors_fields(std::string& out, const cors_settings& settings, std::string_view origin,
                        std::string_view request_id_field);

}  // namespace errata
