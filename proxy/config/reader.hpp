// Reads a configuration file: JSON with comments and trailing commas, environment variables, every
// key checked. All mistakes are reported at once, each with its place.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/config.hpp"

namespace errata {

struct config_problem {
  std::string file;
  unsigned line = 0;    // from 1; 0 when the file could not be read at all
  unsigned column = 0;  // from 1, in bytes
  std::string pointer;  // JSON pointer
  std::string message;  // what is wrong, and what would be right

  // FILE:LINE:COL: /json/pointer: what is wrong, what would be right
  std::string to_string() const;
};

struct read_config {
  configuration value;  // meaningful only when `problems` is empty
  std::vector<config_problem> problems;
};

using environment = std::function<std::optional<std::string>(std::string_view name)>;

// Reads `path`. Paths inside are relative to the file that names them.
read_config read_config_file(const std::string& path);

// The same from text; `file` is what the problems name and what paths are relative to.
read_config read_config_text(std::string_view text, const std::string& file,
                             const environment& env);

}  // namespace errata
