#include "policies/normalize/json_forms.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "tests/policies/normalize/parsed_json.hpp"

namespace errata {

BOOST_AUTO_TEST_SUITE(json_forms)

BOOST_AUTO_TEST_CASE(names_shapes) {
  struct {
    std::string_view text, shape;
  } const rows[] = {
      {R"({"jsonrpc":"2.0","error":{}})", "jsonrpc"},
      {R"({"type":"about:blank","title":"x"})", "problem_json"},
      {R"({"timestamp":1,"status":404,"path":"/"})", "spring"},
      {R"({"errors":[{"locations":[]}]})", "graphql"},
      {R"({"errors":[{"source":{}}]})", "jsonapi"},
      {R"({"errors":[{"msg":"x"}]})", "errors_list"},
      {R"({"errors":["x"]})", "errors_list"},
      {R"({"errors":{"a":["x"]}})", "field_map"},
      {R"({"error":"a_b","error_description":"x"})", "oauth2"},
      {R"({"statusCode":400,"error":"x","message":"y"})", "hapi"},
      {R"({"__type":"x"})", "aws"},
      {R"({"error":{}})", "error_object"},
      {R"({"errors":[]})", "json"},
      {"{}", "json"},
  };
  for (const auto& row : rows) BOOST_TEST(shape_of(*parsed_json(row.text)) == row.shape, row.text);
}

BOOST_AUTO_TEST_CASE(finds_sentences_in_their_forms) {
  const auto of = [](std::string_view text) {
    const parsed_json value(text);
    return std::string(sentence(*value));
  };
  BOOST_TEST(of(R"("x y")") == "x y");
  BOOST_TEST(of(R"({"lang":"de","value":"x y"})") == "x y");
  BOOST_TEST(of(R"({"de":"z","en":"x y"})") == "x y");
  BOOST_TEST(of(R"({"text":"x y"})") == "x y");
  for (const char* text : {"7", "null", "[]", "{}", R"({"value":7})"}) BOOST_TEST(of(text) == "");
}

BOOST_AUTO_TEST_CASE(tells_field_maps_from_errors) {
  for (const char* text : {R"({"email":["x"]})", R"({"email":"x","name":"y"})",
                           R"({"a":{"b":["x"]}})", R"({"message":["x"]})"}) {
    BOOST_TEST(is_field_map(*parsed_json(text)), text);
  }
  for (const char* text : {"{}", R"({"message":"x"})", R"({"code":"x","email":"y"})", R"({"a":7})",
                           R"({"code":400,"a":["x"]})"}) {
    BOOST_TEST(!is_field_map(*parsed_json(text)), text);
  }
}

BOOST_AUTO_TEST_CASE(tells_maps_of_lists_from_records) {
  BOOST_TEST(is_map_of_lists(*parsed_json(R"({"email":["is not valid"],"n":7})")));
  BOOST_TEST(is_map_of_lists(*parsed_json(R"({"lines":[{},{"qty":["x"]}]})")));
  BOOST_TEST(!is_map_of_lists(*parsed_json(R"({"tags":["a","b"]})")));
  BOOST_TEST(!is_map_of_lists(*parsed_json(R"({"id":"x","notes":["two words"]})")));
  BOOST_TEST(!is_map_of_lists(*parsed_json("{}")));
}

BOOST_AUTO_TEST_CASE(sees_signs_of_failure) {
  for (const char* text :
       {R"({"status":"fail"})", R"({"status":"error"})", R"({"success":false})"}) {
    BOOST_TEST(says_failed(*parsed_json(text)), text);
  }
  for (const char* text :
       {"{}", R"({"status":"ok"})", R"({"success":true})", R"({"status":400})"}) {
    BOOST_TEST(!says_failed(*parsed_json(text)), text);
  }
}

BOOST_AUTO_TEST_CASE(tells_hints_and_debug_notes_from_errors) {
  const auto hint = [](const char* text) { return is_hint(*parsed_json(text)); };
  BOOST_TEST(hint(R"({"severity":"information"})"));
  BOOST_TEST(hint(R"({"level":"WARNING"})"));
  BOOST_TEST(!hint(R"({"severity":"error"})"));
  BOOST_TEST(!hint(R"({"severity":2})"));
  BOOST_TEST(!hint(R"("warning")"));
  BOOST_TEST(is_for_developers(*parsed_json(R"({"@type":"types.example/rpc.DebugInfo"})")));
  BOOST_TEST(!is_for_developers(*parsed_json(R"({"@type":"types.example/rpc.BadRequest"})")));
  const auto names = [](std::string_view text) { return lists_names(parsed_json(text)->front()); };
  BOOST_TEST(names(R"({"params":["a"]})"));
  BOOST_TEST(!names(R"({"params":[{"name":"a"}]})"));
  BOOST_TEST(!names(R"({"errors":["a"]})"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
