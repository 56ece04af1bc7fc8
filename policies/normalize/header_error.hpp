// Reads what header fields of a response say about the error: for some services the only place that
// does.
#pragma once

#include "policies/message.hpp"
#include "policies/normalize/finding.hpp"

namespace errata {

// A field that does not belong to HTTP and whose name ends in error-code, error-type or errortype
// has the code, one that ends in error-message or error-description the message, and grpc-message
// the message in its own percent-coding. The code is by is_code(), the message is not scrubbed.
// Nothing where there is none. Linear. Any thread.
finding read_error_fields(const field_list& fields, unsigned status);

}  // namespace errata
