// Memory for the frames of coroutines: each thread keeps what it has freed, so that a request costs
// no call of the allocator. Any thread; memory that another thread freed is kept by that one.
#pragma once

#include <cstddef>

namespace errata {

// Throws std::bad_alloc. Frames of up to 2 KiB are kept, at most 64 of a size and thread; the
// others come from the heap. Under a sanitizer all do, so that it sees a use after the end.
void* take_frame_memory(std::size_t size);
void give_frame_memory(void* memory, std::size_t size) noexcept;

}  // namespace errata
