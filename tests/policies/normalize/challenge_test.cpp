#include "policies/normalize/challenge.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace errata {

BOOST_AUTO_TEST_SUITE(challenge)

BOOST_AUTO_TEST_CASE(reads_what_a_challenge_says) {
  struct {
    std::vector<std::string_view> values;
    std::string_view message, code;
  } const rows[] = {
      {{R"(Bearer realm="a", error="invalid_token", error_description="The token expired")"},
       "The token expired",
       "invalid_token"},
      {{R"(Bearer error=insufficient_scope, scope="a b")"}, "", "insufficient_scope"},
      {{R"(DPoP algs="ES256", error = "use_dpop_nonce")"}, "", "use_dpop_nonce"},
      {{R"(Basic realm="x, error=no")"}, "", ""},
      {{R"(Basic realm="a \"b\", error=no")"}, "", ""},
      {{R"(Negotiate YII==, Bearer error="invalid_token")"}, "", "invalid_token"},
      {{R"(Basic realm="x")", R"(Bearer error_description="Sign in \"again\"")"},
       "Sign in \"again\"",
       ""},
      {{R"(Bearer error="invalid_token)"}, "", "invalid_token"},
      {{R"(Bearer ERROR="two words")"}, "", ""},
      {{R"(Bearer error=)"}, "", ""},
      {{R"(Bearer "error", =x, ,,)"}, "", ""},
      {{""}, "", ""},
      {{}, "", ""},
  };
  for (const auto& row : rows) {
    field_list fields;
    for (const std::string_view value : row.values) fields.add("WWW-Authenticate", value);
    const finding found = read_challenge(fields);
    BOOST_TEST_CONTEXT((row.values.empty() ? "none" : row.values.front())) {
      BOOST_TEST((found.messages.empty() ? "" : found.messages.front().text) == row.message);
      BOOST_TEST(found.code == row.code);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
