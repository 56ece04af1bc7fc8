#include "proxy/address_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace errata;

BOOST_AUTO_TEST_SUITE(address_tables)

BOOST_AUTO_TEST_CASE(counts_each_address_up_to_the_most) {
  address_table table({1, 2});
  const auto one = *ip_address::parse("192.0.2.1");
  const auto two = *ip_address::parse("192.0.2.2");
  BOOST_TEST(table.add(one, 2));
  BOOST_TEST(table.add(one, 2));
  BOOST_TEST(!table.add(one, 2));
  BOOST_TEST(table.add(two, 2));
  BOOST_TEST(table.count(one) == 2u);
  table.remove(one);
  BOOST_TEST(table.add(one, 2));
  table.remove(two);
  BOOST_TEST(table.count(two) == 0u);
  table.remove(two);
  BOOST_TEST(table.count(two) == 0u);
}

BOOST_AUTO_TEST_CASE(an_ipv6_client_is_its_64) {
  address_table table({1, 2});
  BOOST_TEST(table.add(*ip_address::parse("2001:db8:1:2::1"), 1));
  BOOST_TEST(!table.add(*ip_address::parse("2001:db8:1:2:ffff::9"), 1));
  BOOST_TEST(table.add(*ip_address::parse("2001:db8:1:3::1"), 1));
}

BOOST_AUTO_TEST_SUITE_END()
