// Zstandard (RFC 8878), streaming and bounded.
#pragma once

#include <cstddef>
#include <string_view>

#include "policies/normalize/decompressed.hpp"

namespace errata {

// Whether a frame begins here (RFC 8878 section 3.1.1), not a skippable one.
bool has_zstd_magic(std::string_view bytes) noexcept;

// At most `limit` bytes out, fewer where is_bomb() says so. Frames and skippable frames follow each
// other (RFC 8878 section 3.1); what comes after the last is ignored. A frame whose window is above
// 8 MiB is broken, as RFC 9659 has it for HTTP. So is one that wants a dictionary. Memory goes by
// `limit`, not by the window.
decompressed unzstd_bytes(std::string_view input, std::size_t limit);

}  // namespace errata
