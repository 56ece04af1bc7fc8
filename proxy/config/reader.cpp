#include "proxy/config/reader.hpp"

#include <algorithm>
#include <tuple>

#include "proxy/config/ask_log.hpp"
#include "proxy/config/config_file.hpp"
#include "proxy/config/sections.hpp"
#include "proxy/config/variables.hpp"

namespace errata {
namespace {

void read_root(object_reader& root, configuration& out) {
  // Editors find the schema by it.
  if (const auto schema = root.value("$schema", "string")) {
    schema->text("the path of the schema, such as \"errata.schema.json\"");
  }
  read_listeners(root, out);
  read_upstreams(root, out);
  operator_shapes shapes;
  read_errors(root, out, shapes);
  read_rate_limits(root, out);
  read_routes(root, out);
  place_shapes(shapes, out);
  read_cors(root, out);
  read_identity(root, out);
  read_process(root, out);
}

// In the order of the file; what is wrong in other files comes after.
void sort_problems(std::vector<config_problem>& problems, const std::string& file) {
  std::ranges::sort(problems, {}, [&file](const config_problem& p) {
    return std::tuple(p.file != file, p.line, p.column, std::string_view(p.pointer),
                      std::string_view(p.message));
  });
}

read_config read_text(std::string_view text, const std::string& file, const environment& env,
                      ask_log* asked) {
  read_config out;
  read_context context{file, env, out.problems, asked};
  const json_tree tree = parse_json(text);
  for (const json_problem& p : tree.problems) context.report(p.at, p.pointer, p.message);
  if (tree.parsed) {
    const located_value root(context, tree.root, {});
    root.object("{...}", [&](object_reader& in) { read_root(in, out.value); });
  }
  sort_problems(out.problems, file);
  return out;
}

}  // namespace

std::string config_problem::to_string() const {
  std::string text = file;
  if (line > 0) text += ':' + std::to_string(line) + ':' + std::to_string(column);
  text += ": ";
  if (!pointer.empty()) text += pointer + ": ";
  text += message;
  // One problem, one line, whatever the file holds.
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20 && u != 0x7F) {
      out += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    out += "\\u00";
    out += digits[u >> 4U];
    out += digits[u & 15U];
  }
  return out;
}

read_config read_config_text(std::string_view text, const std::string& file,
                             const environment& env) {
  return read_text(text, file, env, nullptr);
}

read_config read_config_file(const std::string& path) {
  const file_text file = read_small_file(path);
  if (!file.problem.empty()) {
    read_config out;
    out.problems.push_back({path, 0, 0, "", "cannot be read: " + file.problem});
    return out;
  }
  return read_config_text(file.text, path, process_variable);
}

ask_log keys_asked_for(std::string_view text, const std::string& file, const environment& env) {
  ask_log out;
  read_text(text, file, env, &out);
  const auto pattern = [](const asked_key& k) { return std::string_view(k.pattern); };
  std::ranges::sort(out, {}, pattern);
  const auto repeated = std::ranges::unique(out, {}, pattern);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

}  // namespace errata
