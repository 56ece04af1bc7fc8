// What a client says it can read: Accept and Accept-Encoding (RFC 9110 section 12.5).
#pragma once

#include <string_view>

#include "policies/message.hpp"

namespace errata {

// Whether the client takes `coding`. Without the field it is taken to want none.
bool accepts_coding(const field_list& request, std::string_view coding) noexcept;

// Whether the client asks for application/problem+json: by name, and rather than
// application/json, application/* and */*. Those who take anything get the envelope.
bool prefers_problem(const field_list& request) noexcept;

}  // namespace errata
