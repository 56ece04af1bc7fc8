#include "proxy/cli/explain.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>

namespace {

using namespace errata;

const std::string captures = ERRATA_SOURCE_DIR "/tests/captures";
const std::string example = ERRATA_SOURCE_DIR "/conf/errata.example.json";

struct run {
  int exit_code = 0;
  std::string out;
  std::string err;
};

run explain(const explain_options& options, const std::string& input = "", bool colour = false) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = explain_command(options, colour, in, out, err);
  return {exit_code, out.str(), err.str()};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::string understood =
    "HTTP/1.1 404 X\r\n\r\n{\"code\":\"no_order\",\"message\":\"There is no order 7.\"}";

BOOST_AUTO_TEST_SUITE(cli_explain)

BOOST_AUTO_TEST_CASE(explains_a_folder_of_captures) {
  const run got = explain({.captures = {captures}});
  BOOST_TEST(got.err == "");
  BOOST_TEST(got.exit_code == 0);
  BOOST_TEST(got.out.ends_with("\n5 captures: 5 understood, 0 fell back to a default\n"));
  BOOST_TEST(has(got.out, captures + "/two_lines.jsonl:1 (envelope): left alone"));
  BOOST_TEST(has(got.out, captures + "/two_lines.jsonl:2 (success): passes as it came"));
}

BOOST_AUTO_TEST_CASE(tells_a_person_what_became_of_it) {
  const run got = explain({.captures = {captures + "/order_not_found.http"}});
  for (const char* part : {
           "order_not_found.http: rewritten\n",
           "\n  recorded    GET answered by 404 Not Found, ",
           "\n  body        no content coding, utf-8, json\n",
           "\n  message     \"There is no order 4711.\"\n                from /message: taken\n",
           "\n  code        \"order_not_found\"\n                from /code: taken\n",
           "\n  kept        Set-Cookie: session=kept; Path=/\n",
           "\n  dropped     Server: legacy/1.4.2\n",
           "\n  sends       HTTP/1.1 404 Not Found\n",
           "\n              {\"error\":{\"type\":\"resource_not_found\",",
       }) {
    BOOST_TEST(has(got.out, part), part << "\n" << got.out);
  }
}

BOOST_AUTO_TEST_CASE(reads_standard_input) {
  for (const std::vector<std::string>& given : {std::vector<std::string>{}, {"-"}}) {
    const run got = explain({.captures = given}, understood);
    BOOST_TEST(got.exit_code == 0);
    BOOST_TEST(got.out.starts_with("standard input: rewritten\n"));
    BOOST_TEST(got.out.ends_with("\n1 capture: 1 understood, 0 fell back to a default\n"));
  }
}

BOOST_AUTO_TEST_CASE(fails_where_the_catalog_had_to_speak) {
  const run got = explain({}, "HTTP/1.1 404 X\r\n\r\n<html><h1>Not Found</h1></html>");
  BOOST_TEST(got.exit_code == 1);
  BOOST_TEST(
      got.out.starts_with("standard input: rewritten, with the catalog's message and code\n"));
  BOOST_TEST(got.out.ends_with("\n1 capture: 0 understood, 1 fell back to a default\n"));
}

BOOST_AUTO_TEST_CASE(writes_a_line_of_json_a_capture) {
  const run got = explain({.json = true, .captures = {captures}});
  BOOST_TEST(got.exit_code == 0);
  BOOST_TEST(std::count(got.out.begin(), got.out.end(), '\n') == 5);
  std::istringstream lines(got.out);
  std::string line;
  std::getline(lines, line);
  const auto value = boost::json::parse(line);
  BOOST_TEST(std::string_view(value.at("handled").as_string()) == "rewritten");
  BOOST_TEST(std::string_view(value.at("found").at("code").at("origin").as_string()) == "/code");
  BOOST_TEST(value.at("answer").at("status").as_int64() == 404);
  BOOST_TEST(value.at("fell_back").as_array().empty());
  while (std::getline(lines, line)) BOOST_TEST(boost::json::parse(line).is_object());
}

// Whatever stands in a capture: a terminal gets printable characters and line ends, JSON is UTF-8.
BOOST_AUTO_TEST_CASE(lets_nothing_drive_the_terminal) {
  const std::string hostile =
      "HTTP/1.1 404 \x1B]0;owned\x07\r\nX-Name: caf\xE9 \xC2\x9B"
      "31m\r\n"
      "Content-Type: text/\xFF\r\n\r\n"
      "{\"message\":\"\\u001b[31mThere is no order "
      "\\u202e7.\",\"code\":\"x\x1B[2J\",\"field\":\"\x7F\"}";
  const run got = explain({}, hostile);
  BOOST_TEST(std::all_of(got.out.begin(), got.out.end(),
                         [](char c) {
                           return c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
                         }),
             got.out);
  BOOST_TEST(!has(got.out, "\xC2\x9B"));
  BOOST_TEST(!has(got.out, "\u202e"));
  explain_options json;
  json.json = true;
  boost::system::error_code failed;
  boost::json::parse(explain(json, hostile).out, failed);
  BOOST_TEST(!failed);
}

BOOST_AUTO_TEST_CASE(colours_only_when_told) {
  BOOST_TEST(!has(explain({}, understood).out, "\x1B"));
  BOOST_TEST(has(explain({}, understood, true).out, "\x1B[32mrewritten\x1B[0m"));
}

BOOST_AUTO_TEST_CASE(says_what_cannot_be_read) {
  const run missing = explain({.captures = {captures + "/nowhere.http", captures}});
  BOOST_TEST(missing.exit_code == 3);
  BOOST_TEST(missing.err == captures + "/nowhere.http: No such file or directory\n");
  BOOST_TEST(has(missing.out, "5 captures: 5 understood"));

  const run body = explain({}, "<html>oops</html>");
  BOOST_TEST(body.exit_code == 3);
  BOOST_TEST(body.err.starts_with("standard input:1: expected a response with its head"));

  explain_options with_status;
  with_status.defaults.status = 404;
  BOOST_TEST(explain(with_status, "There is no order 7.").exit_code == 1);
}

BOOST_AUTO_TEST_CASE(goes_by_the_configuration) {
  explain_options options;
  options.config_path = example;
  BOOST_TEST(explain(options, understood).exit_code == 0);
  options.route = "nowhere";
  const run unknown = explain(options, understood);
  BOOST_TEST(unknown.exit_code == 2);
  BOOST_TEST(unknown.err.starts_with("errata explain: no route \"nowhere\"; there is \""));
  options.config_path = captures;
  BOOST_TEST(explain(options, understood).exit_code == 3);
}

BOOST_AUTO_TEST_CASE(goes_by_the_rules_of_the_route) {
  const std::string path = ERRATA_BINARY_DIR "/explain_test.json";
  std::ofstream(path) << R"({
    "listeners": [{ "address": "127.0.0.1:8080" }],
    "upstreams": { "legacy": { "servers": ["http://127.0.0.1:9001"] } },
    "routes": [{ "name": "billing", "match": { "path_prefix": "/billing" }, "upstream": "legacy" }, { "name": "rest", "upstream": "legacy" }],
    "errors": { "success_errors": [{
      "name": "refusal", "route": "billing", "status": 402,
      "when": { "pointer": "/success", "equals": false },
      "extract": { "message": "/msg", "code": "/why" } }] }
  })";
  const std::string refused =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
      R"({"success":false,"msg":"The card was declined.","why":"card_declined"})";
  explain_options options;
  options.config_path = path;
  const run first = explain(options, refused);
  BOOST_TEST_INFO(first.err);
  BOOST_TEST(first.exit_code == 0);
  BOOST_TEST(has(first.out, "\n  sends       HTTP/1.1 402 Payment Required\n"), first.out);
  BOOST_TEST(has(first.out, "\"message\":\"The card was declined.\",\"code\":\"card_declined\""));
  options.route = "rest";
  BOOST_TEST(has(explain(options, refused).out, "passes as it came: not the status of an error"));
  options.route = "billing";
  BOOST_TEST(has(explain(options, "HTTP/1.1 200 OK\r\n\r\n{\"success\":true}").out,
                 "passes as it came: a success that no rule takes for an error"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
