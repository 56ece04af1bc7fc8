// Connections that are held open by the thousand: idle ones, and clients that send or read as
// slowly as an attacker would.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/load/channel.hpp"

namespace errata::reliability {

enum class held_kind : std::uint8_t {
  idle,         // was answered once, and says nothing more
  slow_head,    // a byte of a field's value each period
  slow_body,    // a byte of a body of 1 MB each period
  slow_reader,  // reads 1 KiB of a large response each period
};

// Functions: one thread; the connections are tended by another.
class crowd {
 public:
  // `port` on 127.0.0.1. A period is a second.
  explicit crowd(std::uint16_t port);
  ~crowd();
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;

  // Opens that many and waits until each is under way. Throws std::runtime_error when they are not
  // in time.
  void add(held_kind kind, std::size_t count);
  std::size_t size() const { return members_.size(); }
  // Those that the other side has ended or answered out of turn.
  std::size_t lost() const { return lost_; }
  // What the kernel holds for them.
  std::uint64_t kernel_bytes();
  // Bytes that slow readers have read.
  std::uint64_t read_bytes() const { return read_bytes_; }

 private:
  struct member {
    load::descriptor socket;
    held_kind kind = held_kind::idle;
    bool under_way = false;
    bool lost = false;
  };
  void open(held_kind kind);
  void run();
  void tend(member& one);
  void receive(member& one);
  void lose(member& one);

  std::uint16_t port_;
  load::poller poller_;
  std::mutex mutex_;  // of members_
  std::vector<member> members_;
  std::size_t next_ = 0;  // to be tended
  std::atomic<std::size_t> under_way_ = 0;
  std::atomic<std::size_t> lost_ = 0;
  std::atomic<std::uint64_t> read_bytes_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace errata::reliability
