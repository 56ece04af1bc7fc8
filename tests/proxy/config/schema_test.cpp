// conf/errata.schema.json, conf/errata.example.json, docs/configuration.md and the reader say the
// same of every key.
#include <algorithm>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "proxy/config/ask_log.hpp"
#include "proxy/config/reader.hpp"

namespace {

using namespace errata;
namespace json = boost::json;

const std::string root_dir = ERRATA_SOURCE_DIR "/";

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in, path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct key_facts {
  std::string type;
  std::string fallback;
  bool operator==(const key_facts&) const = default;
};
using key_table = std::map<std::string, key_facts>;

std::ostream& operator<<(std::ostream& out, const key_facts& k) {
  return out << k.type << ", default " << (k.fallback.empty() ? "none" : k.fallback);
}

key_table keys_of_reader() {
  const std::string example = root_dir + "conf/errata.example.json";
  key_table out;
  for (const asked_key& k : keys_asked_for(text_of(example), example, nullptr)) {
    out[k.pattern] = {k.type, k.fallback};
  }
  return out;
}

// Every property of a schema, with "*" for items and for names that it leaves open.
class schema_walk {
 public:
  explicit schema_walk(const json::value& root) : root_(root) { visit(root, ""); }

  key_table keys;

 private:
  void visit(const json::value& schema, const std::string& path) {
    const json::object& object = schema.as_object();
    if (const auto* ref = object.if_contains("$ref")) visit(target(*ref), path);
    if (const auto* any = object.if_contains("anyOf")) {
      for (const json::value& one : any->as_array()) visit(one, path);
    }
    // Where one value does without a list, the elements of a list are no level of their own.
    const auto* type = object.if_contains("type");
    const bool alone_too = type != nullptr && type->is_array();
    if (const auto* items = object.if_contains("items"))
      visit(*items, alone_too ? path : path + "/*");
    const auto* others = object.if_contains("additionalProperties");
    if (others != nullptr && others->is_object()) visit(*others, path + "/*");
    const auto* properties = object.if_contains("properties");
    if (properties == nullptr) return;
    // An object that lists its keys must refuse others, as the reader does.
    BOOST_TEST((others != nullptr && others->is_bool() && !others->as_bool()), path);
    for (const auto& [name, property] : properties->as_object()) {
      const std::string key = path + '/' + std::string(name);
      keys[key] = facts(property, key);
      visit(property, key);
    }
  }

  static std::string type_text(const json::value& type) {
    if (type.is_string()) return std::string(type.as_string());
    std::string out;
    for (const json::value& one : type.as_array()) {
      out += (out.empty() ? "" : " or ") + std::string(one.as_string());
    }
    return out;
  }

  const json::value& target(const json::value& ref) const {
    return root_.at_pointer(std::string(ref.as_string()).substr(1));
  }

  key_facts facts(const json::value& property, const std::string& key) const {
    const json::object& object = property.as_object();
    key_facts out;
    const json::value* type = object.if_contains("type");
    if (type == nullptr && object.contains("$ref")) {
      type = target(object.at("$ref")).as_object().if_contains("type");
    }
    BOOST_REQUIRE_MESSAGE(type != nullptr, key << " has no type");
    out.type = type_text(*type);
    if (const auto* fallback = object.if_contains("default")) {
      out.fallback = json::serialize(*fallback);
    }
    const bool explained = object.contains("description") || object.contains("$ref");
    BOOST_TEST((explained || out.type == "object"), key << " has no description");
    return out;
  }

  const json::value& root_;
};

void check_same(const key_table& reader, const key_table& other, std::string_view what) {
  for (const auto& [key, facts] : reader) {
    const auto found = other.find(key);
    if (found == other.end()) {
      BOOST_ERROR(key << " is read, but " << what << " does not have it");
    } else {
      BOOST_TEST(facts == found->second,
                 key << ": the reader says " << facts << "; " << what << " says " << found->second);
    }
  }
  for (const auto& [key, facts] : other) {
    BOOST_TEST(reader.contains(key), key << " is in " << what << ", but is not read");
  }
}

// The blocks between ```json and ``` of a Markdown text.
std::vector<std::string> json_blocks(const std::string& markdown) {
  std::vector<std::string> out;
  std::istringstream lines(markdown);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (!inside && (line == "```json" || line == "```jsonc")) {
      inside = true;
      out.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      out.back() += line + '\n';
    }
  }
  return out;
}

