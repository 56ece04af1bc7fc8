#include "policies/normalize/negotiation.hpp"

#include <boost/test/unit_test.hpp>
#include <string_view>

using namespace errata;

BOOST_AUTO_TEST_SUITE(negotiation)

BOOST_AUTO_TEST_CASE(a_problem_is_for_those_who_prefer_it_by_name) {
  struct row {
    std::string_view accept;
    bool wanted;
  };
  constexpr row rows[] = {
      {"", false},
      {"*/*", false},
      {"application/json", false},
      {"application/*", false},
      {"application/problem+json", true},
      {"Application/Problem+JSON", true},
      {"application/problem+json;q=0", false},
      {"application/problem+json;q=0.000", false},
      {"application/problem+json, application/json", false},
      {"application/problem+json, application/json;q=0.9", true},
      {"application/problem+json;q=0.8, application/json;q=0.9", false},
      {"application/problem+json, */*;q=0.1", true},
      {"application/problem+json;q=0.5, */*", false},
      {"application/problem+json;q=0.5, text/html", true},
      {"text/html, application/problem+json ; charset=utf-8 ; q=0.7, application/*;q=0.3", true},
      {"application/problem+json;q=nonsense", false},
      {"application/problem+json;q=1.5", false},
      {"application/problem+json;q=0.1234", false},
      {"application/problem+json;q=", false},
      {",, ,", false},
  };
  for (const row& r : rows) {
    field_list fields;
    fields.add("Accept", r.accept);
    BOOST_TEST(prefers_problem(fields) == r.wanted, r.accept);
  }
  field_list two;
  two.add("accept", "application/json;q=0.2");
  two.add("Accept", "application/problem+json");
  BOOST_TEST(prefers_problem(two));
  BOOST_TEST(!prefers_problem(field_list()));
}

BOOST_AUTO_TEST_CASE(codings_are_taken_when_named_or_when_any_is) {
  struct row {
    std::string_view accept;
    bool wanted;
  };
  constexpr row rows[] = {
      {"", false},           {"gzip", true},      {"GZIP;q=0.1", true},   {"gzip;q=0", false},
      {"gzip;q=0.0", false}, {"br, *", true},     {"*;q=0", false},       {"*;q=0, gzip", true},
      {"identity", false},   {"br;q=1.0", false}, {"deflate,gzip", true}, {"gzip;q=x", false},
  };
  for (const row& r : rows) {
    field_list fields;
    fields.add("Accept-Encoding", r.accept);
    BOOST_TEST(accepts_coding(fields, "gzip") == r.wanted, r.accept);
  }
  BOOST_TEST(!accepts_coding(field_list(), "gzip"));
}

BOOST_AUTO_TEST_SUITE_END()
