// One TCP socket of a test, with a buffer: reads to a mark, to a count or to the end, and gives up
// after a generous time instead of hanging.
//
// Every operation blocks until what it waits for has come, the other side has ended the connection,
// or `patience` is over. Never throws on what the other side does. One thread at a time, except
// shut_down(), which any thread may call to wake another that waits in here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace errata::testing {

// How long a test waits for an event that should come at once. Long, because only a failing test
// ever waits that long.
inline constexpr std::chrono::milliseconds patience{20000};

// Why a read or a write stopped short.
enum class ending : std::uint8_t { none, closed, reset, timed_out };
std::string_view to_text(ending e) noexcept;

class byte_stream {
 public:
  byte_stream() = default;
  explicit byte_stream(int descriptor) noexcept : descriptor_(descriptor) {}
  byte_stream(byte_stream&& other) noexcept;
  byte_stream& operator=(byte_stream&& other) noexcept;
  ~byte_stream();

  // Connects to 127.0.0.1:`port`, from `source` (another loopback address) when it is not empty.
  // The result is not open when that fails.
  static byte_stream connect(std::uint16_t port, const std::string& source = {});

  bool open() const noexcept { return descriptor_ >= 0; }

  // Takes the bytes up to and including `mark`, which must come within `limit` bytes.
  bool read_until(std::string_view mark, std::string& out, std::size_t limit = 16u << 20);
  // Takes exactly `count` bytes; fewer, and false, when the connection ends before.
  bool read_exactly(std::size_t count, std::string& out);
  // Takes all bytes up to the end of the connection. ended() says which end it was.
  std::string read_to_end();
  // Waits until at least one byte is there, and takes what has come.
  std::string read_some();

  // Whether a read would give something, be it the end, without waiting.
  bool readable() const;

  // Whether all of `bytes` was handed to the kernel.
  bool send(std::string_view bytes);

  // Why the last read that gave less than asked for did so.
  ending ended() const noexcept { return ended_; }
  // Bytes received and not taken.
  const std::string& unread() const noexcept { return buffer_; }

  void finish_sending() noexcept;  // FIN; still reads
  void close() noexcept;
  void reset() noexcept;      // RST, by SO_LINGER with no time
  void shut_down() noexcept;  // both ways, the descriptor stays
  // A receive buffer of 64 KiB, so that a sender soon notices a reader that does not read.
  void shrink_receive_buffer() noexcept;

 private:
  bool fill();
  bool wait_for(short events) const;

  int descriptor_ = -1;
  std::string buffer_;
  ending ended_ = ending::none;
};

}  // namespace errata::testing
