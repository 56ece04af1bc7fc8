// The command `errata`: parses the command line and hands over to the command.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "proxy/cli/command_line.hpp"

namespace {

struct run_chosen {
  int operator()(const errata::exit_at_once& options) const { return options.code; }
  int operator()(const errata::run_options& options) const { return errata::run_command(options); }
  int operator()(const errata::check_options& options) const {
    return errata::check_command(options, std::cout, std::cerr);
  }
  int operator()(const errata::catalog_options& options) const {
    return errata::catalog_command(options, std::cout, std::cerr);
  }
  int operator()(const errata::demo_options& options) const {
    return errata::demo_command(options);
  }
  int operator()(const errata::explain_options& options) const {
    const bool colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    return errata::explain_command(options, colour, std::cin, std::cout, std::cerr);
  }
};

}  // namespace

int main(int argc, char** argv) try {
  return std::visit(run_chosen{}, errata::parse_command_line(argc, argv, std::cout, std::cerr));
} catch (const std::exception& e) {
  std::cerr << "errata: " << e.what() << '\n';
  return 3;
}
