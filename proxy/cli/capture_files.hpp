// Finds and reads the files that captures are in.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace errata {

struct capture_file {
  std::string name;  // as given, or in the folder given; "standard input"
  std::string text;
  std::string problem;  // empty: read; else why not
};

// The files that `path` stands for: "-" for standard input, itself, or the regular files in a
// folder sorted by name, hidden ones left out. A folder without files is a problem.
std::vector<std::string> files_of(const std::string& path, std::string& problem);

// At most a byte more than max_capture_bytes, which parse_captures() refuses. "-" reads `in`.
capture_file read_capture_file(const std::string& path, std::istream& in);

}  // namespace errata
