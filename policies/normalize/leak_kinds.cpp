#include "policies/normalize/leak_kinds.hpp"

namespace errata {

std::string_view leak_kind_name(leak_kind kind) noexcept {
  constexpr std::array<std::string_view, leak_kind_count> names = {
      "stack_frames", "exception_names", "file_paths", "database", "program",           "hosts",
      "software",     "secrets",         "emails",     "markup",   "control_characters"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace errata
