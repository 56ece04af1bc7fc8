#include "policies/normalize/inflate.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace errata {
namespace {

class inflate_stream {
 public:
  explicit inflate_stream(int window_bits) noexcept {
    ready_ = inflateInit2(&stream_, window_bits) == Z_OK;
  }
  ~inflate_stream() {
    if (ready_) inflateEnd(&stream_);
  }
  inflate_stream(const inflate_stream&) = delete;
  inflate_stream& operator=(const inflate_stream&) = delete;

  bool ready() const noexcept { return ready_; }
  z_stream& raw() noexcept { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

decompressed run(std::string_view input, int window_bits, std::size_t limit, bool many_members) {
  decompressed result;
  inflate_stream stream(window_bits);
  if (!stream.ready()) return result;
  z_stream& z = stream.raw();
  input = input.substr(0, std::numeric_limits<uInt>::max());
  z.next_in = reinterpret_cast<const Bytef*>(input.data());
  z.avail_in = static_cast<uInt>(input.size());

  std::array<char, decompress_step> buffer;
  while (true) {
    const std::size_t room = std::min(buffer.size(), limit - result.bytes.size());
    // With no room left one byte is still asked for: it tells a full result from one cut short.
    z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    z.avail_out = static_cast<uInt>(std::max<std::size_t>(room, 1));
    const std::size_t asked = z.avail_out;
    const int rc = inflate(&z, Z_NO_FLUSH);
    const std::size_t got = asked - z.avail_out;
    result.bytes.append(buffer.data(), std::min(got, room));
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR) return {};
    result.status = decompress_status::cut;
    if (got > room || is_bomb(result.bytes.size(), input.size() - z.avail_in)) return result;
    if (rc == Z_STREAM_END) {
      const bool another = many_members && z.avail_in > 1 && z.next_in[0] == 0x1F &&
                           z.next_in[1] == 0x8B && inflateReset(&z) == Z_OK;
      if (another) continue;
      result.status = decompress_status::complete;
      return result;
    }
    if (got == 0 && z.avail_in == 0) return result;
    // No progress with input left cannot happen; without this line it would be an endless loop.
    if (got == 0 && rc == Z_BUF_ERROR) return {};
  }
}

bool has_zlib_header(std::string_view input) noexcept {
  if (input.size() < 2) return false;
  const auto cmf = static_cast<unsigned char>(input[0]);
  const auto flg = static_cast<unsigned char>(input[1]);
  return (cmf & 0x0F) == Z_DEFLATED && (cmf >> 4) <= 7 && (cmf * 256U + flg) % 31 == 0;
}

}  // namespace

decompressed inflate_bytes(std::string_view input, inflate_format format, std::size_t limit) {
  if (format == inflate_format::gzip) return run(input, 15 + 16, limit, true);
  if (has_zlib_header(input)) {
    decompressed wrapped = run(input, 15, limit, false);
    if (wrapped.status != decompress_status::broken) return wrapped;
  }
  return run(input, -15, limit, false);
}

}  // namespace errata
