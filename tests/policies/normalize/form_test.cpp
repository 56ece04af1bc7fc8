#include "policies/normalize/form.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {

BOOST_AUTO_TEST_SUITE(form)

BOOST_AUTO_TEST_CASE(reads_pairs) {
  const finding found =
      extract_form("error=invalid_grant&error_description=The+code%20has+run%20out&state=x", 400);
  BOOST_TEST_REQUIRE(found.messages.size() == 1U);
  BOOST_TEST(found.messages.front().text == "The code has run out");
  BOOST_TEST(found.code == "invalid_grant");
  BOOST_TEST(found.shape == "form");
}

BOOST_AUTO_TEST_CASE(bad_escapes_stand_as_they_are_and_bad_bytes_are_left_out) {
  BOOST_TEST(extract_form("message=100%+of+it%2", 400).messages.front().text == "100% of it%2");
  BOOST_TEST(extract_form("message=%FF%FE+of+it", 400).messages.empty());
}

BOOST_AUTO_TEST_CASE(odd_pairs_do_no_harm) {
  for (const char* text : {"", "&", "=", "a", "a=", "=b", "&&&", "a=b&", "message"}) {
    BOOST_TEST(extract_form(text, 400).messages.empty(), text);
  }
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a" + std::to_string(i) + "=b&";
  BOOST_TEST(extract_form(many + "message=too+late", 400).messages.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
