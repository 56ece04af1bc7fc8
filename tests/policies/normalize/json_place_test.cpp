#include "policies/normalize/json_place.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using errata::json_place;

BOOST_AUTO_TEST_SUITE(json_place_test)

BOOST_AUTO_TEST_CASE(is_a_json_pointer) {
  const json_place document;
  BOOST_TEST(document.to_text() == "the document");
  BOOST_TEST(document.depth() == 0);
  const json_place errors(document, "errors");
  const json_place first(errors, std::size_t{0});
  const json_place odd(first, "a/b~c");
  BOOST_TEST(odd.to_text() == "/errors/0/a~1b~0c");
  BOOST_TEST(odd.depth() == 3);
}

BOOST_AUTO_TEST_CASE(long_keys_are_cut) {
  const json_place document;
  const std::string key(10000, 'k');
  const json_place one(document, key);
  const json_place two(one, key);
  BOOST_TEST(two.to_text().size() < 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
