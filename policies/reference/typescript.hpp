// The error reference as a TypeScript module: tables, types and a type guard for clients.
#pragma once

#include <string>

#include "policies/reference/reference_model.hpp"

namespace errata {

// Passes `tsc --strict`, depends on nothing. Whatever the catalog says is escaped.
std::string typescript_reference(const reference_model& model);

}  // namespace errata
