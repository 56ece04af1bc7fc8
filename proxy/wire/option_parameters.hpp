// Connection options with parameters, as some old clients write them: `Keep-Alive; timeout=15`.
#pragma once

#include <span>

namespace errata::wire {

// Overwrites the parameters of the options in Connection and Proxy-Connection with spaces. `head`
// is complete, its lines end in CRLF. True when anything was blanked.
//
// Options are tokens (RFC 9110 section 7.6.1), so that a strict parser refuses the whole request.
// Both fields end at this hop, which makes it safe to read the option alone. Only parameters of
// token characters, "=" and blanks are taken out: a quoted comma would make two options of one.
// Linear.
bool blank_option_parameters(std::span<char> head) noexcept;

}  // namespace errata::wire
