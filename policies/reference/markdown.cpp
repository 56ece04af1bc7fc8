#include "policies/reference/markdown.hpp"

#include "policies/reference/reference_text.hpp"

namespace errata {
namespace {

// Text that may be anything, as text: no markup, no cell of a table ended.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (std::string_view("\\`*_[]|~#").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

// The same, but what stands between grave accents is code.
std::string with_code(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    if (close == std::string_view::npos) return out + escaped(text);
    out += escaped(text.substr(0, open));
    for (const char c : text.substr(open, close + 1 - open)) {
      if (c == '|') out += '\\';  // also inside code, in a table
      out += c;
    }
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string code_span(std::string_view text) {
  return '`' + std::string(text) + '`';
}

std::string head(const reference_model& model) {
  std::string out =
      "<!-- Made by `errata catalog --format markdown`. Do not edit: the catalog is the source. "
      "-->\n\n# Errors\n\nEvery error of this API, whichever service it comes from, has the same "
      "form.\n\n## The envelope\n\n```json\n" +
      indented_envelope(example_envelope(model)) +
      "\n```\n\n| member | there | meaning |\n|---|---|---|\n";
  for (const reference_member& m : envelope_members()) {
    out += "| " + code_span(m.name) + " | " + std::string(m.presence) + " | " +
           with_code(m.meaning) + " |\n";
  }
  out +=
      "\nThe members come in this order, there are no others, and all are strings. The body is "
      "`application/json` in UTF-8.\n\n## What clients should do\n\n";
  for (const std::string& rule : client_rules(model.options)) out += "- " + with_code(rule) + '\n';
  return out + '\n';
}

std::string index(const reference_model& model) {
  std::string out =
      "## Types and codes\n\nThe type follows from the status, the code says more.\n\n"
      "| type | statuses | codes |\n|---|---|---|\n";
  for (const reference_type& type : model.types) {
    out += "| " + code_span(type.type) + " | " +
           status_list(type.statuses, type.other_4xx, type.other_5xx) + " | ";
    bool first = true;
    for (const reference_code& code : type.codes) {
      if (!first) out += ", ";
      first = false;
      out += '[' + code_span(code.row->code) + "](#" + code.row->code + ')';
    }
    out += " |\n";
  }
  return out +
         "\nIn the tables below, *strict* is the status that routes with `\"status_policy\": "
         "\"strict\"` send; other routes keep the service's. Repeating is safe if the request was "
         "never passed on, or its method is idempotent.\n\n";
}

std::string section(const reference_model& model, const reference_code& code) {
  const catalog_row& row = *code.row;
  std::string out = "<a id=\"" + row.code + "\"></a>\n\n### " + code_span(row.code) + "\n\n> " +
                    escaped(row.message) + "\n\n";
  if (!row.description.empty()) out += with_code(row.description) + "\n\n";
  const std::string url = model.doc_url(row.code);
  if (!url.empty()) out += "Address: <" + url + ">\n\n";
  out += "| status | type | may a client repeat | strict |\n|---|---|---|---|\n";
  for (const reference_use& use : code.uses) {
    out += "| " + status_list(use) + " | " + code_span(use.type) + " | " +
           with_code(retry_text(use)) + " | " + strict_text(use) + " |\n";
  }
  out += "\nComes when:\n\n";
  for (const std::string& origin : origin_texts(code)) out += "- " + with_code(origin) + '\n';
  return out + '\n';
}

}  // namespace

std::string markdown_reference(const reference_model& model) {
  std::string out = head(model) + index(model);
  for (const reference_type& type : model.types) {
    if (type.codes.empty()) continue;
    out += "## Type " + code_span(type.type) + "\n\n";
    for (const reference_code& code : type.codes) out += section(model, code);
  }
  out.pop_back();
  return out;
}

}  // namespace errata
