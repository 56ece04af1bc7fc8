// The command line: which command, with which options. No command does anything here.
#pragma once

#include <iosfwd>
#include <variant>

#include "proxy/cli/catalog.hpp"
#include "proxy/cli/check.hpp"
#include "proxy/cli/demo.hpp"
#include "proxy/cli/explain.hpp"
#include "proxy/cli/run.hpp"

namespace errata {

// Nothing to do but to end with `code`: help or the version was asked for, or the usage is wrong.
struct exit_at_once {
  int code = 0;  // 2: wrong usage
};

using command = std::variant<exit_at_once, run_options, check_options, catalog_options,
                             demo_options, explain_options>;

// Help and the version go to `out`, what is wrong to `err`.
command parse_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace errata
