#include "policies/cors.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

using namespace errata;

namespace {

const std::string exposed =
    "Access-Control-Expose-Headers: X-Request-Id, Retry-After, RateLimit, RateLimit-Policy";

std::string lines(const cors_settings& settings, std::string_view origin) {
  std::string out;
  append_cors_fields(out, settings, origin, "X-Request-Id");
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cors)

BOOST_AUTO_TEST_CASE(knows_an_origin) {
  for (const std::string_view good : {"*", "https://app.example.com", "http://localhost:3000",
                                      "https://[fd00::1]:8443", "capacitor://localhost"}) {
    BOOST_TEST(is_cors_origin(good), good);
  }
  for (const std::string_view bad :
       {"", "app.example.com", "https://", "://x", "https://a/", "https://a/b", "https://A.example",
        "https://a b", "null", "https://a\r\nX: y", "https://*.example.com", "https://u@a"}) {
    BOOST_TEST(!is_cors_origin(bad), bad);
  }
}

BOOST_AUTO_TEST_CASE(names_the_origin_that_is_allowed) {
  cors_settings settings{.origins = {"https://a.example", "https://b.example"}};
  BOOST_TEST(lines(settings, "https://b.example") ==
             "Vary: Origin\r\nAccess-Control-Allow-Origin: https://b.example\r\n" + exposed +
                 "\r\n");
  BOOST_TEST(lines(settings, "https://c.example") == "Vary: Origin\r\n");
  BOOST_TEST(lines(settings, "null") == "Vary: Origin\r\n");
  BOOST_TEST(lines(settings, "") == "Vary: Origin\r\n");
  settings.credentials = true;
  settings.expose = {"X-Total"};
  BOOST_TEST(lines(settings, "https://a.example") ==
             "Vary: Origin\r\nAccess-Control-Allow-Origin: https://a.example\r\n"
             "Access-Control-Allow-Credentials: true\r\n" +
                 exposed + ", X-Total\r\n");
}

BOOST_AUTO_TEST_CASE(any_origin_needs_no_vary_and_gets_no_credentials) {
  const cors_settings settings{.origins = {"*"}, .credentials = true};
  BOOST_TEST(lines(settings, "https://c.example") ==
             "Access-Control-Allow-Origin: *\r\n" + exposed + "\r\n");
  BOOST_TEST(lines(settings, "") == "");
}

BOOST_AUTO_TEST_CASE(is_off_by_default) {
  BOOST_TEST(lines({}, "https://a.example") == "");
}

BOOST_AUTO_TEST_SUITE_END()
