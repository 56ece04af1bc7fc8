// The chunked coding (RFC 9112 section 7.1), strict: finds chunk data and the end of a body.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace errata::wire {

// What one pass over a buffer yields: pieces to send on, in order.
struct pieces {
  static constexpr std::size_t capacity = 48;
  std::array<iovec, capacity> items;
  std::size_t count = 0;
  std::size_t bytes = 0;       // in all pieces
  std::size_t data_bytes = 0;  // of them, body data

  bool full() const noexcept { return count == capacity; }
  void clear() noexcept { count = bytes = data_bytes = 0; }
  // Joins with the previous piece where the two are adjacent.
  void add(std::string_view piece) noexcept;
};

class chunk_scanner {
 public:
  // framed: chunk headers stay, rewritten where they are not canonical; extensions and trailers are
  // dropped. data_only: just the data.
  enum class output : std::uint8_t { framed, data_only };
  enum class state : std::uint8_t { more, done, bad };

  explicit chunk_scanner(output what) noexcept : output_(what) {}

  // Adds what `bytes` holds to `out` (until it is full) and sets `consumed`. A line that is not
  // whole is not consumed: give it again with more behind it. Pieces point into `bytes`, or into
  // this object until the next call. At `done` what follows `consumed` is no part of this body.
  //
  // bad: a size that is not 1 to 16 hexadecimal digits, a bare LF or CR, data not followed by CRLF,
  // an extension over 1 KiB, over 16 KiB of extensions or 8 KiB of trailers in all.
  state scan(std::string_view bytes, pieces& out, std::size_t& consumed) noexcept;

  // Whether the framing comes out, too, and that from now on it does not.
  bool yields_framing() const noexcept { return output_ == output::framed; }
  void drop_framing() noexcept { output_ = output::data_only; }

  // For who takes data past this scanner. scan() for framing alone (data_only): stops where data
  // begins.
  state scan_framing(std::string_view bytes, std::size_t& consumed) noexcept;
  // Bytes that come next and are data whatever they are; 0: framing comes, or nothing.
  std::uint64_t data_ahead() const noexcept { return expecting_ == expecting::data ? left_ : 0; }
  // `bytes` of data_ahead() went by unseen.
  void pass(std::uint64_t bytes) noexcept;
  // Of the data of the last chunk that began; 0 from the last chunk on.
  std::uint64_t chunk_bytes() const noexcept { return chunk_bytes_; }
  // Bytes of framing that come next, at least, if the next chunk has large_chunk bytes or there is
  // none. 0: data comes, or trailers.
  static constexpr std::uint64_t large_chunk = 0x1000;
  std::size_t framing_ahead() const noexcept;

 private:
  enum class expecting : std::uint8_t { size, data, data_end, trailer };

  state step(std::string_view rest, pieces& out, std::size_t& taken) noexcept;
  state take_size_line(std::string_view rest, pieces& out, std::size_t& taken) noexcept;
  state take_trailer_line(std::string_view rest, pieces& out, std::size_t& taken) noexcept;

  output output_;
  expecting expecting_ = expecting::size;
  std::uint64_t left_ = 0;
  std::uint64_t chunk_bytes_ = 0;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  bool finished_ = false;
  std::array<std::array<char, 20>, pieces::capacity> lines_;  // rewritten size lines of this pass
  std::size_t lines_used_ = 0;
};

// Writes "<hex size>\r\n" and returns its length; `into` has room for 20.
std::size_t write_chunk_size(char* into, std::uint64_t size) noexcept;

}  // namespace errata::wire
