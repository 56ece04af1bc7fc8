#include "policies/normalize/problem.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;

BOOST_AUTO_TEST_SUITE(problem)

BOOST_AUTO_TEST_CASE(says_the_same_as_the_envelope) {
  std::string out;
  append_problem(out,
                 {"invalid_request", "The \"day\" is past.", "date_past", "day",
                  "https://docs.example.com/errors#date_past"},
                 "The request contains invalid values.", 422,
                 "0190a3c4-7b5e-7000-8000-000000000001");
  BOOST_TEST(out == R"({"type":"https://docs.example.com/errors#date_past",)"
                    R"("title":"The request contains invalid values.","status":422,)"
                    R"("detail":"The \"day\" is past.",)"
                    R"("instance":"urn:uuid:0190a3c4-7b5e-7000-8000-000000000001",)"
                    R"("code":"date_past","param":"day"})");
}

BOOST_AUTO_TEST_CASE(without_a_page_the_status_is_the_type) {
  std::string out;
  append_problem(out, {"resource_not_found", "No such seat", "not_found", "", ""},
                 "The requested resource was not found.", 404, "client-chosen-id");
  BOOST_TEST(out ==
             R"({"type":"about:blank","title":"Not Found","status":404,"detail":"No such seat",)"
             R"("code":"not_found"})");
  out.clear();
  append_problem(out, {"invalid_request", "m", "c_c", "", ""}, "Bad luck", 499, "");
  BOOST_TEST(out.find(R"("title":"Bad luck")") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
