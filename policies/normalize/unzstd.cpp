#include "policies/normalize/unzstd.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace errata {
namespace {

constexpr int most_window_log = 23;

bool has_skippable_magic(std::string_view bytes) noexcept {
  return bytes.size() >= 4 && (static_cast<unsigned char>(bytes[0]) & 0xF0U) == 0x50 &&
         bytes.substr(1, 3) == "\x2A\x4D\x18";
}

}  // namespace

bool has_zstd_magic(std::string_view bytes) noexcept {
  return bytes.starts_with("\x28\xB5\x2F\xFD");
}

decompressed unzstd_bytes(std::string_view input, std::size_t limit) {
  decompressed result;
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  if (!context ||
      ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, most_window_log))) {
    return result;
  }
  ZSTD_inBuffer in{input.data(), input.size(), 0};

  std::array<char, decompress_step> buffer;
  while (true) {
    const std::size_t room = std::min(buffer.size(), limit - result.bytes.size());
    // With no room left one byte is still asked for: it tells a full result from one cut short.
    ZSTD_outBuffer out{buffer.data(), std::max<std::size_t>(room, 1), 0};
    const std::size_t said = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(said)) return {};
    result.bytes.append(buffer.data(), std::min(out.pos, room));
    result.status = decompress_status::cut;
    if (out.pos > room || is_bomb(result.bytes.size(), in.pos)) return result;
    if (said == 0) {
      const std::string_view rest = input.substr(in.pos);
      if (has_zstd_magic(rest) || has_skippable_magic(rest)) continue;
      result.status = decompress_status::complete;
      return result;
    }
    // What it holds back is given out before it asks for more.
    if (in.pos == in.size && out.pos < out.size) return result;
  }
}

}  // namespace errata
