#include "proxy/cli/catalog.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>
#include <ostream>
#include <system_error>
#include <vector>

#include "policies/reference/html.hpp"
#include "policies/reference/json.hpp"
#include "policies/reference/markdown.hpp"
#include "policies/reference/openapi.hpp"
#include "policies/reference/typescript.hpp"
#include "proxy/config/config_file.hpp"
#include "proxy/config/json_tree.hpp"
#include "proxy/config/reader.hpp"
#include "proxy/config/variables.hpp"

namespace errata {
namespace {

constexpr int exit_done = 0;
constexpr int exit_no = 1;
constexpr int exit_cannot_start = 3;

struct reference_source {
  catalog errors;
  reference_options options;
  std::vector<config_problem> problems;  // empty: the others are good
};

reference_source read_source(const std::string& file) {
  reference_source out;
  if (file.empty()) {
    out.errors = catalog::built_in();
    return out;
  }
  const file_text text = read_small_file(file);
  if (!text.problem.empty()) {
    out.problems.push_back({file, 0, 0, "", "cannot be read: " + text.problem});
    return out;
  }
  if (parse_json(text.text).root.find("statuses") != nullptr) {
    auto parsed = read_catalog_text(text.text, file, out.problems);
    if (parsed) out.errors = std::move(*parsed);
    return out;
  }
  read_config read = read_config_text(text.text, file, process_variable);
  out.errors = std::move(read.value.errors);
  out.options = {read.value.normalizer.doc_url_base, read.value.request_id_header,
                 read.value.normalizer.problem_json};
  out.problems = std::move(read.problems);
  return out;
}

std::string made(const reference_model& model, catalog_format format) {
  switch (format) {
    case catalog_format::html:
      return html_reference(model);
    case catalog_format::json:
      return json_reference(model);
    case catalog_format::openapi:
      return openapi_reference(model);
    case catalog_format::typescript:
      return typescript_reference(model);
    case catalog_format::markdown:
      break;
  }
  return markdown_reference(model);
}

// Empty: written. A reader of the file sees the old text or the new one, never a part.
std::string write_file(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file && std::rename(beside.c_str(), path.c_str()) == 0) return {};
  std::string problem = std::generic_category().message(errno);
  std::remove(beside.c_str());
  return problem;
}

}  // namespace

int catalog_command(const catalog_options& options, std::ostream& out, std::ostream& err) {
  reference_source source = read_source(options.file);
  if (!source.problems.empty()) {
    for (const config_problem& p : source.problems) err << p.to_string() << '\n';
    const bool unread = std::any_of(source.problems.begin(), source.problems.end(),
                                    [](const config_problem& p) { return p.line == 0; });
    return unread ? exit_cannot_start : exit_no;
  }
  const std::string text = made(make_reference(source.errors, source.options), options.format);
  if (options.output.empty()) {
    if (out << text << std::flush) return exit_done;
    err << "errata catalog: cannot write to standard output\n";
    return exit_cannot_start;
  }
  const std::string problem = write_file(options.output, text);
  if (problem.empty()) return exit_done;
  err << options.output << ": cannot be written: " << problem << '\n';
  return exit_cannot_start;
}

}  // namespace errata
