// One explained capture for a person at a terminal.
#pragma once

#include <string>

#include "proxy/cli/explained.hpp"

namespace errata {

// Lines of a label and what it says. Nothing of the capture reaches the terminal but as printable
// characters: the rest is shown as \xNN. `colour`: whether to use the terminal's.
std::string explain_text(const explained& e, bool colour);

}  // namespace errata
