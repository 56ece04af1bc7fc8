#include "policies/catalog_reader_row.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace errata {
namespace {

struct read_row {
  catalog_row row;
  std::vector<catalog_problem> problems;
};

read_row read(std::string_view text) {
  read_row made;
  made.row = {.status = 404,
              .strict = 404,
              .type = "conflict",
              .code = "was_before",
              .message = "Before.",
              .description = "Said of the code before."};
  const boost::json::value object = boost::json::parse(text);
  read_catalog_row(object.get_object(), "/codes/x", {"conflict", "gone"}, made.row, made.problems);
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalog_reader_row)

BOOST_AUTO_TEST_CASE(keeps_what_is_not_given) {
  const read_row got = read("{}");
  BOOST_TEST(got.problems.empty());
  BOOST_TEST(got.row.code == "was_before");
  BOOST_TEST(got.row.description == "Said of the code before.");
}

BOOST_AUTO_TEST_CASE(a_new_code_drops_the_old_description) {
  BOOST_TEST(read(R"({"code": "is_now"})").row.description == "");
  BOOST_TEST(read(R"({"code": "is_now", "description": "New."})").row.description == "New.");
  BOOST_TEST(read(R"({"code": "was_before"})").row.description == "Said of the code before.");
}

BOOST_AUTO_TEST_CASE(names_each_bad_member) {
  const struct {
    std::string text;
    std::string_view pointer;
  } table[] = {
      {R"({"type": "unknown"})", "/codes/x/type"},
      {R"({"type": 1})", "/codes/x/type"},
      {R"({"code": "Bad"})", "/codes/x/code"},
      {R"({"message": ""})", "/codes/x/message"},
      {R"({"message": ")" + std::string(513, 'a') + "\"}", "/codes/x/message"},
      {R"({"description": "a\nb"})", "/codes/x/description"},
      {R"({"description": ")" + std::string(2001, 'a') + "\"}", "/codes/x/description"},
      {R"({"description": null})", "/codes/x/description"},
      {R"({"retry": true})", "/codes/x/retry"},
      {R"({"strict": 418})", "/codes/x/strict"},
      {R"({"strict_503_if_safe": "yes"})", "/codes/x/strict_503_if_safe"},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.text) {
      const read_row got = read(row.text);
      BOOST_TEST_REQUIRE(got.problems.size() == 1U);
      BOOST_TEST(got.problems[0].pointer == row.pointer);
      BOOST_TEST(got.row.code == "was_before");
    }
  }
}

BOOST_AUTO_TEST_CASE(checks_that_a_row_agrees_with_itself) {
  std::vector<catalog_problem> problems;
  catalog_row row;
  row.status = 404;
  row.strict_503_if_safe = true;
  check_catalog_row("/x", row, true, problems);
  std::vector<std::string> pointers;
  for (const auto& p : problems) pointers.push_back(p.pointer);
  const std::vector<std::string> expected = {"/x/type", "/x/code", "/x/message", "/x/strict",
                                             "/x/strict_503_if_safe"};
  BOOST_TEST(pointers == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
