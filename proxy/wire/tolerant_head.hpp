// Response heads of old services, brought into the form that RFC 9112 demands before they are
// parsed. Only what cannot change where a message ends is forgiven.
#pragma once

#include <string>
#include <string_view>

namespace errata::wire {

// Writes `head`, complete with its empty line, into `out` with
//   - lines ended by CR LF where they ended in LF alone (RFC 9112 section 2.2),
//   - the space before a missing reason phrase (section 4),
//   - white space before a colon taken out (section 5.1 requires it of a proxy),
//   - folded lines joined by a space (section 5.2),
//   - the parameters of connection options taken out ("Keep-Alive; timeout=15").
// False, with `out` unspecified, where it is no response head even so: a line without a colon, a
// name that is no token, a NUL or a CR inside a line. Linear.
bool repair_response_head(std::string_view head, std::string& out);

}  // namespace errata::wire
