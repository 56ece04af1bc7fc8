// The error reference as one HTML page that needs nothing else.
#pragma once

#include <string>

#include "policies/reference/reference_model.hpp"

namespace errata {

// HTML5; whatever the catalog says is escaped. Each code is a section whose id is the code.
std::string html_reference(const reference_model& model);

}  // namespace errata
