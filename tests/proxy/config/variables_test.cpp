#include "proxy/config/variables.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace errata;

std::optional<std::string> env(std::string_view name) {
  if (name == "HOST") return "db.example";
  if (name == "EMPTY") return "";
  if (name == "NESTED") return "${HOST}";
  if (name == "LONG") return std::string(40'000, 'x');
  return {};
}

BOOST_AUTO_TEST_SUITE(variables)

BOOST_AUTO_TEST_CASE(puts_values_in) {
  struct row {
    std::string_view text;
    std::string_view expanded;
  };
  const row rows[] = {
      {"", ""},
      {"plain $ {text}", "plain $ {text}"},
      {"http://${HOST}:${PORT:-9001}", "http://db.example:9001"},
      {"${EMPTY}|${EMPTY:-default}", "|default"},
      {"${UNSET:-}", ""},
      {"${UNSET:-a:-b}", "a:-b"},
      {"${NESTED}", "${HOST}"},
      {"$${HOST}", "${HOST}"},
      {"a$$b$", "a$$b$"},
      {"${HOST}}", "db.example}"},
  };
  for (const row& r : rows) {
    const auto out = expand_variables(r.text, env);
    BOOST_TEST(out.problem == "", r.text);
    BOOST_TEST(out.text == r.expanded, r.text);
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_it_cannot_put_in) {
  for (const char* bad : {"${UNSET}", "${", "a ${HOST", "${}", "${1A}", "${A-B}", "${ HOST}",
                          "${:-x}", "${LONG}${LONG}"}) {
    BOOST_TEST(expand_variables(bad, env).problem != "", bad);
  }
  BOOST_TEST(expand_variables("${HOST}", nullptr)
                 .problem.starts_with("the environment variable HOST is not set"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
