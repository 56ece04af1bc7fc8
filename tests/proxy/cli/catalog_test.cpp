#include "proxy/cli/catalog.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "proxy/config/config_file.hpp"

namespace {

using namespace errata;
namespace fs = std::filesystem;

const std::string shipped = ERRATA_SOURCE_DIR "/conf/catalog.json";

// Gone with everything in it at the end of a test.
class scratch_folder {
 public:
  scratch_folder()
      : path_(fs::temp_directory_path() / ("errata_catalog_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~scratch_folder() { fs::remove_all(path_); }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }

 private:
  fs::path path_;
};

struct made_reference {
  int exit_code;
  std::string out;
  std::string err;
};

made_reference make(catalog_options options) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code = catalog_command(options, out, err);
  return {exit_code, out.str(), err.str()};
}

std::string config_with(const std::string& errors) {
  return R"({"listeners": [{"address": "127.0.0.1:1"}], "routes": [{"respond": "not_found"}],
             "request_id": {"header": "X-Trace-Id"}, "errors": {)" +
         errors + "}}";
}

BOOST_AUTO_TEST_SUITE(cli_catalog)

BOOST_AUTO_TEST_CASE(takes_the_built_in_catalog_or_a_file) {
  const auto built_in = make({});
  BOOST_TEST(built_in.exit_code == 0);
  BOOST_TEST(built_in.err == "");
  BOOST_TEST(built_in.out.find("### `not_found`") != std::string::npos);
  const auto from_file = make({.file = shipped, .format = {}, .output = {}});
  BOOST_TEST(from_file.exit_code == 0);
  BOOST_TEST(from_file.out == built_in.out);
}

BOOST_AUTO_TEST_CASE(makes_each_format) {
  const struct {
    catalog_format format;
    std::string_view begin;
  } formats[] = {{catalog_format::markdown, "<!-- Made by"},
                 {catalog_format::html, "<!DOCTYPE html>"},
                 {catalog_format::json, "{\n  \"request_id_header\""},
                 {catalog_format::openapi, "{\n  \"openapi\": \"3.1.0\""},
                 {catalog_format::typescript, "// Made by"}};
  for (const auto& row : formats) {
    const auto got = make({.file = {}, .format = row.format, .output = {}});
    BOOST_TEST(got.exit_code == 0);
    BOOST_TEST(got.out.starts_with(row.begin), row.begin);
  }
}

BOOST_AUTO_TEST_CASE(follows_a_configuration) {
  const scratch_folder folder;
  std::string text = read_small_file(shipped).text;
  text.replace(text.find("\"codes\": {"), 10,
               "\"codes\": {\"shop_closed\": {\"status\": 503, \"message\": \"Closed.\"}, ");
  folder.write("mine.json", text);
  const auto got = make({.file = folder.write("errata.json", config_with(R"("catalog": "mine.json",
                                                "doc_url_base": "https://d.example/#",
                                                "problem_json": true)")),
                         .format = catalog_format::json,
                         .output = {}});
  BOOST_TEST(got.err == "");
  BOOST_TEST(got.exit_code == 0);
  for (const char* part : {"\"X-Trace-Id\"", "\"shop_closed\"", "https://d.example/#shop_closed",
                           "\"problem_json\": true"}) {
    BOOST_TEST(got.out.find(part) != std::string::npos, part);
  }
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_a_file) {
  const scratch_folder folder;
  std::string text = read_small_file(shipped).text;
  text.replace(text.find("\"bad_request\""), 13, "\"Bad Request\"");
  const struct {
    std::string file;
    int exit_code;
    std::string_view said;
  } table[] = {
      {folder.write("a.json", text), 1, ": /statuses/400/code: must be "},
      {folder.write("b.json", config_with("\"catalog\": \"a.json\"")), 1, "a.json:"},
      {folder.write("c.json", config_with("\"catalgo\": \"a.json\"")), 1, "did you mean"},
      {folder.write("d.json", "{\n  oops"), 1, "d.json:2:3: "},
      {folder.file("nowhere.json"), 3, "cannot be read: No such file or directory"},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.file) {
      const auto got = make({.file = row.file, .format = {}, .output = folder.file("out.md")});
      BOOST_TEST(got.exit_code == row.exit_code);
      BOOST_TEST(got.out == "");
      BOOST_TEST(got.err.find(row.said) != std::string::npos, got.err);
      BOOST_TEST(!fs::exists(folder.file("out.md")));
    }
  }
}

BOOST_AUTO_TEST_CASE(writes_a_file_whole_or_not_at_all) {
  const scratch_folder folder;
  const std::string path = folder.write("errors.md", "old");
  BOOST_TEST(make({.file = {}, .format = {}, .output = path}).exit_code == 0);
  BOOST_TEST(read_small_file(path).text == make({}).out);
  BOOST_TEST(!fs::exists(path + ".new"));
  const auto got = make({.file = {}, .format = {}, .output = folder.file("no/such/folder.md")});
  BOOST_TEST(got.exit_code == 3);
  BOOST_TEST(got.err.find("cannot be written: No such file or directory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(says_when_standard_output_is_gone) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  std::ostringstream err;
  BOOST_TEST(catalog_command({}, out, err) == 3);
  BOOST_TEST(err.str() != "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
