// Character references of HTML: "&amp;", "&#39;".
#pragma once

#include <string>
#include <string_view>

namespace errata {

// Appends `raw` with its references resolved as browsers do (HTML Living Standard, section
// 13.2.5.72): the names of HTML 4 and of the signs in ASCII, numbers, and the old names without a
// semicolon. What is no reference stays. `raw` is valid UTF-8, and so is what is appended.
void append_resolved(std::string& out, std::string_view raw);

}  // namespace errata
