// Compresses what a test sends, with zlib and none of the proxy's own code.
#pragma once

#include <string>
#include <string_view>

namespace errata::testing {

// In the gzip format (RFC 1952).
std::string gzip(std::string_view text);

}  // namespace errata::testing
