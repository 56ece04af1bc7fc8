// gzip and deflate, streaming and bounded: no body makes it hold more than it is allowed to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/normalize/decompressed.hpp"

namespace errata {

enum class inflate_format : std::uint8_t { gzip, deflate };

// At most `limit` bytes out, fewer where is_bomb() says so. gzip: several members follow each other
// (RFC 1952 section 2.2), what comes after the last is ignored. deflate: with the zlib wrapper that
// RFC 9110 section 8.4.1.2 asks for, or bare (RFC 1951), as many servers send it.
decompressed inflate_bytes(std::string_view input, inflate_format format, std::size_t limit);

}  // namespace errata
