// One explained capture as one line of JSON, for tools.
#pragma once

#include <string>

#include "proxy/cli/explained.hpp"

namespace errata {

// One line with its end. Always valid UTF-8: what was not is taken as latin-1.
std::string explain_json(const explained& e);

}  // namespace errata
