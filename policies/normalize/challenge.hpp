// Reads what a challenge says about the error: for some services the only place that does.
#pragma once

#include "policies/message.hpp"
#include "policies/normalize/finding.hpp"

namespace errata {

// RFC 6750 section 3: the parameters `error` and `error_description` of the first challenge in
// `fields` (WWW-Authenticate, RFC 9110 section 11.3) that has one. Its code is by is_code(), its
// message is not scrubbed. Nothing where there is none. Linear. Any thread.
finding read_challenge(const field_list& fields);

}  // namespace errata
