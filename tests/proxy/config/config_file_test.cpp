#include "proxy/config/config_file.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

namespace {

using namespace errata;

// A folder that goes away with it.
struct scratch_folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("errata-config-test-" + std::to_string(getpid()));
  scratch_folder() { std::filesystem::create_directories(path); }
  ~scratch_folder() { std::filesystem::remove_all(path); }

  std::string write(const std::string& name, std::string_view text) const {
    const std::string file = (path / name).string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
};

BOOST_AUTO_TEST_SUITE(config_file)

BOOST_AUTO_TEST_CASE(reads_files_within_bounds) {
  const scratch_folder folder;
  BOOST_TEST(read_small_file(folder.write("a", "text")).text == "text");
  BOOST_TEST(read_small_file(folder.write("b", "")).problem == "");
  const std::string full(1024 * 1024, ' ');
  BOOST_TEST(read_small_file(folder.write("c", full)).problem == "");
  BOOST_TEST(read_small_file(folder.write("d", full + ' ')).problem == "it is larger than 1 MiB");
  BOOST_TEST(read_small_file(folder.path.string()).problem == "Is a directory");
  BOOST_TEST(read_small_file("/dev/zero").problem == "it is larger than 1 MiB");
}

BOOST_AUTO_TEST_CASE(finds_files_beside_the_one_that_names_them) {
  BOOST_TEST(path_beside("conf/errata.json", "catalog.json") == "conf/catalog.json");
  BOOST_TEST(path_beside("errata.json", "catalog.json") == "catalog.json");
  BOOST_TEST(path_beside("conf/errata.json", "/etc/catalog.json") == "/etc/catalog.json");
}

BOOST_AUTO_TEST_CASE(places_what_is_wrong_in_a_catalog_in_that_file) {
  const scratch_folder folder;
  const std::string text = read_small_file(ERRATA_SOURCE_DIR "/conf/catalog.json").text;
  const auto at = text.find("\"bad_request\"");
  BOOST_REQUIRE(at != std::string::npos);
  const std::string catalog_path =
      folder.write("catalog.json", std::string(text).replace(at, 13, "\"Bad Request\""));
  const std::string config = folder.write(
      "errata.json",
      R"({"listeners": [{"address": "127.0.0.1:1"}], "routes": [{"respond": "not_found"}],
          "errors": {"catalog": "catalog.json", "max_body": 5}})");
  const read_config got = read_config_file(config);
  BOOST_REQUIRE(got.problems.size() >= 2U);
  BOOST_TEST(got.problems[0].pointer == "/errors/max_body");
  BOOST_TEST(got.problems[1].file == catalog_path);
  BOOST_TEST(got.problems[1].pointer == "/statuses/400/code");
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
  BOOST_TEST(got.problems[1].line == static_cast<unsigned>(line));
}

BOOST_AUTO_TEST_CASE(takes_an_operators_catalog) {
  const scratch_folder folder;
  std::string text = "\xEF\xBB\xBF" + read_small_file(ERRATA_SOURCE_DIR "/conf/catalog.json").text;
  const auto at = text.find("\"not_found\"");
  text.replace(at, 11, "\"nothing_here\"");
  folder.write("catalog.json", text + "// no newline here");
  const read_config got = read_config_file(folder.write(
      "errata.json",
      R"({"listeners": [{"address": "127.0.0.1:1"}], "routes": [{"respond": "nothing_here"}],
          "errors": {"catalog": "catalog.json"}})"));
  for (const config_problem& p : got.problems) BOOST_ERROR(p.to_string());
  BOOST_TEST(got.value.errors.for_status(404).code == "nothing_here");
}

BOOST_AUTO_TEST_CASE(reports_a_catalog_that_is_not_json) {
  std::vector<config_problem> problems;
  BOOST_TEST(!read_catalog_text("{\n  oops\n}", "catalog.json", problems).has_value());
  BOOST_REQUIRE_EQUAL(problems.size(), 1U);
  BOOST_TEST(problems[0].to_string().starts_with("catalog.json:2:3: unexpected 'o'"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
