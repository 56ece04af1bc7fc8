#include "proxy/memory_watch.hpp"

#include <boost/test/unit_test.hpp>

using namespace errata;

BOOST_AUTO_TEST_SUITE(memory_watch)

BOOST_AUTO_TEST_CASE(pressure_rises_in_two_steps) {
  using enum memory_pressure;
  constexpr std::uint64_t limit = 1'000'000'000;
  BOOST_TEST((pressure_of(849'000'000, limit) == none));
  BOOST_TEST((pressure_of(850'000'000, limit) == eased));
  BOOST_TEST((pressure_of(949'000'000, limit) == eased));
  BOOST_TEST((pressure_of(950'000'000, limit) == shedding));
  BOOST_TEST((pressure_of(~std::uint64_t{0}, limit) == shedding));
  BOOST_TEST((pressure_of(~std::uint64_t{0}, 0) == none));
}

BOOST_AUTO_TEST_CASE(reads_what_this_process_uses) {
  BOOST_TEST(resident_bytes() > 1024u * 1024u);
  const std::uint64_t limit = cgroup_memory_limit();
  BOOST_TEST((limit == 0 || limit > resident_bytes()));
}

BOOST_AUTO_TEST_SUITE_END()
