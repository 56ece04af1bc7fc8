#include "policies/normalize/json_document.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "policies/normalize/utf8.hpp"
#include "tests/policies/normalize/parsed_json.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr std::size_t max_depth = 32;

// The same tree, as far as it keeps values.
bool same(const json_part& node, const json::value& value) {
  const auto text = [](const json::string& s) { return std::string_view(s.data(), s.size()); };
  if (const json::object* object = value.if_object()) {
    if (!node.is_object() || node.size() != object->size()) return false;
    for (const json_part& member : node) {
      const json::value* other = object->if_contains(member.key());
      if (other == nullptr || !same(member, *other)) return false;
    }
    return true;
  }
  if (const json::array* array = value.if_array()) {
    if (!node.is_array() || node.size() != array->size()) return false;
    std::size_t i = 0;
    for (const json_part& element : node) {
      if (!same(element, (*array)[i++])) return false;
    }
    return true;
  }
  if (const json::string* string = value.if_string()) {
    return node.is_string() && node.text() == text(*string);
  }
  if (value.is_bool()) {
    return node.kind() == json_kind::boolean &&
           node.text() == (value.get_bool() ? "true" : "false");
  }
  return value.is_null() ? node.kind() == json_kind::null : node.is_number();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_document_reading)

BOOST_AUTO_TEST_CASE(reads_values) {
  const parsed_json object(
      R"({"errorCode":"x","n":-1.5e3,"t":true,"f":false,"z":null,"a":[1,[],{"b":"c"}]})");
  BOOST_TEST(object->size() == 6U);
  BOOST_TEST(object->front().key() == "errorCode");
  BOOST_TEST((object->front().id() == key_named("errorcode")));
  BOOST_TEST(object->front().roles().code == 1);
  BOOST_TEST(object->find("n")->text() == "-1.5e3");
  BOOST_TEST(object->find("t")->text() == "true");
  BOOST_TEST((object->find("z")->kind() == json_kind::null));
  const json_part& list = *object->find("a");
  BOOST_TEST(list.size() == 3U);
  BOOST_TEST(std::next(list.begin(), 2)->find("b")->text() == "c");
  BOOST_TEST((object->find("absent") == nullptr));
}

BOOST_AUTO_TEST_CASE(undoes_escapes) {
  struct {
    std::string_view text, meant;
  } const rows[] = {
      {R"("")", ""},
      {R"("a\"b\\c\/d\b\f\n\r\te")", "a\"b\\c/d\b\f\n\r\te"},
      {R"("caf\u00E9 \u20ac \ud83d\ude00!")", "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80!"},
      {R"("\ud83d")", "\xEF\xBF\xBD"},
      {R"("\ude00 \ud83d\u0041")",
       "\xEF\xBF\xBD \xEF\xBF\xBD"
       "A"},
      {R"("eight plain bytes and \n more of them")", "eight plain bytes and \n more of them"},
  };
  for (const auto& row : rows) {
    const parsed_json value(row.text);
    BOOST_TEST(value->text() == row.meant, row.text);
  }
  const parsed_json object(R"({"\u0061\n":"\u0062","c":"\u0064"})");
  BOOST_TEST(object->find("a\n")->text() == "b");
  BOOST_TEST(object->find("c")->text() == "d");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_json) {
  for (const char* text :
       {"",          " ",           "{",          "[",     "[1",       "[1,", "[1,]",  "[,1]",
        "{\"a\"}",   "{\"a\":}",    "{\"a\":1,}", "{a:1}", "{\"a\":1", "\"a", "\"a\\", "\"\\x\"",
        "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"",   "nul",   "tru",      "-",   ".5",    "1.",
        "1e",        "1e+",         "+1",         "'a'",   "NaN"}) {
    json_document tree;
    BOOST_TEST(tree.parse(text, max_depth) == 0U, text);
  }
}

