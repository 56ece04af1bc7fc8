// gzip and deflate, streaming and bounded: no body makes it hold more than it is allowed to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace errata {

enum class inflate_format : std::uint8_t { gzip, deflate };

// complete: to the end of the stream. cut: limit, bomb guard, or the input ended early: `bytes` is
// what came until then. broken: not of that format, or damaged: `bytes` is empty.
enum class inflate_status : std::uint8_t { complete, cut, broken };

struct inflated {
  std::string bytes;
  inflate_status status = inflate_status::broken;
};

// At most `limit` bytes out; past 4 KiB out it stops where the output is more than a hundred times
// the input read. gzip: several members follow each other (RFC 1952 section 2.2), what comes after
// the last is ignored. deflate: with the zlib wrapper that RFC 9110 section 8.4.1.2 asks for, or
// bare (RFC 1951), as many servers send it.
inflated inflate_bytes(std::string_view input, inflate_format format, std::size_t limit);

}  // namespace errata
