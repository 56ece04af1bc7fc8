// Which parameter an error object in JSON is about.
#pragma once

#include <string>

#include "policies/normalize/json_document.hpp"

namespace errata {

// What is called `object` here is one, and `member` one of its members.

// Whether `member`, which names a parameter in a list of errors, does so in an object that stands
// alone: `path` beside a status is the request's.
bool is_param_at_top(const json_part& object, const json_part& member);

// The parameter that `member` names: by a name, a pointer, or a path in steps. Empty if it names
// none.
std::string param_from(const json_part& object, const json_part& member);

// {"source": {"pointer": ...}}, {"source": "payload", "keys": [...]} and
// {"params": {"missingProperty": ...}}.
std::string param_of_source(const json_part& object);

}  // namespace errata
