// Fills the places in a message that its template left open.
#pragma once

#include <string>

#include "policies/normalize/json_document.hpp"

namespace errata {

// Replaces %name, %1, {name}, {{name}} and {0} in `message` by the values that `object` has for
// them under `parameters`, `params`, `args` or `arguments`: an object of names, or a list in order.
// Places without a value stay. At most 16 are filled, with values of at most 128 bytes. Linear.
std::string fill_placeholders(std::string message, const json_part& object);

}  // namespace errata
