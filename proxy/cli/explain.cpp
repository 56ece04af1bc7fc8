#include "proxy/cli/explain.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string_view>

#include "policies/normalize/normalizer.hpp"
#include "proxy/cli/capture_files.hpp"
#include "proxy/cli/explain_json.hpp"
#include "proxy/cli/explain_text.hpp"
#include "proxy/cli/explained.hpp"
#include "proxy/config/nearest.hpp"
#include "proxy/config/reader.hpp"
#include "proxy/demo/printable.hpp"

namespace errata {
namespace {

constexpr int exit_no = 1;
constexpr int wrong_usage = 2;
constexpr int unreadable = 3;

// How errors are treated: by the configuration's route, or as errata does by itself.
struct treatment {
  configuration settings;
  normalize_mode mode = normalize_mode::enforce;
  status_policy policy = status_policy::preserve;
  std::shared_ptr<const route_shapes> shapes;
};

// The route of that name, or the first. Nothing when there is none; why is told.
const route_config* find_route(const configuration& settings, const std::string& name,
                               std::ostream& err) {
  if (name.empty()) return settings.routes.data();
  std::vector<std::string_view> names;
  for (const route_config& route : settings.routes) {
    if (route.name == name) return &route;
    names.push_back(route.name);
  }
  err << "errata explain: no route \"" << escaped(name) << "\"; there is "
      << quoted_list(names, "and") << '\n';
  return nullptr;
}

// Sets `exit_code` where there is nothing to go by.
std::optional<treatment> choose_treatment(const explain_options& options, int& exit_code,
                                          std::ostream& err) {
  treatment chosen;
  if (options.config_path.empty()) {
    chosen.settings.errors = catalog::built_in();
    return chosen;
  }
  read_config read = read_config_file(options.config_path);
  for (const config_problem& p : read.problems) err << p.to_string() << '\n';
  if (!read.problems.empty()) {
    exit_code = read.problems.front().line == 0 ? unreadable : exit_no;
    return std::nullopt;
  }
  chosen.settings = std::move(read.value);
  const route_config* route = find_route(chosen.settings, options.route, err);
  if (route == nullptr) {
    exit_code = wrong_usage;
    return std::nullopt;
  }
  chosen.mode = route->normalize;
  chosen.policy = route->policy;
  chosen.shapes = route->shapes;
  return chosen;
}

// Explains capture after capture and remembers how it went.
class explainer {
 public:
  explainer(const explain_options& options, const treatment& how, bool colour, std::ostream& out,
            std::ostream& err)
      : options_(options),
        how_(how),
        errors_(how.settings.errors, normalizer_of(how.settings)),
        colour_(colour),
        out_(out),
        err_(err) {}

  void explain(const std::string& path, std::istream& in) {
    std::string problem;
    const std::vector<std::string> files = files_of(path, problem);
    if (!problem.empty()) cannot_read(path, problem);
    for (const std::string& name : files) {
      const capture_file file = read_capture_file(name, in);
      if (!file.problem.empty()) {
        cannot_read(file.name, file.problem);
      } else {
        explain_file(file);
      }
    }
  }

  // Tells the sum; returns the exit code.
  int finish() {
    if (!options_.json) {
      out_ << (count_ == 0 ? "" : "\n") << count_ << (count_ == 1 ? " capture: " : " captures: ")
           << count_ - fell_back_ << " understood, " << fell_back_ << " fell back to a default\n";
    }
    if (unreadable_) return unreadable;
    return fell_back_ == 0 ? 0 : exit_no;
  }

 private:
  static normalizer_options normalizer_of(const configuration& settings) {
    normalizer_options options = settings.normalizer;
    options.request_id_field = settings.request_id_header;
    return options;
  }

  void cannot_read(const std::string& name, const std::string& problem) {
    err_ << escaped(name) << ": " << problem << '\n';
    unreadable_ = true;
  }

  void explain_file(const capture_file& file) {
    read_captures read = parse_captures(file.text, options_.defaults);
    const bool several = read.captures.size() > 1;
    for (capture& c : read.captures) {
      std::string source = file.name;
      if (several) source += ':' + std::to_string(c.line);
      if (!c.id.empty()) source += " (" + c.id + ')';
      tell(explain_capture({errors_, how_.mode, how_.policy, how_.shapes.get()}, std::move(c),
                           std::move(source)));
    }
    for (const capture_problem& p : read.problems) {
      cannot_read(file.name + ':' + std::to_string(p.line), p.message);
    }
  }

  void tell(const explained& e) {
    if (options_.json) {
      out_ << explain_json(e);
    } else {
      out_ << (count_ == 0 ? "" : "\n") << explain_text(e, colour_);
    }
    ++count_;
    if (e.fell_back()) ++fell_back_;
  }

  const explain_options& options_;
  const treatment& how_;
  normalizer errors_;
  bool colour_;
  std::ostream& out_;
  std::ostream& err_;
  std::size_t count_ = 0;
  std::size_t fell_back_ = 0;
  bool unreadable_ = false;
};

}  // namespace

int explain_command(const explain_options& options, bool colour, std::istream& in,
                    std::ostream& out, std::ostream& err) {
  int exit_code = 0;
  const auto how = choose_treatment(options, exit_code, err);
  if (!how) return exit_code;
  explainer all(options, *how, colour, out, err);
  if (options.captures.empty()) all.explain("-", in);
  for (const std::string& path : options.captures) all.explain(path, in);
  return all.finish();
}

}  // namespace errata
