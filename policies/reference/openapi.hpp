// The error reference as OpenAPI 3.1 components, to be referred to from a description of an API.
#pragma once

#include <string>

#include "policies/reference/reference_model.hpp"

namespace errata {

// JSON. Schemas Error, ErrorEnvelope, ErrorType and ErrorCode; a response ErrorNNN for each status,
// and Error4XX and Error5XX.
std::string openapi_reference(const reference_model& model);

}  // namespace errata
