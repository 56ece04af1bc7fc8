#include "policies/normalize/choice.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "policies/normalize/explanation.hpp"
#include "policies/normalize/json_shapes.hpp"

using namespace errata;

namespace {

choice chosen(std::string_view json, unsigned status, explanation* why = nullptr) {
  auto found = extract_json(json, status, why != nullptr ? with_origins::yes : with_origins::no);
  BOOST_TEST_REQUIRE(found.has_value());
  return choose(*std::move(found), status, leak_set::all(), why);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(choice_test)

BOOST_AUTO_TEST_CASE(says_when_there_are_further_errors) {
  struct row {
    std::string_view json;
    std::string_view message;
  };
  constexpr row rows[] = {
      {R"({"errors":{"name":["The name is required."],"age":["The age is a number."]}})",
       "The name is required (and 1 more error)."},
      {R"({"errors":[{"message":"No seat"},{"message":"No table"},{"message":"No bed"}]})",
       "No seat (and 2 more errors)"},
      {R"({"errors":[{"message":"No seat"},{"message":"No seat"}]})", "No seat"},
      {R"({"message":["a must be a number","b must be a date"]})",
       "a must be a number (and 1 more error)"},
      {R"({"errors":[{"message":"No seat"}]})", "No seat"},
      {R"j({"errors":[{"message":"No seat (and 1 more error)"},{"message":"No table"}]})j",
       "No seat (and 1 more error)"},
      // What sums several up is one error.
      {R"({"message":"Two fields are wrong.","details":[{"message":"a"},{"message":"b"}]})",
       "Two fields are wrong."},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.json) BOOST_TEST(chosen(r.json, 422).message == r.message);
  }
}

BOOST_AUTO_TEST_CASE(further_errors_do_not_make_a_message_too_long) {
  const std::string longest(511, 'x');
  const std::string json =
      R"({"errors":[{"message":"a )" + longest.substr(2) + R"("},{"message":"No table"}]})";
  BOOST_TEST(chosen(json, 422).message.size() <= 512U);
}

BOOST_AUTO_TEST_CASE(tells_where_each_member_came_from) {
  explanation why;
  const choice said = chosen(
      R"({"errors":[{"detail":"The date is past.","code":"DATE_PAST","source":{"pointer":"/data/attributes/day"}}]})",
      422, &why);
  BOOST_TEST(said.param == "day");
  BOOST_TEST_REQUIRE(why.messages.size() == 1U);
  BOOST_TEST(why.messages[0].origin == "/errors/0/detail");
  BOOST_TEST((why.messages[0].outcome == fate::taken));
  BOOST_TEST(why.code.origin == "/errors/0/code");
  BOOST_TEST(why.param.origin == "/errors/0/source");
}

BOOST_AUTO_TEST_CASE(tells_why_something_is_withheld) {
  explanation why;
  chosen(R"({"message":"SELECT a FROM b failed"})", 400, &why);
  BOOST_TEST((why.messages.at(0).outcome == fate::nothing_left));
  BOOST_TEST(why.messages.at(0).removed[leak_kind::database] == 1U);
  chosen(R"({"message":"The flux is gone"})", 500, &why);
  BOOST_TEST((why.messages.at(0).outcome == fate::server_fault));
  for (int i = 0; i < 6; ++i) BOOST_TEST(!fate_text(static_cast<fate>(i)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
