// The error reference as JSON, for tools: all that the pages say, and nothing formatted.
#pragma once

#include <string>

#include "policies/reference/reference_model.hpp"

namespace errata {

// Indented, in ASCII but for what the catalog says.
std::string json_reference(const reference_model& model);

}  // namespace errata
