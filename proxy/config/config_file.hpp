// The files behind a configuration: their text, their paths, and catalog files with places for
// what is wrong in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/catalog.hpp"
#include "proxy/config/reader.hpp"

namespace errata {

struct file_text {
  std::string text;
  std::string problem;  // empty: read; else why not ("No such file or directory")
};

// A regular file of at most 1 MiB, or a pipe that ends before that.
file_text read_small_file(const std::string& path);

// `path` as `file` means it: relative to the folder that `file` is in.
std::string path_beside(std::string_view file, std::string_view path);

// Checks the text of a catalog file; appends what is wrong, with line and column, to `problems`.
std::optional<catalog> read_catalog_text(std::string_view text, const std::string& file,
                                         std::vector<config_problem>& problems);

}  // namespace errata
