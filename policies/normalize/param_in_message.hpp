// Finds the parameter that a sentence about an invalid request names.
#pragma once

#include <string>
#include <string_view>

namespace errata {

// The parameter that `message` is plainly about: the path that a schema validator opens with
// ("body/qty must be integer"), the quoted name at the start ("\"qty\" is required"), the name
// quoted beside a word such as parameter or field ("Required parameter 'page' is missing"), the
// bare name in small letters that must be something or is missing ("qty must be a number"), the
// name at the end ("Missing parameter: qty"), or the missing property ("must have required property
// 'qty'"). In the upstream's spelling; empty when in
// doubt. The first 256 bytes count. Linear. Any thread.
std::string param_in_message(std::string_view message);

}  // namespace errata
