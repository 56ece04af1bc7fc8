// Bodies that nobody looks at, moved from one socket to the other inside the kernel (splice(2)).
//
// Linux only, behind the build switch ERRATA_SPLICE. Without it no pipe is ever lent, and every
// body goes through buffers. Threads: one, as the sockets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "proxy/wire/socket.hpp"

namespace errata::wire {

// Only bodies with more than this still to come are worth a pipe,
inline constexpr std::uint64_t least_spliced = 32 * 1024;
// and of those in chunks what comes in chunks of so many bytes, after so many bytes in all.
inline constexpr std::uint64_t least_spliced_chunk = 12 * 1024;
inline constexpr std::uint64_t least_before_chunks = 128 * 1024;

// The most that is in a pipe, and so in the kernel for a reader that does not take it.
inline constexpr std::size_t pipe_fill = 128 * 1024;

// The empty pipes of one thread.
class pipe_pool {
 public:
  // Pipes there are at most, lent and not; each is two descriptors.
  static constexpr std::size_t most_pipes = 64;

  // A pipe is made only where its descriptors are below `descriptor_bound`.
  explicit pipe_pool(int descriptor_bound);
  ~pipe_pool();
  pipe_pool(const pipe_pool&) = delete;
  pipe_pool& operator=(const pipe_pool&) = delete;

  // Closes the pipes that were not needed since the last call.
  void sweep() noexcept;
  // Lent or not.
  std::size_t open() const noexcept { return open_; }

  // Splicing to a socket that is closed raises SIGPIPE, and no flag prevents it: blocks it for the
  // calling thread, which must be the one that splices.
  static void block_broken_pipe_signal() noexcept;

 private:
  friend class body_pipe;

  struct pipe {
    int read_end = -1;
    int write_end = -1;
  };

  bool take(pipe& lent) noexcept;
  void give_back(const pipe& returned, bool is_empty) noexcept;
  void close(const pipe& one) noexcept;

  std::vector<pipe> free_;
  std::size_t open_ = 0;
  std::size_t spare_ = 0;  // the fewest that were free since the last sweep
  int descriptor_bound_;
  bool refused_ = false;  // by the kernel: it is not asked again
};

// What of one body is on its way through a pipe. Holds a pipe only while there are bytes in it.
class body_pipe {
 public:
  explicit body_pipe(pipe_pool& pool) noexcept : pool_(&pool) {}
  ~body_pipe() { release(); }
  body_pipe(const body_pipe&) = delete;
  body_pipe& operator=(const body_pipe&) = delete;

  bool empty() const noexcept { return held_ == 0 && after_.empty(); }
  bool full() const noexcept { return held_ == pipe_fill; }

  // Adds up to `bytes` (> 0) of what waits in `from`, to no more than pipe_fill in all; only while
  // not full() and before any of it is drained. Results as of socket::read(); would_block may also
  // mean that more fits only once it is empty. Nothing: there is no pipe to be had, or the kernel
  // splices no such socket: read this part into a buffer.
  std::optional<io_result> fill(socket& from, std::uint64_t bytes) noexcept;

  // What it holds is to leave as one chunk of the chunked coding; `last`: with the end of the body
  // behind it. Once, after the last fill() and before any of it is drained.
  void as_chunk(bool last) noexcept;
  // The same for the rest of a chunk that has begun.
  void end_chunk() noexcept;

  // Sends of what it holds; only while not empty(). Results as of socket::write(): what was not
  // sent stays for the next call.
  io_result drain(socket& to) noexcept;

  // Drops what it holds.
  void release() noexcept;

 private:
  static io_result send_framing(socket& to, std::string_view& text, int flags) noexcept;

  [[maybe_unused]] pipe_pool* pool_;  // unused where it is not built
  pipe_pool::pipe pipe_;
  std::size_t held_ = 0;
  [[maybe_unused]] std::array<char, 20> size_line_;
  std::string_view before_;  // of size_line_, or empty
  std::string_view after_;
};

}  // namespace errata::wire
