// Counts what the whole executable asks of operator new. Linking allocations.cpp is what counts.
#pragma once

#include <cstdint>

namespace errata::bench {

struct allocations {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

// Since the process began, of the calling thread.
allocations allocations_so_far() noexcept;

}  // namespace errata::bench
