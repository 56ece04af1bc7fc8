#include "policies/catalog_reader.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>

namespace errata {
namespace {

std::string shipped() {
  std::ifstream in(std::string(ERRATA_SOURCE_DIR) + "/conf/catalog.json");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string edited(std::string_view from, std::string_view to) {
  std::string text = shipped();
  const auto at = text.find(from);
  BOOST_TEST_REQUIRE(at != std::string::npos, "conf/catalog.json has no " << from);
  return text.replace(at, from.size(), to);
}

bool has_problem(const catalog_sections& read, std::string_view pointer, std::string_view text) {
  return std::any_of(read.problems.begin(), read.problems.end(), [&](const catalog_problem& p) {
    return p.pointer == pointer && p.message.find(text) != std::string::npos;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalog_reader)

BOOST_AUTO_TEST_CASE(each_mistake_has_its_pointer) {
  struct {
    std::string_view from, to, pointer, message;
  } const mistakes[] = {
      {"\"codes\": {", "\"cods\": {", "/cods", "unknown key"},
      {"\"types\": [", "\"types\": [3, ", "/types/0", "snake_case"},
      {"\"types\": [", "\"types\": [\"conflict\", ", "/types/5", "twice"},
      {"\"strict\": 400, \"retry\": \"no\"", "\"strict\": 402, \"retry\": \"no\"",
       "/statuses/400/strict", "must be 400"},
      {"\"strict\": 400, \"retry\": \"no\"", "\"strict\": 500, \"retry\": \"no\"",
       "/statuses/400/strict", "same class"},
      {"\"strict\": 400, \"retry\": \"no\"", "\"strict\": 404, \"retry\": \"no\"",
       "/statuses/400/type", "must be that of status 404"},
      {"\"strict\": 400, \"retry\": \"no\"", "\"strict\": 400, \"retry\": \"perhaps\"",
       "/statuses/400/retry", "if_idempotent"},
      {"\"code\": \"bad_request\"", "\"code\": \"BadRequest\"", "/statuses/400/code", "a-z"},
      {"\"code\": \"bad_request\", ", "", "/statuses/400/code", "is missing"},
      {"\"type\": \"invalid_request\", \"code\": \"bad_request\"",
       "\"type\": \"bad\", \"code\": \"bad_request\"", "/statuses/400/type", "one of /types"},
      {"\"message\": \"The request is invalid.\"", "\"message\": \"\"", "/statuses/400/message",
       "1 to 512 bytes"},
      {"\"message\": \"The request is invalid.\"", "\"message\": \"a\\u0007\"",
       "/statuses/400/message", "control"},
      {"\"description\": \"The request could", "\"description\": \"\\u0007The request could",
       "/statuses/400/description", "1 to 2000 bytes"},
      {"\"400\": {", "\"4000\": {", "/statuses/4000", "unknown key"},
      {"\"400\": {", "\"399\": {", "/statuses/400", "is missing"},
      {"\"404\": {", "\"4xy\": {", "/statuses/4xy", "unknown key"},
      {"\"4xx\": { \"as\": 400 },", "", "/statuses/4xx", "is missing"},
      {"{ \"as\": 429 }", "{ \"as\": 498 }", "/statuses/420/as", "no \"as\" itself"},
      {"{ \"as\": 429 }", "{ \"as\": 429, \"retries\": 1 }", "/statuses/420/retries",
       "unknown key"},
      {"{ \"as\": 429 }", "7", "/statuses/420", "must be an object"},
      {"\"send\": 502", "\"send\": 200", "/statuses/invalid/send", "400 to 599"},
      {"\"4xx\": { \"as\": 400 }", "\"4xx\": { \"as\": 400, \"send\": 404 }", "/statuses/4xx/send",
       "only for one status"},
      {"\"strict_503_if_safe\": true", "\"strict_503_if_safe\": 1",
       "/statuses/502/strict_503_if_safe", "true or false"},
      {"[421, 425, 426]", "[421, 477]", "/strict_exempt/1", "status of /statuses"},
      {"[421, 425, 426]", "7", "/strict_exempt", "must be an array"},
      {"\"draining\": { \"status\": 503 },", "", "/causes/draining", "is missing"},
      {"\"draining\": { \"status\": 503 }", "\"drainig\": { \"status\": 503 }", "/causes/drainig",
       "unknown key"},
      {"\"draining\": { \"status\": 503 }", "\"draining\": {}", "/causes/draining/status",
       "is missing"},
      {"\"draining\": { \"status\": 503 }", "\"draining\": { \"status\": 302 }",
       "/causes/draining/status", "400 to 599"},
      {"\"draining\": { \"status\": 503 }",
       "\"draining\": { \"status\": 503, \"type\": \"conflict\" }", "/causes/draining/type",
       "must be that of its status"},
      {"\"codes\": {", "\"codes\": {\"Bad\": {\"status\": 400}, ", "/codes/Bad", "must be a code"},
      {"\"codes\": {", "\"codes\": {\"not_found\": {\"status\": 404}, ", "/codes/not_found",
       "already"},
      {"\"codes\": {", "\"codes\": {\"a/b~c\": {\"status\": 404}, ", "/codes/a~1b~0c",
       "must be a code"},
      {"\"codes\": {", "\"codes\": {\"x_y\": {\"status\": 404, \"code\": \"z_z\"}, ",
       "/codes/x_y/code", "the code is the key"},
      {"\"codes\": {", "\"codes\": [], \"more\": {", "/codes", "must be an object"},
      {"\"codes\": {", "\"codes\": {,", "", "not JSON at line"},
  };
  for (const auto& mistake : mistakes) {
    BOOST_TEST_CONTEXT(mistake.to) {
      const catalog_sections read = read_catalog(edited(mistake.from, mistake.to));
      BOOST_TEST(has_problem(read, mistake.pointer, mistake.message));
      if (!has_problem(read, mistake.pointer, mistake.message)) {
        for (const auto& p : read.problems) BOOST_TEST_MESSAGE(p.pointer << ": " << p.message);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(all_problems_are_reported_at_once) {
  std::string text = edited("\"codes\": {", "\"codes\": {\"Bad\": {\"status\": 400}, ");
  const std::string from = "\"draining\": { \"status\": 503 },";
  text.erase(text.find(from), from.size());
  const catalog_sections read = read_catalog(text);
  BOOST_TEST(has_problem(read, "/codes/Bad", "must be a code"));
  BOOST_TEST(has_problem(read, "/causes/draining", "is missing"));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_catalog_is_a_problem) {
  for (const char* text : {"", "[]", "7", "{", "{}", "nonsense", "{\"types\": {}}"}) {
    BOOST_TEST(!read_catalog(text).problems.empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(every_prefix_of_the_shipped_file_is_refused) {
  const std::string text = shipped();
  const auto last = text.rfind('}');
  for (std::size_t size = 0; size < last; size += 97) {
    BOOST_TEST(!read_catalog(std::string_view(text).substr(0, size)).problems.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace errata
