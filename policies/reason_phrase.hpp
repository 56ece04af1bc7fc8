// The standard reason phrases of error statuses (RFC 9110 section 15, RFC 6585).
#pragma once

#include <string_view>

namespace errata {

// Empty for a status that has none. Static text.
std::string_view reason_phrase(unsigned status) noexcept;

}  // namespace errata
