#include "policies/normalize/json_param.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/policies/normalize/parsed_json.hpp"

namespace errata {
namespace {

std::string from(std::string_view text, std::string_view key) {
  const parsed_json object(text);
  return param_from(*object, *object->find(key));
}

std::string source(std::string_view text) {
  return param_of_source(*parsed_json(text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_param)

BOOST_AUTO_TEST_CASE(reads_names_pointers_and_paths) {
  struct {
    std::string_view text, key, param;
  } const rows[] = {
      {R"({"field":"email"})", "field", "email"},
      {R"({"pointer":"#/a/0/b"})", "pointer", "a[0].b"},
      {R"({"loc":["body","items",0,"qty"]})", "loc", "items[0].qty"},
      {R"({"loc":["body"]})", "loc", ""},
      {R"({"loc":["sku"]})", "loc", "sku"},
      {R"({"path":["body"]})", "path", "body"},
      {R"({"path":["user","name"]})", "path", "user.name"},
      {R"({"fields":["LastName","FirstName"]})", "fields", "LastName"},
      {R"({"expression":["Patient.birthDate"]})", "expression", "Patient.birthDate"},
      {R"({"name":"age","reason":"x"})", "name", "age"},
      {R"({"name":"age","location":"body"})", "name", "age"},
      {R"({"name":"age"})", "name", ""},
      {R"({"location":"maxResults","locationType":"parameter"})", "location", "maxResults"},
      {R"({"location":"body"})", "location", ""},
      {R"({"path":["me"],"locations":[]})", "path", ""},
      {R"({"field":"two words"})", "field", ""},
      {R"({"field":7})", "field", ""},
      {R"({"field":{}})", "field", ""},
      {R"({"fields":[{}]})", "fields", ""},
      {R"({"loc":[]})", "loc", ""},
      {R"({"loc":[{},null]})", "loc", ""},
  };
  for (const auto& row : rows) BOOST_TEST(from(row.text, row.key) == row.param, row.text);
}

BOOST_AUTO_TEST_CASE(reads_sources) {
  BOOST_TEST(source(R"({"source":{"pointer":"/data/attributes/a"}})") == "a");
  BOOST_TEST(source(R"({"source":{"parameter":"include"}})") == "include");
  BOOST_TEST(source(R"({"source":"payload","keys":["qty"]})") == "qty");
  BOOST_TEST(source(R"({"instancePath":"/a","params":{"missingProperty":"b"}})") == "a.b");
  BOOST_TEST(source(R"({"source":"payload","keys":[]})") == "");
  BOOST_TEST(source(R"({"keys":["qty"]})") == "");
  BOOST_TEST(source("{}") == "");
}

BOOST_AUTO_TEST_CASE(a_path_beside_a_status_is_that_of_the_request) {
  const auto top = [](std::string_view text) {
    const parsed_json object(text);
    return is_param_at_top(*object, *object->find("path"));
  };
  BOOST_TEST(top(R"({"path":"/town","message":"x"})"));
  BOOST_TEST(!top(R"({"path":"/v1/orders","status":404})"));
  BOOST_TEST(!top(R"({"path":"/v1/orders","timestamp":"x"})"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
