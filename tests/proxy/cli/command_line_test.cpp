#include "proxy/cli/command_line.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

namespace {

using namespace errata;

struct parsed {
  command value;
  std::string out;
  std::string err;
};

parsed parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "errata");
  std::ostringstream out;
  std::ostringstream err;
  auto value = parse_command_line(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {std::move(value), out.str(), err.str()};
}

int exit_code(const parsed& p) {
  const auto* at_once = std::get_if<exit_at_once>(&p.value);
  return at_once == nullptr ? -1 : at_once->code;
}

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(chooses_the_command) {
  const auto run = parse({"run", "-c", "a.json"});
  BOOST_TEST(std::get<run_options>(run.value).config_path == "a.json");
  const auto run_default = parse({"run"});
  BOOST_TEST(std::get<run_options>(run_default.value).config_path == "conf/errata.json");

  const auto demo = std::get<demo_options>(parse({"demo"}).value);
  BOOST_TEST(demo.port == 8080);
  BOOST_TEST(demo.legacy_port == 9001);
  BOOST_TEST(!demo.table);
  const auto demo_table =
      std::get<demo_options>(parse({"demo", "--once", "--port", "0", "--legacy-port=7"}).value);
  BOOST_TEST(demo_table.port == 0);
  BOOST_TEST(demo_table.legacy_port == 7);
  BOOST_TEST(demo_table.table);
}

BOOST_AUTO_TEST_CASE(explains_captures) {
  const auto bare = std::get<explain_options>(parse({"explain"}).value);
  BOOST_TEST(bare.captures.empty());
  BOOST_TEST(bare.defaults.method == "GET");
  BOOST_TEST(bare.defaults.status == 0U);
  BOOST_TEST(!bare.json);
  const auto all = std::get<explain_options>(
      parse({"explain", "-c", "a.json", "--route", "r", "--method", "PUT", "--status", "404",
             "--content-type", "text/html", "--json", "b", "-"})
          .value);
  BOOST_TEST(all.config_path == "a.json");
  BOOST_TEST(all.route == "r");
  BOOST_TEST(all.defaults.method == "PUT");
  BOOST_TEST(all.defaults.status == 404U);
  BOOST_TEST(all.defaults.content_type == "text/html");
  BOOST_TEST(all.json);
  BOOST_TEST((all.captures == std::vector<std::string>{"b", "-"}));
  for (const std::vector<const char*>& wrong : std::vector<std::vector<const char*>>{
           {"explain", "--route", "r"},
           {"explain", "--status", "4"},
           {"explain", "--status", "x"},
           {"explain", "--method", "A B"},
           {"explain", "--content-type", "text/html"},
           {"explain", "--status", "404", "--content-type", "a\nb"},
       }) {
    BOOST_TEST(exit_code(parse(wrong)) == 2, wrong[1]);
  }
}

BOOST_AUTO_TEST_CASE(checks_several_files) {
  using files = std::vector<std::string>;
  const auto per_element = boost::test_tools::per_element();
  struct row {
    std::vector<const char*> arguments;
    files expected;
  };
  const row rows[] = {
      {{"check"}, {"conf/errata.json"}},
      {{"check", "a"}, {"a"}},
      {{"check", "a", "b"}, {"a", "b"}},
      {{"check", "-c", "a", "b"}, {"a", "b"}},
      {{"check", "-c", "a", "-c", "b"}, {"a", "b"}},
  };
  for (const row& r : rows) {
    const auto got = parse(r.arguments);
    BOOST_TEST(std::get<check_options>(got.value).files == r.expected, per_element);
  }
}

BOOST_AUTO_TEST_CASE(knows_the_formats_of_the_catalog) {
  const struct {
    const char* name;
    catalog_format format;
  } table[] = {
      {"markdown", catalog_format::markdown},
      {"md", catalog_format::markdown},
      {"html", catalog_format::html},
      {"json", catalog_format::json},
      {"openapi", catalog_format::openapi},
      {"ts", catalog_format::typescript},
      {"typescript", catalog_format::typescript},
  };
  for (const auto& row : table) {
    const auto got = parse({"catalog", "-c", "a.json", "--format", row.name, "--output", "b"});
    const auto options = std::get<catalog_options>(got.value);
    BOOST_TEST((options.format == row.format), row.name);
    BOOST_TEST(options.file == "a.json");
    BOOST_TEST(options.output == "b");
  }
  const auto bare = std::get<catalog_options>(parse({"catalog"}).value);
  BOOST_TEST((bare.format == catalog_format::markdown));
  BOOST_TEST(bare.file == "");
  BOOST_TEST(bare.output == "");
}

BOOST_AUTO_TEST_CASE(answers_help_and_version_on_standard_output) {
  const auto version = parse({"--version"});
  BOOST_TEST(exit_code(version) == 0);
  BOOST_TEST(version.out == "errata " ERRATA_VERSION "\n");
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--help"},
                                                                     {"run", "--help"},
                                                                     {"check", "-h"},
                                                                     {"demo", "--help"},
                                                                     {"catalog", "--help"}}) {
    const auto help = parse(arguments);
    BOOST_TEST(exit_code(help) == 0);
    BOOST_TEST(help.out.find("Exit codes: 0 done") != std::string::npos);
    BOOST_TEST(help.err == "");
  }
}

BOOST_AUTO_TEST_CASE(answers_wrong_usage_with_two) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{},
                                                                     {"serve"},
                                                                     {"run", "-x"},
                                                                     {"run", "-c"},
                                                                     {"run", "check"},
                                                                     {"check", "-c"},
                                                                     {"demo", "--port", "65536"},
                                                                     {"demo", "--port", "-1"},
                                                                     {"demo", "--port", "x"},
                                                                     {"demo", "extra"},
                                                                     {"catalog", "-f", "xml"},
                                                                     {"catalog", "-f", "0"},
                                                                     {"catalog", "html"}}) {
    const auto got = parse(arguments);
    BOOST_TEST(exit_code(got) == 2, arguments.size() << " arguments");
    BOOST_TEST(got.out == "");
    BOOST_TEST(got.err != "");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
