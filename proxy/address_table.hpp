// How many connections each client address has, over all worker threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "policies/client_address.hpp"

namespace errata {

// Any thread; asked once at the begin and once at the end of a connection. IPv6 clients count by
// their /64, which is what one of them is given.
class address_table {
 public:
  // `key`: random, so that nobody can choose addresses that collide.
  explicit address_table(const std::array<std::uint64_t, 2>& key) : open_(64, keyed_hash{key}) {}

  // Counts one more connection unless `most` are open already.
  bool add(const ip_address& address, std::size_t most);
  void remove(const ip_address& address);
  std::size_t count(const ip_address& address) const;

 private:
  using key_bytes = std::array<std::uint8_t, 16>;
  struct keyed_hash {
    std::array<std::uint64_t, 2> key;
    std::size_t operator()(const key_bytes& bytes) const noexcept;
  };
  static key_bytes key_of(const ip_address& address) noexcept;

  mutable std::mutex mutex_;
  std::unordered_map<key_bytes, std::uint32_t, keyed_hash> open_;
};

}  // namespace errata
