#include "policies/normalize/unbrotli.hpp"

#include <brotli/decode.h>

#include <algorithm>
#include <array>
#include <memory>

namespace errata {

decompressed unbrotli_bytes(std::string_view input, std::size_t limit) {
  decompressed result;
  const std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), &BrotliDecoderDestroyInstance);
  if (!state) return result;
  const auto* next_in = reinterpret_cast<const std::uint8_t*>(input.data());
  std::size_t left = input.size();

  std::array<std::uint8_t, decompress_step> buffer;
  while (true) {
    const std::size_t room = std::min(buffer.size(), limit - result.bytes.size());
    // With no room left one byte is still asked for: it tells a full result from one cut short.
    const std::size_t asked = std::max<std::size_t>(room, 1);
    std::uint8_t* next_out = buffer.data();
    std::size_t free = asked;
    const auto said =
        BrotliDecoderDecompressStream(state.get(), &left, &next_in, &free, &next_out, nullptr);
    const std::size_t got = asked - free;
    if (said == BROTLI_DECODER_RESULT_ERROR) return {};
    result.bytes.append(reinterpret_cast<const char*>(buffer.data()), std::min(got, room));
    result.status = decompress_status::cut;
    if (got > room || is_bomb(result.bytes.size(), input.size() - left)) return result;
    if (said == BROTLI_DECODER_RESULT_SUCCESS) {
      result.status = decompress_status::complete;
      return result;
    }
    if (said == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return result;
  }
}

}  // namespace errata
