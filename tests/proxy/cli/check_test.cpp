#include "proxy/cli/check.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

namespace {

using namespace errata;

const std::string conf_dir = ERRATA_SOURCE_DIR "/conf/";
const std::string table = ERRATA_SOURCE_DIR "/tests/proxy/config/bad_configurations.txt";

struct checked_files {
  int exit_code;
  std::string out;
  std::string err;
};

checked_files check(std::vector<std::string> files) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = check_command({std::move(files)}, out, err);
  return {exit_code, out.str(), err.str()};
}

BOOST_AUTO_TEST_SUITE(cli_check)

BOOST_AUTO_TEST_CASE(passes_every_shipped_file) {
  const auto got = check(
      {conf_dir + "errata.json", conf_dir + "errata.example.json", conf_dir + "catalog.json"});
  BOOST_TEST(got.err == "");
  BOOST_TEST(got.exit_code == 0);
  BOOST_TEST(got.out.starts_with(conf_dir + "errata.json: ok (1 listener, 1 upstream, 1 route)\n" +
                                 conf_dir +
                                 "errata.example.json: ok (2 listeners, 1 upstream, 2 routes)\n" +
                                 conf_dir + "catalog.json: ok (catalog of "));
}

BOOST_AUTO_TEST_CASE(says_what_is_no_configuration) {
  const auto schema = check({conf_dir + "errata.schema.json"});
  BOOST_TEST(schema.exit_code == 1);
  BOOST_TEST(schema.err ==
             conf_dir + "errata.schema.json:1:1: is a JSON Schema, not a configuration\n");
  const auto text = check({table});
  BOOST_TEST(text.exit_code == 1);
  BOOST_TEST(text.err.starts_with(table + ":1:1: unexpected '#'"));
}

BOOST_AUTO_TEST_CASE(goes_on_after_a_bad_file) {
  const auto got = check({table, conf_dir + "errata.json"});
  BOOST_TEST(got.exit_code == 1);
  BOOST_TEST(got.out == conf_dir + "errata.json: ok (1 listener, 1 upstream, 1 route)\n");
}

BOOST_AUTO_TEST_CASE(says_which_file_cannot_be_read) {
  const auto got = check({table, conf_dir + "nowhere.json", conf_dir + "errata.json"});
  BOOST_TEST(got.exit_code == 3);
  BOOST_TEST(
      got.err.ends_with(conf_dir + "nowhere.json: cannot be read: No such file or directory\n"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
