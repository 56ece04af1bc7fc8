#include "tests/bench/allocations.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local errata::bench::allocations so_far;

void* counted(std::size_t size) {
  ++so_far.count;
  so_far.bytes += size;
  if (void* got = std::malloc(size == 0 ? 1 : size)) return got;
  throw std::bad_alloc();
}

}  // namespace

namespace errata::bench {

allocations allocations_so_far() noexcept {
  return so_far;
}

}  // namespace errata::bench

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new[](std::size_t size) {
  return counted(size);
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete[](void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  std::free(block);
}
