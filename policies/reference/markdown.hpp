// The error reference as a Markdown page (GitHub flavoured), the docs/errors.md of a repository.
#pragma once

#include <string>

#include "policies/reference/reference_model.hpp"

namespace errata {

// Whatever the catalog says is escaped. Each code has an anchor that is the code.
std::string markdown_reference(const reference_model& model);

}  // namespace errata
