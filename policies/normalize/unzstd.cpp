#include "policies/normalize/unzstd.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace errata {
bool has_zstd_magic(std::string_view bytes) noexcept {
  return bytes.starts_with("\x28\xB5\x2F\xFD");
}

namespace {

constexpr int most_window_log = 23;

bool has_skippable_magic(std::string_view bytes) noexcept {
  return bytes.size() >= 4 && (static_cast<unsigned char>(bytes[0]) & 0xF0U) == 0x50 &&
         bytes.substr(1, 3) == "\x2A\x4D\x18";
}

// A frame's header (RFC 8878 section 3.1.1.1) with another window. Without bytes: its own will do.
struct frame_header {
  std::array<char, 10> bytes{};
  std::size_t size = 0;
  std::size_t replaces = 0;  // bytes of the frame
};

// Room for what may come out and for one block more, as far as the decoder runs ahead: references
// never reach further back.
int window_log_for(std::size_t limit) noexcept {
  constexpr std::size_t largest_block = 128 * 1024;
  int log = 17;
  while (log < most_window_log && (std::size_t{1} << log) < limit + largest_block) ++log;
  return log;
}

// A header that makes the decoder hold no more than the limit asks for, whatever window the frame
// says it has: a few bytes would have it allocate 8 MiB. What is too short or no frame is left to
// the decoder.
frame_header narrowed_header(std::string_view frame, std::size_t limit) noexcept {
  constexpr std::array<std::size_t, 4> id_sizes = {0, 1, 2, 4};
  constexpr std::array<std::size_t, 4> length_sizes = {0, 2, 4, 8};
  constexpr std::size_t fixed = 5;
  frame_header made;
  if (!has_zstd_magic(frame) || frame.size() < fixed) return made;
  const auto descriptor = static_cast<unsigned char>(frame[4]);
  const bool single_segment = (descriptor & 0x20U) != 0;
  const std::size_t window = single_segment ? 0 : 1;
  const std::size_t id = id_sizes[descriptor & 3U];
  std::size_t length = length_sizes[descriptor >> 6U];
  if (single_segment && length == 0) length = 1;
  if (frame.size() < fixed + window + id + length) return made;
  // A window that the decoder refuses, and one that is small, stay.
  const int log = window_log_for(limit);
  if (!single_segment) {
    const int own = 10 + (static_cast<unsigned char>(frame[fixed]) >> 3U);
    if (own < log || own > most_window_log ||
        (own == most_window_log && (static_cast<unsigned char>(frame[fixed]) & 7U) != 0)) {
      return made;
    }
  } else {
    unsigned long long bytes = 0;
    for (std::size_t i = length; i-- > 0;) {
      bytes = bytes << 8U | static_cast<unsigned char>(frame[fixed + id + i]);
    }
    if (bytes <= 1ULL << log || bytes > 1ULL << most_window_log) return made;
  }
  std::copy_n(frame.begin(), 4, made.bytes.begin());
  made.bytes[4] = static_cast<char>(descriptor & 0x1FU);
  made.bytes[5] = static_cast<char>((log - 10) << 3);
  std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(fixed + window), id,
              made.bytes.begin() + 6);
  made.size = 6 + id;
  made.replaces = fixed + window + id + length;
  return made;
}

// False when the decoder does not take the header.
bool begin_frame(ZSTD_DCtx* context, ZSTD_inBuffer& in, std::size_t limit) {
  const std::string_view rest(static_cast<const char*>(in.src) + in.pos, in.size - in.pos);
  const frame_header header = narrowed_header(rest, limit);
  ZSTD_inBuffer head{header.bytes.data(), header.size, 0};
  while (head.pos < head.size) {
    char none = 0;
    ZSTD_outBuffer out{&none, 0, 0};
    if (ZSTD_isError(ZSTD_decompressStream(context, &out, &head))) return false;
  }
  in.pos += header.replaces;
  return true;
}

}  // namespace

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
  bool at_frame = true;
  while (true) {
    if (at_frame && !begin_frame(context.get(), in, limit)) return {};
    at_frame = false;
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
      at_frame = has_zstd_magic(rest) || has_skippable_magic(rest);
      if (at_frame) continue;
      result.status = decompress_status::complete;
      return result;
    }
    // What it holds back is given out before it asks for more.
    if (in.pos == in.size && out.pos < out.size) return result;
  }
}

}  // namespace errata
