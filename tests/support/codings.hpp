// Puts the content codings br and zstd on what a test sends, with the libraries' own encoders.
// Throws where they fail.
#pragma once

#include <brotli/encode.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace errata::testing {

// RFC 7932. `large_window`: not of that format any more, but of RFC 9841's.
inline std::string brotli(std::string_view plain, bool large_window = false) {
  std::string made(BrotliEncoderMaxCompressedSize(plain.size()) + 64, '\0');
  BrotliEncoderState* state = BrotliEncoderCreateInstance(nullptr, nullptr, nullptr);
  if (state == nullptr) throw std::runtime_error("brotli: no encoder");
  if (large_window) {
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LARGE_WINDOW, 1);
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, 28);
  }
  const auto* in = reinterpret_cast<const std::uint8_t*>(plain.data());
  std::size_t left = plain.size();
  auto* out = reinterpret_cast<std::uint8_t*>(made.data());
  std::size_t room = made.size();
  const bool done = BrotliEncoderCompressStream(state, BROTLI_OPERATION_FINISH, &left, &in, &room,
                                                &out, nullptr) != BROTLI_FALSE &&
                    BrotliEncoderIsFinished(state) != BROTLI_FALSE;
  BrotliEncoderDestroyInstance(state);
  if (!done) throw std::runtime_error("brotli: cannot encode");
  made.resize(made.size() - room);
  return made;
}

// RFC 8878, one frame. `window_log` 0: what the encoder likes; else the frame does not say how long
// its content is, and has a window of 2^window_log bytes.
inline std::string zstd(std::string_view plain, int window_log = 0) {
  std::string made(ZSTD_compressBound(plain.size()) + 64, '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  if (context == nullptr) throw std::runtime_error("zstd: no encoder");
  if (window_log != 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  ZSTD_outBuffer out{made.data(), made.size(), 0};
  std::size_t left = 0;
  // Only what is not given in one piece goes by the window that was asked for.
  if (window_log != 0) left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  if (left != 0) throw std::runtime_error("zstd: cannot encode");
  made.resize(out.pos);
  return made;
}

// A frame that decoders pass over (RFC 8878 section 3.1.2).
inline std::string zstd_skippable(std::string_view content) {
  std::string made("\x53\x2A\x4D\x18", 4);
  for (unsigned shift = 0; shift < 32; shift += 8)
    made.push_back(static_cast<char>(content.size() >> shift & 0xFFU));
  return made.append(content);
}

}  // namespace errata::testing
