// Where a message body ends, and which bytes of a buffer belong to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policies/framing.hpp"
#include "proxy/wire/chunked.hpp"

namespace errata::wire {

class body_reader {
 public:
  enum class state : std::uint8_t { more, done, bad };

  // `what`: how a chunked body comes out.
  body_reader(body_framing framing, chunk_scanner::output what);

  // Adds the part of the body that `bytes` holds to `out`, as chunk_scanner::scan() does.
  state take(std::string_view bytes, pieces& out, std::size_t& consumed) noexcept;

  // As of chunk_scanner; false, and without effect, where the body has no chunks.
  bool yields_framing() const noexcept { return chunks_ && chunks_->yields_framing(); }
  void drop_framing() noexcept {
    if (chunks_) chunks_->drop_framing();
  }

  // For who takes data past this reader. How many of the next bytes are data whatever
  // they are; 0 where framing comes, at the end, and where only the stream's end tells.
  std::uint64_t data_ahead() const noexcept;
  // `bytes` of them went by unseen.
  void pass(std::uint64_t bytes) noexcept;
  // Takes framing of a chunked body (data_only) up to the next data.
  state take_framing(std::string_view bytes, std::size_t& consumed) noexcept;
  // As of chunk_scanner; 0 where the body has no chunks.
  std::uint64_t chunk_bytes() const noexcept { return chunks_ ? chunks_->chunk_bytes() : 0; }
  std::size_t framing_ahead() const noexcept { return chunks_ ? chunks_->framing_ahead() : 0; }

  bool done() const noexcept { return done_; }
  // What the end of the stream means now: the end of the body, or that it was cut off.
  bool ends_with_stream() const noexcept { return framing_.kind == body_framing::until_close; }
  std::uint64_t data_bytes() const noexcept { return data_bytes_; }
  // Bytes still to come, where that is known.
  std::optional<std::uint64_t> remaining() const noexcept;

 private:
  body_framing framing_;
  std::uint64_t data_bytes_ = 0;
  bool done_;
  std::optional<chunk_scanner> chunks_;
};

}  // namespace errata::wire
