// What the checks of a running errata share: their command line, their verdict and how they end.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "tests/load/child_process.hpp"

namespace errata::load {

// `name VALUE` on the command line, or for a bool, which becomes true, `name` alone.
struct check_option {
  std::string_view name;
  std::variant<std::string*, unsigned*, bool*> value;
};

// What every check must be given: `--errata FILE`, the executable, and `--folder FOLDER` for what
// it writes.
struct check_place {
  std::string errata;
  std::string folder;
};

// The whole of a check's main(): 0 if it holds, 1 if not or if it threw, 2 after the usage if the
// command line is wrong. The folder is made.
int run_check(int argc, char** argv, std::string_view usage, check_place& place,
              std::span<const check_option> options, const std::function<bool()>& check);

// Says at once what does not hold.
class verdict {
 public:
  void require(bool holds, const std::string& what);
  // That its descriptors are back to what they were, `before`, once idle connections have gone.
  // Returns how many there are.
  std::size_t require_descriptors_back(const child_process& errata, std::size_t before);
  // That errata, which has ended with `exit_code` on SIGTERM, ended well.
  void require_good_end(const child_process& errata, int exit_code);
  bool holds() const { return problems_ == 0; }

 private:
  int problems_ = 0;
};

}  // namespace errata::load
