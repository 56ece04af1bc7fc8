// Whatever stands in a configuration file: problems with a place, or a configuration.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "proxy/config/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto got =
      errata::read_config_text(text, "errata.json", [](std::string_view) { return std::nullopt; });
  for (const auto& problem : got.problems) {
    if (problem.line == 0 || problem.message.empty()) std::abort();
  }
  return 0;
}
