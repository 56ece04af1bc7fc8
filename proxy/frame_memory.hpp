// Memory for the frames of coroutines and what lives as long as one: each thread keeps what it has
// freed, so that a request costs no call of the allocator. Any thread; memory that another thread
// freed is kept by that one.
#pragma once

#include <cstddef>

namespace errata {

inline constexpr std::size_t longest_kept_frame = 4096;

// Throws std::bad_alloc. Up to longest_kept_frame bytes are kept, at most 256 pieces of a size and
// thread; longer ones come from the heap. Under a sanitizer all do, so that it sees a use after the
// end.
void* take_frame_memory(std::size_t size);
void give_frame_memory(void* memory, std::size_t size) noexcept;

}  // namespace errata
