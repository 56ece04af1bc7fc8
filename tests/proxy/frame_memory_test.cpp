#include "proxy/frame_memory.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <thread>
#include <vector>

namespace errata {

BOOST_AUTO_TEST_SUITE(frame_memory)

BOOST_AUTO_TEST_CASE(gives_memory_of_every_size_that_nobody_else_has) {
  for (const std::size_t size : {1U, 63U, 64U, 65U, 500U, 4095U, 4096U, 4097U, 100000U}) {
    std::vector<void*> taken;
    for (int i = 0; i < 300; ++i) {
      taken.push_back(take_frame_memory(size));
      std::memset(taken.back(), i % 251, size);
    }
    for (int i = 0; i < 300; ++i) {
      BOOST_TEST(*static_cast<unsigned char*>(taken[static_cast<std::size_t>(i)]) == i % 251);
    }
    for (void* memory : taken) give_frame_memory(memory, size);
    void* again = take_frame_memory(size);
    std::memset(again, 1, size);
    give_frame_memory(again, size);
  }
}

BOOST_AUTO_TEST_CASE(takes_what_another_thread_gave_out) {
  std::array<void*, 100> taken{};
  std::thread([&] {
    for (void*& memory : taken) memory = take_frame_memory(128);
  }).join();
  for (void* memory : taken) give_frame_memory(memory, 128);
  std::thread([&] {
    for (int i = 0; i < 100; ++i) give_frame_memory(take_frame_memory(256), 256);
  }).join();
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
