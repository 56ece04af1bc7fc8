#include "policies/normalize/selected_body.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

namespace errata {
namespace {

using strictness = selected_body::strictness;

// "-": not there; else its text, with a "*" before it when it is a value of JSON.
std::string found(std::string_view where, std::string_view body,
                  strictness how = strictness::error) {
  const parsed_selector parsed = selector::parse(where);
  BOOST_TEST(parsed.problem == "", where);
  selected_body selected(body, how);
  const auto one = selected.select(parsed.value);
  if (!one) return "-";
  return (one->json != nullptr ? "*" : "") + one->text;
}

BOOST_AUTO_TEST_SUITE(selected_body_)

BOOST_AUTO_TEST_CASE(follows_json_pointers) {
  constexpr std::string_view body =
      R"({"a": {"b": [10, " x ", null, {"c": true}]}, "n": 1.5, "big": 12345678901234567890,
          "": "empty", "m/n": 7, "t~": 8, "o": {}})";
  const struct {
    std::string_view pointer, text;
  } cases[] = {
      {"/a/b/0", "*10"},
      {"/a/b/1", "*x"},
      {"/a/b/2", "*"},
      {"/a/b/3/c", "*true"},
      {"/a/b/4", "-"},
      {"/a/b/00", "-"},
      {"/a/b/-", "-"},
      {"/a/b/-1", "-"},
      {"/a/b", "*"},
      {"/a/b/1/c", "-"},
      {"/n", "*1.5E0"},
      {"/missing", "-"},
      {"/", "*empty"},
      {"/m~1n", "*7"},
      {"/t~0", "*8"},
      {"/o", "*"},
      {"/a/b/x", "-"},
      {"/a/b/99999999999999999999", "-"},
      {"/big", "*12345678901234567890"},
  };
  for (const auto& one : cases) BOOST_TEST(found(one.pointer, body) == one.text, one.pointer);
}

BOOST_AUTO_TEST_CASE(tells_errors_and_successes_apart_by_what_is_around_json) {
  const struct {
    std::string_view body;
    bool in_error, in_success;
  } cases[] = {
      {R"({"m":1})", true, true},
      {"\n {\"m\":1} \n", true, true},
      {"{\"m\":1}\n{\"m\":2}", true, false},
      {"<br />\n<b>Warning</b>: x\n{\"m\":1}", true, false},
      {"callback({\"m\":1});", true, false},
      {")]}'\n{\"m\":1}", true, false},
      {R"({"m":1)", false, false},
      {R"({"m":1,})", false, false},
      {"", false, false},
      {"m", false, false},
      {R"("m")", false, false},
      {R"([{"m":1}])", false, false},
  };
  for (const auto& one : cases) {
    BOOST_TEST((found("/m", one.body, strictness::error) == "*1") == one.in_error, one.body);
    BOOST_TEST((found("/m", one.body, strictness::success) == "*1") == one.in_success, one.body);
  }
}

BOOST_AUTO_TEST_CASE(does_not_read_json_that_nests_too_deep) {
  const auto nested = [](int levels) {
    std::string out = R"({"m":1,"d":)";
    out.append(static_cast<std::size_t>(levels), '[');
    out.append(static_cast<std::size_t>(levels), ']');
    return out + '}';
  };
  BOOST_TEST(found("/m", nested(31)) == "*1");
  BOOST_TEST(found("/m", nested(5000)) == "-");
}

BOOST_AUTO_TEST_CASE(looks_into_the_other_forms) {
  constexpr std::string_view xml = "<r s=\"bad\"><m> Kein Konto </m></r>";
  BOOST_TEST(found("xml://r/m", xml) == "Kein Konto");
  BOOST_TEST(found("xml://r/@s", xml) == "bad");
  BOOST_TEST(found("xml://r/m", "  \n" + std::string(xml)) == "Kein Konto");
  BOOST_TEST(found("xml://m", "text <m>x</m>") == "-");
  BOOST_TEST(found("html://p", "<p>One</p>") == "One");
  BOOST_TEST(found("re2://^ERR (.+)$", "ERR  seven ") == "seven");
  BOOST_TEST(found("re2://^OK (.+)$", "ERR seven") == "-");
  BOOST_TEST(found("text://Own words", "") == "Own words");
}

BOOST_AUTO_TEST_CASE(cuts_what_is_too_long) {
  const std::string body = R"({"m":")" + std::string(9000, 'x') + "\"}";
  BOOST_TEST(found("/m", body).size() == most_selected_bytes + 1);
  BOOST_TEST(found("re2://(x+)", body).size() == most_selected_bytes);
}

BOOST_AUTO_TEST_CASE(is_asked_many_times) {
  const std::string body = R"({"m":"one","n":"two"})";
  selected_body selected(body, strictness::success);
  const auto m = selected.select(selector::parse("/m").value);
  const auto n = selected.select(selector::parse("/n").value);
  BOOST_TEST_REQUIRE(m.has_value());
  BOOST_TEST_REQUIRE(n.has_value());
  BOOST_TEST(m->text == "one");
  BOOST_TEST(n->text == "two");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace errata