BOOST_AUTO_TEST_CASE(leaves_what_follows) {
  for (const char* text : {"{} x", "[1] [2]", "\"a\"b", " {}\n{"}) {
    json_document tree;
    const std::size_t used = tree.parse(text, max_depth);
    BOOST_TEST(used > 0U, text);
    BOOST_TEST(used < std::string_view(text).size(), text);
  }
}

BOOST_AUTO_TEST_CASE(goes_as_deep_as_it_is_told) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  BOOST_TEST(json_document().parse(nested(32), 32) == 64U);
  BOOST_TEST(json_document().parse(nested(33), 32) == 0U);
  BOOST_TEST(json_document().parse(nested(100000), 32) == 0U);
}

BOOST_AUTO_TEST_CASE(keeps_the_first_members_and_elements_and_counts_all) {
  std::string object = "{";
  std::string array = "[";
  for (int i = 0; i < 200; ++i) {
    object += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":[" + std::to_string(i) + "]";
    array += i == 0 ? "{\"a\":[0]}" : ",{\"a\":[0]}";
  }
  const parsed_json members(object + "}");
  BOOST_TEST(members->size() == 200U);
  BOOST_TEST((members->find("k63") != nullptr));
  BOOST_TEST((members->find("k64") == nullptr));
  const parsed_json elements(array + "]");
  BOOST_TEST(elements->size() == 200U);
  BOOST_TEST(static_cast<std::size_t>(std::distance(elements->begin(), elements->end())) ==
             max_elements);
}

BOOST_AUTO_TEST_CASE(of_members_with_one_key_the_last_counts) {
  const parsed_json object(R"({"a":{"x":[1]},"b":2,"a":"y","a":null,"a":"z"})");
  BOOST_TEST(object->size() == 2U);
  BOOST_TEST(object->front().text() == "z");
  BOOST_TEST(object->front().empty());
}

BOOST_AUTO_TEST_CASE(copies_what_another_format_was_turned_into) {
  const json::value value = {{"error", {{"code", 17}, {"ok", false}, {"list", {"a", nullptr}}}}};
  json_document tree;
  tree.copy(value);
  BOOST_TEST(same(tree.root(), value));
  BOOST_TEST(tree.root().find(key_named("error"))->find(key_named("code"))->text() == "17");
}

// Boost.JSON is the judge of what is JSON, but for halves of surrogate pairs.
BOOST_AUTO_TEST_CASE(agrees_with_another_parser) {
  const std::vector<std::string> seeds = {
      R"({"error":{"code":"a_b","message":"caf\u00e9 \"x\"\n","n":[0,-1,2.5,1e9,{}]},"ok":false})",
      R"([{"a":null,"b":[true,false]},"x\\y",[],"  long enough for two words  "])",
      "{\"a\" : [ 1 , 2 ] ,\r\n\t\"b\" : \"caf\xC3\xA9\" , \"a\" : { } }",
  };
  constexpr std::string_view letters = "{}[]\",:\\ u0tfn19-+.eE\x01\x7F/abd\n";
  std::mt19937 random(20261122);
  const auto below = [&](std::size_t n) { return random() % n; };
  json::parse_options options;
  options.max_depth = max_depth;
  for (int round = 0; round < 20000; ++round) {
    std::string text = seeds[below(seeds.size())];
    for (std::size_t changes = below(4); changes > 0; --changes) {
      const std::size_t at = below(text.size());
      if (below(3) == 0) {
        text.erase(at, 1);
      } else if (below(2) == 0) {
        text.insert(at, 1, letters[below(letters.size())]);
      } else {
        text[at] = letters[below(letters.size())];
      }
    }
    if (!is_utf8(text) || text.find("\\ud") != std::string::npos) continue;
    json::error_code ec;
    const json::value value = json::parse(text, ec, {}, options);
    json_document tree;
    const std::size_t used = tree.parse(text, max_depth);
    const bool whole = used != 0 && text.find_first_not_of(" \t\r\n", used) == std::string::npos;
    if (whole != !ec || (whole && !same(tree.root(), value))) {
      BOOST_TEST_ERROR("differs in " << text << ": " << ec.message());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
