#include "proxy/address_table.hpp"

#include <algorithm>

#include "policies/siphash.hpp"

namespace errata {

std::size_t address_table::keyed_hash::operator()(const key_bytes& bytes) const noexcept {
  siphasher hasher(key);
  hasher.add(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  return hasher.finish();
}

address_table::key_bytes address_table::key_of(const ip_address& address) noexcept {
  key_bytes key = address.bytes;
  if (!address.is_v4()) std::fill(key.begin() + 8, key.end(), std::uint8_t{0});
  return key;
}

bool address_table::add(const ip_address& address, std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::uint32_t& open = open_[key_of(address)];
  if (open >= most) return false;
  ++open;
  return true;
}

void address_table::remove(const ip_address& address) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(key_of(address));
  if (found != open_.end() && --found->second == 0) open_.erase(found);
}

std::size_t address_table::count(const ip_address& address) const {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(key_of(address));
  return found == open_.end() ? 0 : found->second;
}

}  // namespace errata
