// Retry-After and other small lines of response heads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policies/message.hpp"

namespace errata {

// Seconds until a retry is worth while when only the status is known: long enough for a restart to
// end, short enough not to be an outage of its own.
inline constexpr unsigned default_retry_after_s = 5;

// Appends Retry-After to a 429 or 503, which never leave without one: `seconds`, or
// the default when that is 0. Nothing when `upstream` has said it already.
void append_retry_after(std::string& head, unsigned status, const response_head* upstream,
                        unsigned seconds);

void append_number_line(std::string& head, std::string_view name_and_colon, std::uint64_t value);

}  // namespace errata
