#include "proxy/config/json_tree.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace errata;

std::string place(json_position at) {
  return std::to_string(at.line) + ':' + std::to_string(at.column);
}

BOOST_AUTO_TEST_SUITE(json_tree)

BOOST_AUTO_TEST_CASE(knows_where_everything_is) {
  const auto tree = parse_json(
      "// a comment with { \" and [\n"
      "{ /* another\n"
      " one */ \"a\" : [ 1, -2.5,\t\"x\\\"\\u00e9\", true ],\r\n"
      "  \"b/~\": { \"c\": null, },\n"
      "} // the end");
  BOOST_REQUIRE(tree.parsed);
  BOOST_TEST(tree.problems.empty());
  BOOST_TEST(place(tree.root.at) == "2:1");
  BOOST_REQUIRE_EQUAL(tree.root.members.size(), 2U);
  const json_member& a = tree.root.members[0];
  BOOST_TEST(place(a.at) == "3:9");
  BOOST_TEST(place(a.value.at) == "3:15");
  BOOST_REQUIRE_EQUAL(a.value.items.size(), 4U);
  BOOST_TEST(place(a.value.items[0].at) == "3:17");
  BOOST_TEST(a.value.items[0].integer == 1);
  BOOST_TEST(a.value.items[1].text == "-2.5");
  BOOST_TEST(place(a.value.items[2].at) == "3:26");
  BOOST_TEST(a.value.items[2].text == "x\"\xC3\xA9");
  BOOST_TEST(place(a.value.items[3].at) == "3:39");
  BOOST_TEST(a.value.items[3].boolean);
  const json_member& b = tree.root.members[1];
  BOOST_TEST(place(b.at) == "4:3");
  BOOST_TEST((b.value.find("c")->value.what == json_node::kind::null));
  BOOST_TEST(b.value.find("d") == nullptr);
  BOOST_TEST(place(position_of(tree.root, "/a/2")) == "3:26");
  BOOST_TEST(place(position_of(tree.root, "/b~1~0/c")) == "4:17");
  BOOST_TEST(place(position_of(tree.root, "/b~1~0/nothing/below")) == "4:10");
  BOOST_TEST(place(position_of(tree.root, "/a/17")) == "3:15");
  BOOST_TEST(place(position_of(tree.root, "/a/x")) == "3:15");
}

BOOST_AUTO_TEST_CASE(says_where_the_grammar_is_broken) {
  struct row {
    std::string_view text;
    std::string_view place;
    std::string_view message;
  };
  const row rows[] = {
      {"", "1:1", "the file is empty: it must hold a JSON object, {...}"},
      {" \n\t", "2:2", "the file is empty: it must hold a JSON object, {...}"},
      {"{", "1:2",
       "the file ends too early: a '}', a ']', a '\"' or the end of a comment is missing"},
      {"{\"a", "1:4",
       "the file ends too early: a '}', a ']', a '\"' or the end of a comment is missing"},
      {"{ /* no end", "1:12",
       "the file ends too early: a '}', a ']', a '\"' or the end of a comment is missing"},
      {"{\n  'a': 1\n}", "2:3", "strings and keys stand in double quotes, not in single ones"},
      {"{\n  a: 1\n}", "2:3",
       "unexpected 'a': keys and strings stand in double quotes, and the only words are true, "
       "false and null"},
      {"{\"a\": yes}", "1:7",
       "unexpected 'y': keys and strings stand in double quotes, and the only words are true, "
       "false and null"},
      {"{\"a\": 1\n \"b\": 2}", "2:2", "unexpected '\"': is a comma or a colon missing before it?"},
      {"{\"a\" {}}", "1:6", "unexpected '{': is a comma or a colon missing before it?"},
      {"{\"a\": 1]", "1:8", "unexpected ']'"},
      {"{\"a\": ,}", "1:7", "unexpected ','"},
      {"{,}", "1:2", "unexpected ','"},
      {"{\"a\": \"b\nc\"}", "1:9", "the line ends inside a string or a word"},
      {"{\"a\": \"b\tc\"}", "1:9", "a control character inside a string: write it as \\u00XX"},
      {"{\"a\": \"\xFF\"}", "1:8",
       "bytes that are not UTF-8, or a character that does not belong here"},
      {"{\"a\": \"\\x\"}", "1:9",
       "unexpected 'x': keys and strings stand in double quotes, and the only words are true, "
       "false and null"},
      {"{} {}", "1:4", "text after the end of the JSON value: remove it, or add what opens it"},
      {"{}}", "1:3", "text after the end of the JSON value: remove it, or add what opens it"},
  };
  for (const row& r : rows) {
    const auto tree = parse_json(r.text);
    BOOST_TEST_CONTEXT(r.text) {
      BOOST_TEST(!tree.parsed);
      BOOST_REQUIRE_EQUAL(tree.problems.size(), 1U);
      BOOST_TEST(place(tree.problems[0].at) == r.place);
      BOOST_TEST(tree.problems[0].message == r.message);
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_too_large_or_too_deep) {
  const std::string deepest = std::string(max_json_depth, '[') + std::string(max_json_depth, ']');
  BOOST_TEST(parse_json(deepest).parsed);
  const auto deep = parse_json('[' + deepest + ']');
  BOOST_REQUIRE(!deep.parsed);
  BOOST_TEST(deep.problems[0].message == "nested deeper than 32 levels");
  BOOST_TEST(!parse_json(std::string(100'000, '[')).parsed);

  const std::string largest = "[\"" + std::string(max_json_bytes - 4, 'x') + "\"]";
  BOOST_TEST(parse_json(largest).parsed);
  const auto large = parse_json(largest + ' ');
  BOOST_REQUIRE(!large.parsed);
  BOOST_TEST(large.problems[0].message == "the file is larger than 1 MiB");
}

BOOST_AUTO_TEST_CASE(reports_every_repeated_key) {
  const auto tree =
      parse_json("{\"a\": 1, \"b\": [0, {\"c\": 1, \"d\": 2,\n\"c\": 3, \"c\": 4}], \"a\": 5}");
  BOOST_REQUIRE(tree.parsed);
  BOOST_REQUIRE_EQUAL(tree.problems.size(), 3U);
  BOOST_TEST(tree.problems[0].pointer == "/b/1/c");
  BOOST_TEST(place(tree.problems[0].at) == "2:1");
  BOOST_TEST(place(tree.problems[1].at) == "2:9");
  BOOST_TEST(tree.problems[2].pointer == "/a");
  BOOST_TEST(tree.root.find("a")->value.integer == 1);
}

BOOST_AUTO_TEST_CASE(skips_a_byte_order_mark) {
  const auto tree = parse_json("\xEF\xBB\xBF{\"a\": 1}");
  BOOST_REQUIRE(tree.parsed);
  BOOST_TEST(place(tree.root.members[0].at) == "1:2");
}

BOOST_AUTO_TEST_CASE(tells_whole_numbers_from_others) {
  const auto tree = parse_json("[9223372036854775807, 9223372036854775808, 1.0, 1e2, -7]");
  BOOST_REQUIRE(tree.parsed);
  using kind = json_node::kind;
  const kind expected[] = {kind::integer, kind::number, kind::number, kind::number, kind::integer};
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST((tree.root.items[i].what == expected[i]));
  BOOST_TEST(tree.root.items[1].text == "9223372036854775808");
  BOOST_TEST(tree.root.items[3].text == "1e2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
