// What every decompressor gives, and the bound that each of them keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace errata {

// complete: to the end of the stream. cut: limit, bomb guard, or the input ended early: `bytes` is
// what came until then. broken: not of that format, or damaged: `bytes` is empty.
enum class decompress_status : std::uint8_t { complete, cut, broken };

struct decompressed {
  std::string bytes;
  decompress_status status = decompress_status::broken;
};

// Decompressors ask for so much at a time.
inline constexpr std::size_t decompress_step = 4096;

// The bomb guard: past 4 KiB out, more than a hundred times the input that it was read from.
constexpr bool is_bomb(std::size_t out, std::size_t in) noexcept {
  return out > 4096 && out / 100 > in;
}

}  // namespace errata
