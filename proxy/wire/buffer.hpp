// Fixed-size input buffers, lent by a pool of one thread: a connection holds one only while bytes
// are under way, so that an idle connection holds none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace errata::wire {

// Room for the largest head (64 KiB from an upstream), and for body reads of a useful size.
inline constexpr std::size_t buffer_capacity = 68 * 1024;
inline constexpr std::size_t max_head_bytes = 64 * 1024;

// How far a buffer is filled with a response that is relayed, and so what is held of it for a
// client that does not take it: pages that nothing was written to take no memory.
inline constexpr std::size_t relay_fill = 44 * 1024;

class buffer_pool {
 public:
  using block = std::unique_ptr<char[]>;

  block take() {
    if (free_.empty()) return block(new char[buffer_capacity]);
    block lent = std::move(free_.back());
    free_.pop_back();
    return lent;
  }

  // Keeps up to 256 blocks (17 MiB) for reuse and frees the rest.
  void give_back(block returned) {
    if (returned && free_.size() < 256) free_.push_back(std::move(returned));
  }

 private:
  std::vector<block> free_;
};

// Bytes read and not yet used: [begin, end) of a block. What lies before `floor` stays in place
// while later bytes come and go: views of a head remain valid while its body is read behind it.
class buffer {
 public:
  explicit buffer(buffer_pool& pool) noexcept : pool_(&pool) {}
  ~buffer() { release(); }
  buffer(const buffer&) = delete;
  buffer& operator=(const buffer&) = delete;

  bool held() const noexcept { return static_cast<bool>(block_); }
  void acquire() {
    if (!block_) block_ = pool_->take();
  }
  // Forgets everything and gives the block back.
  void release() {
    pool_->give_back(std::move(block_));
    begin_ = end_ = floor_ = 0;
  }

  bool empty() const noexcept { return begin_ == end_; }
  std::string_view view() const noexcept { return {block_.get() + begin_, end_ - begin_}; }
  char* data() noexcept { return block_.get() + begin_; }
  void consume(std::size_t bytes) noexcept { begin_ += bytes; }

  // Takes back the last consume()s, when no space() was asked for since.
  void restore(std::size_t bytes) noexcept { begin_ -= bytes; }

  // Takes `bytes` off the front and keeps them where they are until drop_pinned().
  void pin(std::size_t bytes) noexcept {
    begin_ += bytes;
    floor_ = begin_;
  }
  // What was pinned may be overwritten.
  void drop_pinned() noexcept { floor_ = 0; }

  // Where to read to. Moves unused bytes down only when there is little room behind them. `fill`:
  // no further than that, where that leaves room for a read of some use.
  std::span<char> space(std::size_t fill = buffer_capacity) noexcept {
    if (begin_ == end_) {
      begin_ = end_ = floor_;
    } else if (begin_ > floor_ && (end_ == buffer_capacity || is_low(fill))) {
      std::memmove(block_.get() + floor_, block_.get() + begin_, end_ - begin_);
      end_ -= begin_ - floor_;
      begin_ = floor_;
    }
    const std::size_t until = end_ + least_read > fill ? buffer_capacity : fill;
    return {block_.get() + end_, until - end_};
  }
  void commit(std::size_t bytes) noexcept { end_ += bytes; }

 private:
  static constexpr std::size_t least_read = 16 * 1024;

  // Whether the end is near and moving costs little.
  bool is_low(std::size_t fill) const noexcept {
    return fill < buffer_capacity && end_ + least_read > fill && end_ - begin_ < least_read;
  }

  buffer_pool* pool_;
  buffer_pool::block block_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t floor_ = 0;
};

}  // namespace errata::wire
