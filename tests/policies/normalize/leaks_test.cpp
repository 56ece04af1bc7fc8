#include "policies/normalize/leaks.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "policies/normalize/scrub.hpp"

using errata::class_prefix;
using errata::find_leak;
using errata::is_free_of_leaks;
using errata::leak_kind;
using errata::leak_kind_name;
using errata::leak_reach;
using errata::leak_set;
using errata::scrub_message;

namespace {

struct row {
  leak_kind kind;
  std::string_view message;
};
constexpr row rows[] = {
    {leak_kind::stack_frame, "It broke. at com.example.Seats.take(Seats.java:41)"},
    {leak_kind::exception_name, "No seat, says com.example.seats.SeatGoneException here"},
    {leak_kind::file_path, "The template is gone (/srv/app/views/seat.tmpl)"},
    {leak_kind::database, "SELECT id FROM seats failed"},
    {leak_kind::program, "Undefined variable in the seat plan"},
    {leak_kind::host, "Ask the seat service (db-7.internal)"},
    {leak_kind::software, "Served with pleasure (nginx/1.22.1)"},
    {leak_kind::secret, "The key is unknown (sk_live_4f9d8a7b6c5e)"},
    {leak_kind::email, "The request was refused (ask ops@example.com)"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(leaks)

BOOST_AUTO_TEST_CASE(each_kind_is_found_and_named) {
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.message) {
      const auto found = find_leak(r.message);
      BOOST_TEST((found.reach != leak_reach::none));
      BOOST_TEST(leak_kind_name(found.kind) == leak_kind_name(r.kind));
      BOOST_TEST(scrub_message(r.message).removed[r.kind] > 0U);
    }
  }
}

// The shortest of each form, and what is one byte short of it.
BOOST_AUTO_TEST_CASE(finds_secrets_by_their_digit) {
  const std::string_view secrets[] = {
      "the password a1bcd is old",
      "the secret 12345 is old",
      "bearer abcdefg1",
      "token:\tabcde1",
      "pwd: \"abc\vd1\"",
      "negotiate abcdefg/1",
      "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM1",
  };
  for (const std::string_view text : secrets) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!is_free_of_leaks(text));
      BOOST_TEST((find_leak(text).kind == leak_kind::secret));
    }
  }
  for (const std::string_view text :
       {"the password a1bc is old", "the secret 1234 is old", "bearer abcdef1", "token: abcd1",
        "count: 1", "Seat 14C of flight HX 204 is taken", "bearer authentication"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(is_free_of_leaks(text));
  }
}

BOOST_AUTO_TEST_CASE(knows_the_class_that_a_message_opens_with) {
  for (const std::string_view prefix :
       {"KeyError: ", "java.lang.IllegalStateException: ", "Uncaught Error: ", "Exception: ",
        "a::b::OrderFault: ", "SomeThrowable (7): ", "** (Shop.Missing) ",
        "rpc error: code = Internal desc = "}) {
    BOOST_TEST_CONTEXT(prefix) {
      BOOST_TEST(class_prefix(std::string(prefix) + "no seat") == prefix.size());
    }
  }
  for (const std::string_view text :
       {"Validation failed: no seat", "Missing: a name", "* (Shop) no", "Errors: two", ""}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(class_prefix(text) == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_kind_that_is_off_stays) {
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.message) {
      leak_set wanted = leak_set::all();
      wanted.remove(r.kind);
      const auto found = find_leak(r.message, wanted);
      BOOST_TEST((found.reach == leak_reach::none || found.kind != r.kind));
      BOOST_TEST(scrub_message(r.message, wanted).removed[r.kind] == 0U);
    }
  }
  leak_set wanted = leak_set::all();
  wanted.remove(leak_kind::email);
  const std::string_view help = "The request was refused (ask ops@example.com)";
  BOOST_TEST(scrub_message(help, wanted).text == help);
}

BOOST_AUTO_TEST_CASE(markup_and_controls_always_go) {
  const auto clean = scrub_message("No \x1b[31m<b>seat</b> left", leak_set());
  BOOST_TEST(clean.text == "No seat left");
  BOOST_TEST(clean.removed[leak_kind::markup] > 0U);
  BOOST_TEST(clean.removed[leak_kind::control] > 0U);
  BOOST_TEST(clean.removed.internals() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
