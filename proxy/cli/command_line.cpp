#include "proxy/cli/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <map>
#include <ostream>
#include <string>

#include "policies/message.hpp"

namespace errata {
namespace {

constexpr const char* default_config = "conf/errata.json";
constexpr int wrong_usage = 2;

// CLI11 takes what is wrong, or nothing.
std::string is_method(const std::string& text) {
  return is_token(text) ? "" : "expected a method such as POST";
}
std::string is_value(const std::string& text) {
  return is_field_value(text) && !text.empty() ? "" : "expected a type such as text/html";
}

CLI::App* add_run(CLI::App& app, run_options& options) {
  CLI::App* run = app.add_subcommand("run", "Serve. SIGHUP reloads the file, SIGTERM drains.");
  options.config_path = default_config;
  run->add_option("-c,--config", options.config_path, "the configuration file")
      ->option_text("FILE [" + std::string(default_config) + "]");
  return run;
}

CLI::App* add_check(CLI::App& app, check_options& options) {
  CLI::App* check = app.add_subcommand(
      "check", "Say whether errata would run with a file, or all that is wrong with it.");
  check->add_option("-c,--config,files", options.files, "configuration or catalog files")
      ->option_text("FILE... [" + std::string(default_config) + "]");
  return check;
}

CLI::App* add_catalog(CLI::App& app, catalog_options& options) {
  static const std::map<std::string, catalog_format> formats = {
      {"markdown", catalog_format::markdown}, {"md", catalog_format::markdown},
      {"html", catalog_format::html},         {"json", catalog_format::json},
      {"openapi", catalog_format::openapi},   {"typescript", catalog_format::typescript},
      {"ts", catalog_format::typescript}};
  CLI::App* catalog =
      app.add_subcommand("catalog", "Print the error reference that doc_url points to.");
  catalog->add_option("-c,--config", options.file, "a configuration or a catalog file")
      ->option_text("FILE [the catalog compiled in]");
  catalog
      ->add_option_function<std::string>(
          "-f,--format", [&options](const std::string& name) { options.format = formats.at(name); },
          "markdown, html, json, openapi or typescript")
      ->check(CLI::IsMember(&formats))
      ->option_text("FORMAT [markdown]");
  catalog->add_option("-o,--output", options.output, "the file to write")
      ->option_text("FILE [standard output]");
  return catalog;
}

CLI::App* add_demo(CLI::App& app, demo_options& options) {
  CLI::App* demo = app.add_subcommand(
      "demo", "Start a misbehaving legacy service with errata in front. Needs no configuration.");
  demo->add_flag("--once", options.table, "print a table of errors before and after, and exit");
  demo->add_option("--port", options.port, "errata's port; 0: any free one")
      ->option_text("PORT [" + std::to_string(options.port) + "]");
  demo->add_option("--legacy-port", options.legacy_port,
                   "the legacy service's port; 0: any free one")
      ->option_text("PORT [" + std::to_string(options.legacy_port) + "]");
  return demo;
}

CLI::App* add_explain(CLI::App& app, explain_options& options) {
  CLI::App* explain = app.add_subcommand(
      "explain",
      "Say what errata makes of recorded responses, and why. Exit 1: not all understood.");
  explain
      ->add_option("captures", options.captures,
                   "raw responses, curl -i or curl -v output, corpus lines; folders of them; -")
      ->option_text("CAPTURE... [-]");
  auto* config = explain->add_option("-c,--config", options.config_path, "the configuration file")
                     ->option_text("FILE [built-in defaults]");
  explain->add_option("--route", options.route, "the route that they came by")
      ->option_text("NAME [the first]")
      ->needs(config);
  explain->add_option("--method", options.defaults.method, "of requests that were not recorded")
      ->option_text("METHOD [GET]")
      ->check(is_method);
  auto* status =
      explain->add_option("--status", options.defaults.status, "of captures that are only a body")
          ->option_text("STATUS")
          ->check(CLI::Range(100, 999));
  explain->add_option("--content-type", options.defaults.content_type, "of such captures")
      ->option_text("TYPE")
      ->needs(status)
      ->check(is_value);
  explain->add_flag("--json", options.json, "a line of JSON a capture, for tools");
  return explain;
}

}  // namespace

command parse_command_line(int argc, const char* const* argv, std::ostream& out,
                           std::ostream& err) {
  CLI::App app("errata: a reverse proxy that gives every error of a legacy service one shape",
               "errata");
  app.set_version_flag("--version", "errata " ERRATA_VERSION);
  app.require_subcommand(0, 1);  // none is answered below, with help
  app.footer(
      "Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 cannot start.\n"
      "`errata COMMAND --help` says more of each command.");
  run_options run;
  check_options check;
  catalog_options catalog;
  demo_options demo;
  explain_options explain;
  const CLI::App* run_command = add_run(app, run);
  const CLI::App* check_command = add_check(app, check);
  const CLI::App* catalog_command = add_catalog(app, catalog);
  const CLI::App* demo_command = add_demo(app, demo);
  const CLI::App* explain_command = add_explain(app, explain);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return exit_at_once{app.exit(e, out, err) == 0 ? 0 : wrong_usage};
  }
  if (run_command->parsed()) return run;
  if (catalog_command->parsed()) return catalog;
  if (demo_command->parsed()) return demo;
  if (explain_command->parsed()) return explain;
  if (check_command->parsed()) {
    if (check.files.empty()) check.files.emplace_back(default_config);
    return check;
  }
  err << app.help();
  return exit_at_once{wrong_usage};
}

}  // namespace errata
