#include "proxy/cli/check.hpp"

#include <algorithm>
#include <ostream>

#include "proxy/config/config_file.hpp"
#include "proxy/config/json_tree.hpp"
#include "proxy/config/reader.hpp"
#include "proxy/config/variables.hpp"

namespace errata {
namespace {

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

bool is_schema(const json_node& root) {
  const json_member* schema = root.find("$schema");
  return schema != nullptr && schema->value.text.find("json-schema.org") != std::string::npos;
}

// What was found out about one file.
struct file_verdict {
  std::string summary;
  std::vector<config_problem> problems;
};

file_verdict check_config(std::string_view text, const std::string& file) {
  read_config read = read_config_text(text, file, process_variable);
  const configuration& c = read.value;
  return {counted(c.listeners.size(), "listener") + ", " + counted(c.upstreams.size(), "upstream") +
              ", " + counted(c.routes.size(), "route"),
          std::move(read.problems)};
}

file_verdict check_file(const std::string& file) {
  const file_text text = read_small_file(file);
  if (!text.problem.empty()) return {{}, {{file, 0, 0, "", "cannot be read: " + text.problem}}};
  // What the file is, its keys tell; whatever is wrong with it is left to its own reader.
  const json_tree tree = parse_json(text.text);
  if (tree.parsed && is_schema(tree.root)) {
    return {{}, {{file, 1, 1, "", "is a JSON Schema, not a configuration"}}};
  }
  if (tree.root.find("statuses") == nullptr) return check_config(text.text, file);
  file_verdict out;
  if (const auto codes = read_catalog_text(text.text, file, out.problems)) {
    out.summary = "catalog of " + counted(codes->codes().size(), "code");
  }
  return out;
}

}  // namespace

int check_command(const check_options& options, std::ostream& out, std::ostream& err) {
  int exit_code = 0;
  for (const std::string& file : options.files) {
    const file_verdict found = check_file(file);
    for (const config_problem& p : found.problems) {
      err << p.to_string() << '\n';
      exit_code = std::max(exit_code, p.line == 0 ? 3 : 1);
    }
    if (found.problems.empty()) out << file << ": ok (" << found.summary << ")\n";
  }
  return exit_code;
}

}  // namespace errata
