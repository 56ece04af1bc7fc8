#include "proxy/frame_memory.hpp"

#include <array>
#include <new>

namespace errata {
namespace {

constexpr std::size_t step = 16;  // as malloc rounds
constexpr std::size_t most_kept = 256;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||
                           __has_feature(memory_sanitizer);
#else
constexpr bool sanitized = false;
#endif

// Of one size: each piece begins with the address of the next.
struct pile {
  void* top = nullptr;
  std::size_t height = 0;
};

class piles {
 public:
  piles() noexcept = default;
  piles(const piles&) = delete;
  piles& operator=(const piles&) = delete;
  ~piles() {
    for (pile& each : by_size_) {
      while (each.top != nullptr) ::operator delete(pop(each));
    }
    open_ = false;
  }

  void* take(std::size_t size) {
    pile& from = by_size_[(size - 1) / step];
    return from.top != nullptr ? pop(from) : ::operator new((size + step - 1) / step * step);
  }

  void give(void* memory, std::size_t size) noexcept {
    pile& into = by_size_[(size - 1) / step];
    if (into.height == most_kept || !open_) return ::operator delete(memory);
    *static_cast<void**>(memory) = into.top;
    into.top = memory;
    ++into.height;
  }

 private:
  static void* pop(pile& from) noexcept {
    void* const memory = from.top;
    from.top = *static_cast<void**>(memory);
    --from.height;
    return memory;
  }

  std::array<pile, longest_kept_frame / step> by_size_;
  bool open_ = true;  // until the thread ends
};

thread_local piles kept;

constexpr bool is_kept(std::size_t size) noexcept {
  return !sanitized && size > 0 && size <= longest_kept_frame;
}

}  // namespace

void* take_frame_memory(std::size_t size) {
  return is_kept(size) ? kept.take(size) : ::operator new(size);
}

void give_frame_memory(void* memory, std::size_t size) noexcept {
  if (is_kept(size)) {
    kept.give(memory, size);
  } else {
    ::operator delete(memory);
  }
}

}  // namespace errata
