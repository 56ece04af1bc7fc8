// `errata explain [CAPTURE...]`: what errata makes of recorded responses, and why.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "proxy/cli/capture.hpp"

namespace errata {

struct explain_options {
  std::string config_path = {};            // empty: built-in defaults
  std::string route = {};                  // a route of the configuration; empty: its first
  capture_defaults defaults = {};          // for what a capture does not say
  bool json = false;                       // a line of JSON a capture, for tools
  std::vector<std::string> captures = {};  // files, folders, "-"; none: standard input
};

// Files come in the order given, those of a folder sorted by name; hidden ones and folders in it
// are left out. Captures are explained on `out`, the last line of which counts them (not in JSON);
// what is wrong goes to `err`. `colour`: whether to use a terminal's. Returns the exit code: 0
// everything was understood, 1 a message or code came from the catalog or the configuration has
// errors, 2 there is no such route, 3 a file cannot be read or is no capture.
int explain_command(const explain_options& options, bool colour, std::istream& in,
                    std::ostream& out, std::ostream& err);

}  // namespace errata
