#include "policies/normalize/json_repair.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

using errata::close_json;

BOOST_AUTO_TEST_SUITE(json_repair)

BOOST_AUTO_TEST_CASE(keeps_what_came_whole) {
  struct row {
    std::string_view text;
    std::string_view repaired;
  };
  constexpr row rows[] = {
      {R"({"error":{"code":"E1","message":"The seat is ta)", R"({"error":{"code":"E1"}})"},
      {R"({"error":{"code":"E1","message":"The seat is taken")",
       R"({"error":{"code":"E1","message":"The seat is taken"}})"},
      {R"({"error":{"code":"E1","mess)", R"({"error":{"code":"E1"}})"},
      {R"({"error":{"code":"E1","message")", R"({"error":{"code":"E1"}})"},
      {R"([{"field":"a","ok":true},{"field":)", R"([{"field":"a","ok":true}])"},
      {R"({"a":[1,2,)", R"({"a":[1,2]})"},
      {R"({"a":1,"b":12)", R"({"a":1})"},
      {R"({"a":"x",})", R"({"a":"x"})"},
      {R"({"a":["x",],})", R"({"a":["x"]})"},
      {R"({"a":NaN,"b":undefined,"c":None,"d":True,"e":false})",
       R"({"a":null,"b":null,"c":null,"d":null,"e":false})"},
      {"{\"a\":\"one\ntwo\"}", R"({"a":"one two"})"},
      {R"({"a":"b" "c":"d"})", R"({"a":"b"})"},
      {R"({"a":"x\"y","b":"\)", R"({"a":"x\"y"})"},
      {R"( {"a" : "b" , "c" : })", R"({"a":"b"})"},
      {R"({"a":007})", R"({"a":null})"},
      {"{\"a\":{}", R"({"a":{}})"},
  };
  for (const row& r : rows) {
    BOOST_TEST_CONTEXT(r.text) {
      const std::string got = close_json(r.text, 32);
      BOOST_TEST(got == r.repaired);
      boost::json::error_code ec;
      const auto parsed = boost::json::parse(got, ec);
      BOOST_TEST(!ec);
    }
  }
}

BOOST_AUTO_TEST_CASE(makes_nothing_of_nothing) {
  for (const std::string_view text : {"", " ", "{", "[", "{\"a", "{\"a\":", "x", "\"a\"", "{]",
                                      "[}", "{'a':'b'}", "{\"a\":\"b"}) {
    BOOST_TEST(close_json(text, 32).empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(stops_before_what_is_too_deep) {
  BOOST_TEST(close_json(R"({"a":"b","c":[[[1]]]})", 2) == R"({"a":"b"})");
  std::string deep = R"({"a":"b","c":)";
  for (int i = 0; i < 5000; ++i) deep += "[{\"x\":";
  BOOST_TEST(close_json(deep, 32) == R"({"a":"b"})");
}

BOOST_AUTO_TEST_SUITE_END()
