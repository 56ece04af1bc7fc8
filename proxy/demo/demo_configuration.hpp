// The configuration that `errata demo` runs with, read by the same reader as a file would be.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/config/config.hpp"

namespace errata {

struct demo_ports {
  std::uint16_t errata = 0;  // 0: any free one
  std::uint16_t legacy = 0;
  std::uint16_t nobody = 0;  // where nothing listens
};

// The text, as a person would write it; the ports come in as environment variables.
std::string_view demo_configuration_text() noexcept;

// `log`: "-" for standard output, "off" for none.
// Throws std::logic_error if the reader refuses the text, which is a bug.
configuration demo_configuration(const demo_ports& ports, std::string_view log);

}  // namespace errata
