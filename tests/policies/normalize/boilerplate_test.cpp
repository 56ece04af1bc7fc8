#include "policies/normalize/boilerplate.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(boilerplate)

BOOST_AUTO_TEST_CASE(knows_names_and_phrases_of_servers) {
  for (const char* line : {
           "",
           "404",
           "Not Found",
           "404 Not Found",
           "404: Not Found",
           "Not Found (404)",
           "HTTP Status 404 – Not Found",
           "HTTP ERROR 404 Not Found",
           "HTTP Error 404.0 - Not Found",
           "Error: 404 Not Found",
           "404 - Page not found!",
           "Error",
           "Server Error (500)",
           "500 Internal Server Error",
           "504 Gateway Time-out",
           "Service Temporarily Unavailable",
           "I'm a teapot",
           "Oops!",
           "oops! something went wrong",
           "Whitelabel Error Page",
           "The server encountered an internal error and was unable to complete your request.",
           "Apologies for any inconvenience.",
           "Powered by Something 3.1",
           "There was an unexpected error (type=Not Found, status=404).",
           "/zzz",
           "'/a/b'",
           "https://api.example.com/x",
       }) {
    BOOST_TEST_CONTEXT(line) BOOST_TEST(errata::is_boilerplate(line, 404));
  }
  for (const char* line : {
           "Order not found",
           "No such order",
           "404 orders are missing",
           "Your IP is blocked.",
           "The date is in the past",
           "Access denied",
           "Conflict with order 5",
           "Error 17: the printer is on fire",
           "/zzz was not found",
       }) {
    BOOST_TEST_CONTEXT(line) BOOST_TEST(!errata::is_boilerplate(line, 404));
  }
  BOOST_TEST(errata::is_boilerplate("Access denied", 403));
}

BOOST_AUTO_TEST_CASE(strips_a_status_in_front) {
  const struct {
    const char* line;
    const char* left;
  } rows[] = {
      {"403: Not today", "Not today"},
      {"403 - Not allowed to enter", "Not allowed to enter"},
      {"HTTP 403 Forbidden: no invoices for you", "no invoices for you"},
      {"404: Not Found: order 5", "order 5"},
      {"Not Found - order 5", "order 5"},
      {"HTTP Status 409 – Order 5 is locked", "Order 5 is locked"},
      {"404: Not Found", "404: Not Found"},
      {"Not-found-ness: x", "Not-found-ness: x"},
      {"Order: gone", "Order: gone"},
      {"", ""},
      {":", ":"},
  };
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.line) BOOST_TEST(errata::without_status(row.line, 404) == row.left);
  }
}

BOOST_AUTO_TEST_CASE(hears_who_speaks_to_the_client) {
  BOOST_TEST(errata::speaks_to_client("Maintenance window until 14:00 UTC"));
  BOOST_TEST(errata::speaks_to_client("Please try again in five minutes"));
  BOOST_TEST(!errata::speaks_to_client("Pool db-main exhausted"));
  BOOST_TEST(!errata::speaks_to_client(""));
}

BOOST_AUTO_TEST_SUITE_END()
