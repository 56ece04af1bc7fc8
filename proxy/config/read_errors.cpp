// errors, with the operator's own catalog.
#include <algorithm>

#include "policies/message.hpp"
#include "proxy/config/addresses.hpp"
#include "proxy/config/config_file.hpp"
#include "proxy/config/sections.hpp"

namespace errata {
namespace {

// The text that is appended to it is a code of at most 63 characters.
constexpr std::size_t longest_url_base = 1024;
constexpr std::size_t longest_challenge = 512;

bool is_challenge(std::string_view text) {
  if (text.size() > longest_challenge || !is_field_value(text)) return false;
  const std::string_view scheme = text.substr(0, text.find(' '));
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii && is_token(scheme) && !iequals(scheme, "Basic");
}

void read_catalog(object_reader& in, configuration& out) {
  const auto value = in.value("catalog", "string");
  if (!value) return;
  const auto path = value->text("the path of a catalog file, such as \"catalog.json\"");
  if (!path) return;
  read_context& context = value->context();
  const std::string file = path_beside(context.file, *path);
  const file_text text = read_small_file(file);
  if (!text.problem.empty()) {
    return value->problem("the catalog " + file + " cannot be read: " + text.problem);
  }
  std::vector<config_problem> problems;
  auto parsed = read_catalog_text(text.text, file, problems);
  for (config_problem& p : problems) {
    context.report_in(p.file, {p.line, p.column}, std::move(p.pointer), std::move(p.message));
  }
  if (parsed) out.errors = std::move(*parsed);
}

// Markup and control characters always go: they are no part of what a sentence says.
void read_scrubbed(object_reader& in, leak_set& out) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(leak_kind::markup); ++i) {
    const auto kind = static_cast<leak_kind>(i);
    bool on = true;
    in.boolean(leak_kind_name(kind), on);
    if (!on) out.remove(kind);
  }
}

}  // namespace

void read_errors(object_reader& root, configuration& out, operator_shapes& shapes) {
  out.errors = catalog::built_in();
  root.object("errors", [&](object_reader& in) {
    read_catalog(in, out);
    in.text("doc_url_base", out.normalizer.doc_url_base,
            "an http or https URL to which a code is appended, such as "
            "\"https://docs.example.com/errors#\"",
            [](std::string_view text) {
              return text.empty() || (text.size() <= longest_url_base && is_url_base(text));
            });
    in.size("max_body", out.normalizer.max_body, 1024, 16 * 1024 * 1024);
    in.text("auth_challenge", out.normalizer.auth_challenge,
            "the challenge of a WWW-Authenticate field, such as \"Bearer\"; never Basic, which "
            "opens a password dialog in browsers",
            is_challenge);
    in.boolean("problem_json", out.normalizer.problem_json);
    in.boolean("proxy_status", out.proxy_status);
    in.object("scrub",
              [&](object_reader& kinds) { read_scrubbed(kinds, out.normalizer.scrubbed); });
    read_shapes(in, shapes);
  });
}

}  // namespace errata
