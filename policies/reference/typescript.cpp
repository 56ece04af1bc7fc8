#include "policies/reference/typescript.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "policies/reference/reference_text.hpp"

namespace errata {
namespace {

// A JSON string is a string literal of ECMAScript 2019.
std::string literal(std::string_view text) {
  return boost::json::serialize(text);
}

// `text` as lines of a doc comment, of which it cannot get out.
std::string comment(std::string_view text, std::size_t indent) {
  constexpr std::size_t columns = 96;
  const std::string margin = std::string(indent, ' ') + " * ";
  std::string out = std::string(indent, ' ') + "/**\n";
  std::string line = margin;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string word(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    for (auto at = word.find("*/"); at != std::string::npos; at = word.find("*/", at + 3)) {
      word.insert(at + 1, 1, '\\');
    }
    if (line.size() > margin.size() && line.size() + word.size() >= columns) {
      out += line + '\n';
      line = margin;
    }
    if (line.size() > margin.size()) line += ' ';
    line += word;
  }
  return out + line + '\n' + std::string(indent, ' ') + " */\n";
}

std::string_view retry_name(const catalog_row& row) {
  switch (row.retry) {
    case retry_advice::yes:
      return "yes";
    case retry_advice::if_idempotent:
      return "if_idempotent";
    case retry_advice::no:
      break;
  }
  return "no";
}

std::string types_table(const reference_model& model) {
  std::string out = comment("Every category, a closed list.", 0);
  out += "export const ERROR_TYPES = [\n";
  for (const reference_type& type : model.types) out += "  " + literal(type.type) + ",\n";
  return out +
         "] as const;\n\n"
         "export type ErrorType = (typeof ERROR_TYPES)[number];\n\n";
}

std::string codes_table(const reference_model& model) {
  std::string out = comment(
      "Every documented code with what usually goes with it. `retry` says whether a client may "
      "repeat: \"if_idempotent\" where sending twice does no harm.",
      0);
  out += "export const ERROR_CODES = {\n";
  for (const reference_type& type : model.types) {
    for (const reference_code& code : type.codes) {
      const catalog_row& row = *code.row;
      out += comment(row.description.empty() ? row.message : row.description, 2);
      out += "  " + row.code + ": {\n    type: " + literal(row.type) +
             ",\n    status: " + std::to_string(row.status) +
             ",\n    message: " + literal(row.message) +
             ",\n    retry: " + literal(retry_name(row));
      if (!model.options.doc_url_base.empty()) {
        out += ",\n    docUrl: " + literal(model.doc_url(row.code));
      }
      out += ",\n  },\n";
    }
  }
  return out + "} as const;\n\n";
}

std::string statuses_table(const reference_model& model) {
  std::string out = comment("The type and default code of each status.", 0);
  out += "export const ERROR_STATUSES = {\n";
  for (const reference_status& entry : model.statuses) {
    out += "  " + std::to_string(entry.status) + ": { type: " + literal(entry.row->type) +
           ", code: " + literal(entry.row->code) + ", retry: " + literal(retry_name(*entry.row)) +
           " },\n";
  }
  return out + "} as const;\n\n";
}

std::string error_interface() {
  std::string out = "export interface ApiError {\n";
  for (const reference_member& m : envelope_members()) {
    out += comment(m.meaning, 2);
    const std::string_view type = m.name == "type"   ? "ErrorType"
                                  : m.name == "code" ? "ErrorCode"
                                                     : "string";
    out += "  readonly " + std::string(m.name) + (m.presence == "always" ? "" : "?") + ": " +
           std::string(type) + ";\n";
  }
  return out + "}\n\n";
}

constexpr std::string_view code_types =
    "export type KnownErrorCode = keyof typeof ERROR_CODES;\n\n"
    "/** A documented code, or one of a service's own. */\n"
    "export type ErrorCode = KnownErrorCode | (string & {});\n\n";

constexpr std::string_view guards = R"(/** The body of every error. */
export interface ErrorEnvelope {
  readonly error: ApiError;
}

export function isErrorType(value: unknown): value is ErrorType {
  return (ERROR_TYPES as readonly unknown[]).includes(value);
}

export function isKnownErrorCode(value: unknown): value is KnownErrorCode {
  return typeof value === "string" && Object.prototype.hasOwnProperty.call(ERROR_CODES, value);
}

/** Whether a parsed body is an error. */
export function isErrorEnvelope(value: unknown): value is ErrorEnvelope {
  if (typeof value !== "object" || value === null) return false;
  const error: unknown = (value as { readonly error?: unknown }).error;
  if (typeof error !== "object" || error === null) return false;
  const members = error as { readonly [name in keyof ApiError]?: unknown };
  return (
    isErrorType(members.type) &&
    typeof members.message === "string" &&
    typeof members.code === "string" &&
    (members.param === undefined || typeof members.param === "string") &&
    (members.doc_url === undefined || typeof members.doc_url === "string")
  );
}
)";

}  // namespace

std::string typescript_reference(const reference_model& model) {
  return "// Made by `errata catalog --format typescript`. Do not edit: the catalog is the "
         "source.\n\n" +
         types_table(model) + codes_table(model) + statuses_table(model) + std::string(code_types) +
         error_interface() + std::string(guards);
}

}  // namespace errata
