// How close the process is to the memory it may use.
#pragma once

#include <atomic>
#include <cstdint>

namespace errata {

// The limit of the process's cgroup (version 2, or 1), in bytes; 0 where there is none.
std::uint64_t cgroup_memory_limit();

// Resident bytes of this process; 0 where they cannot be read.
std::uint64_t resident_bytes();

// eased: keep-alive ends, so that idle clients go. shedding: new requests get a 503.
enum class memory_pressure : std::uint8_t { none, eased, shedding };

// From 85 % and 95 % of `limit` on; none for a limit of 0.
memory_pressure pressure_of(std::uint64_t resident, std::uint64_t limit) noexcept;

}  // namespace errata