// A block that shows one part of a file becomes a whole one.
std::string completed(const std::string& block) {
  std::string members;
  const auto add = [&](std::string_view key, std::string_view member) {
    if (block.find(key) == std::string::npos) members += std::string(member) + ", ";
  };
  add("\"listeners\"", R"("listeners": [{ "address": "127.0.0.1:8080" }])");
  add("\"upstreams\"", R"("upstreams": { "legacy": { "servers": ["http://h:1"] } })");
  add("\"routes\"", R"("routes": [{ "upstream": "legacy" }])");
  const auto brace = block.find('{');
  BOOST_REQUIRE_MESSAGE(brace != std::string::npos, block);
  return std::string(block).insert(brace + 1, members);
}

void check_reads(const std::string& text, const std::string& file) {
  const read_config got = read_config_text(text, file, nullptr);
  for (const config_problem& p : got.problems) BOOST_ERROR(p.to_string() << "\nin\n" << text);
}

// "/upstreams/*/timeouts/connect" as the tables write it.
std::string with_dots(std::string_view pattern) {
  std::string out(pattern.substr(1));
  std::replace(out.begin(), out.end(), '/', '.');
  return out;
}

BOOST_AUTO_TEST_SUITE(config_schema)

BOOST_AUTO_TEST_CASE(agrees_with_the_reader) {
  const json::value schema = json::parse(text_of(root_dir + "conf/errata.schema.json"));
  check_same(keys_of_reader(), schema_walk(schema).keys, "the schema");
}

BOOST_AUTO_TEST_CASE(example_shows_every_key) {
  const std::string example = text_of(root_dir + "conf/errata.example.json");
  for (const auto& [key, facts] : keys_of_reader()) {
    const std::string name = '"' + key.substr(key.rfind('/') + 1) + "\":";
    BOOST_TEST(example.find(name) != std::string::npos, key << " is not in the example");
  }
}

BOOST_AUTO_TEST_CASE(tables_of_the_documentation_have_every_key) {
  const std::string docs = text_of(root_dir + "docs/configuration.md");
  const key_table keys = keys_of_reader();
  for (const auto& [key, facts] : keys) {
    const auto begin = docs.find("\n| `" + with_dots(key) + "` |");
    if (begin == std::string::npos) {
      BOOST_ERROR(key << " is not in the documentation");
      continue;
    }
    const std::string row = docs.substr(begin + 1, docs.find('\n', begin + 1) - begin - 1);
    if (facts.fallback.empty()) continue;
    BOOST_TEST(row.find("| `" + facts.fallback + "` |") != std::string::npos,
               row << " should say the default " << facts.fallback);
  }
  // And no key that does not exist.
  std::istringstream lines(docs);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::string key = '/' + line.substr(3, line.find('`', 3) - 3);
    std::replace(key.begin(), key.end(), '.', '/');
    BOOST_TEST(keys.contains(key), line << " is not read");
  }
}

BOOST_AUTO_TEST_CASE(every_example_of_the_documentation_is_good) {
  const auto blocks = json_blocks(text_of(root_dir + "docs/configuration.md"));
  BOOST_TEST(blocks.size() >= 8U);
  for (const std::string& block : blocks) check_reads(completed(block), "configuration.md");
}

BOOST_AUTO_TEST_CASE(every_configuration_in_other_documents_is_good) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::exists(root_dir + "README.md")) files.emplace_back(root_dir + "README.md");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_dir + "docs")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  for (const auto& file : files) {
    for (const std::string& block : json_blocks(text_of(file.string()))) {
      if (block.find("\"listeners\"") != std::string::npos) check_reads(block, file.string());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
