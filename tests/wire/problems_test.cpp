// Problem documents for clients that prefer them, where the configuration allows it.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/support/envelope_checker.hpp"
#include "tests/support/test_server.hpp"

BOOST_AUTO_TEST_SUITE(problems)

using namespace errata::testing;

namespace {

const char* const on = R"("errors": {"problem_json": true})";
const char* const wants = "Accept: application/problem+json\r\n";

std::string get(const std::string& target, const std::string& fields,
                const std::string& method = "GET") {
  return method + " " + target + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(rewrites_into_a_problem_for_who_asks) {
  scripted_origin origin(answer(
      "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 43\r\n\r\n"
      R"({"message":"No such seat","code":"NO_SEAT"})"));
  test_server server(origin, {.top = on});
  const auto plain = server.fetch(get("/", ""));
  check_error(plain, 404, "no_seat", error_author::upstream);
  BOOST_TEST(plain.head.value("Vary") == "Accept");

  const auto got = server.fetch(get("/", wants));
  check_well_formed(got);
  BOOST_TEST(got.status == 404u);
  BOOST_TEST(got.head.value("Content-Type") == "application/problem+json");
  BOOST_TEST(got.head.value("Vary") == "Accept");
  const auto problem = boost::json::parse(got.body.content).as_object();
  BOOST_TEST(problem.at("type").as_string() == "about:blank");
  BOOST_TEST(problem.at("title").as_string() == "Not Found");
  BOOST_TEST(problem.at("status").as_int64() == 404);
  BOOST_TEST(problem.at("detail").as_string() == "No such seat");
  BOOST_TEST(problem.at("code").as_string() == "no_seat");
  BOOST_TEST(problem.at("instance").as_string() == "urn:uuid:" + got.head.value("X-Request-Id"));
}

BOOST_AUTO_TEST_CASE(own_errors_are_problems_too) {
  scripted_origin origin(answer(""));
  test_server server(
      origin, {.routes = R"([{"match": {"path_prefix": "/a"}, "upstream": "legacy"}])", .top = on});
  const auto got = server.fetch(get("/b", wants));
  check_well_formed(got);
  BOOST_TEST(got.status == 404u);
  BOOST_TEST(got.head.value("Content-Type") == "application/problem+json");
  BOOST_TEST(boost::json::parse(got.body.content).as_object().at("code").as_string() ==
             "route_not_found");
  const auto head = server.fetch(get("/b", wants, "HEAD"), "HEAD");
  BOOST_TEST(head.status == 404u);
  BOOST_TEST(head.body.content.empty());
}

BOOST_AUTO_TEST_CASE(nobody_gets_one_by_default) {
  scripted_origin origin(answer(""));
  test_server server(origin,
                     {.routes = R"([{"match": {"path_prefix": "/a"}, "upstream": "legacy"}])"});
  const auto got = server.fetch(get("/b", wants));
  check_error(got, 404, "route_not_found");
  BOOST_TEST(!got.head.has("Vary"));
}

BOOST_AUTO_TEST_SUITE_END()
