// An error as a problem document (RFC 9457), for clients that ask for one.
#pragma once

#include <string>
#include <string_view>

#include "policies/envelope.hpp"

namespace errata {

// Appends {"type","title","status","detail","instance","code","param"}: the same error as `e`.
// `type` is doc_url, or about:blank with the reason phrase as its title (section 4.2.1). `title`:
// what the catalog says of the code. `instance` is there when the request id is a UUID. All valid
// UTF-8.
void append_problem(std::string& out, const envelope& e, std::string_view title, unsigned status,
                    std::string_view request_id);

}  // namespace errata
