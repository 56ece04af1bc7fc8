// `errata check [FILE...]`: says of each file whether errata would run with it, or all that is
// wrong.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace errata {

struct check_options {
  std::vector<std::string> files;  // configuration or catalog files
};

// One line a good file on `out`; on `err` one line a problem. Returns the exit code: 0 all are
// good, 1 some are not, 3 some cannot be read.
int check_command(const check_options& options, std::ostream& out, std::ostream& err);

}  // namespace errata
