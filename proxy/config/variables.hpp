// ${NAME} and ${NAME:-default} in the strings of a configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/config/reader.hpp"

namespace errata {

struct expanded_text {
  std::string text;
  std::string problem;  // empty: all went well
};

// Replaces every ${NAME} by the variable's value, and every ${NAME:-default} by it or, when it is
// unset or empty, by the default. "$${" stands for "${" itself; any other '$' is left alone. What
// is put in is not expanded again.
expanded_text expand_variables(std::string_view text, const environment& env);

// The environment of this process.
std::optional<std::string> process_variable(std::string_view name);

}  // namespace errata
