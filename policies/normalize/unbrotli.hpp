// Brotli (RFC 7932), streaming and bounded.
#pragma once

#include <cstddef>
#include <string_view>

#include "policies/normalize/decompressed.hpp"

namespace errata {

// At most `limit` bytes out, fewer where is_bomb() says so. The window is at most the format's own
// 16 MiB: the larger ones of RFC 9841 are broken. What comes after the stream is ignored.
decompressed unbrotli_bytes(std::string_view input, std::size_t limit);

}  // namespace errata
