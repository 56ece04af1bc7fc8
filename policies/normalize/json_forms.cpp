#include "policies/normalize/json_forms.hpp"

#include <algorithm>
#include <array>

#include "policies/message.hpp"
#include "policies/normalize/phrases.hpp"

namespace errata {

std::string_view shape_of(const json_part& object) {
  const auto has = [&object](key_id id) { return object.has(id); };
  if (has(key_named("jsonrpc"))) return "jsonrpc";
  if (has(key_named("title")) && (has(key_named("type")) || has(key_named("detail")))) {
    return "problem_json";
  }
  if (has(key_named("timestamp")) && has(key_named("status")) && has(key_named("path"))) {
    return "spring";
  }
  const json_part* errors = object.find(key_named("errors"));
  if (errors != nullptr && errors->is_array() && !errors->empty()) {
    const json_part& first = errors->front();
    if (!first.is_object()) return "errors_list";
    if (first.has(key_named("locations")) || first.has(key_named("extensions"))) return "graphql";
    const bool jsonapi = first.has(key_named("detail")) || first.has(key_named("source"));
    return jsonapi ? "jsonapi" : "errors_list";
  }
  if (errors != nullptr && errors->is_object()) return "field_map";
  if (has(key_named("errordescription"))) return "oauth2";
  if (has(key_named("statuscode")) && has(key_named("error")) && has(key_named("message"))) {
    return "hapi";
  }
  if (object.find("__type") != nullptr) return "aws";
  const json_part* error = object.find(key_named("error"));
  return error != nullptr && error->is_object() ? "error_object" : "json";
}

std::string_view sentence(const json_part& value) {
  if (value.is_string()) return value.text();
  if (!value.is_object()) return {};
  for (const std::string_view key : {"value", "text", "en", "en-US", "en_US"}) {
    const json_part* text = value.find(key);
    if (text != nullptr && text->is_string()) return text->text();
  }
  return {};
}

bool is_field_map(const json_part& object) {
  for (const json_part& member : object) {
    const key_roles& roles = member.roles();
    // A message or a code of its own makes it one error.
    const bool speaks =
        (roles.message != 0 && roles.message <= 10) || (roles.code != 0 && roles.any_word_is_code);
    if (speaks && (member.is_string() || member.is_number())) return false;
    if (!member.is_string() && !member.is_structured()) return false;
    // A list of errors under a name for such lists.
    const bool listed = member.is_array() && !member.empty() && member.front().is_object();
    if (listed && roles.holds_fields && object.size() == 1) return false;
  }
  return !object.empty();
}

bool is_map_of_lists(const json_part& object) {
  bool wordy = false;
  for (const json_part& member : object) {
    if (member.is_string()) return false;
    if (!member.is_array()) continue;
    wordy = wordy || std::any_of(member.begin(), member.end(), [](const json_part& element) {
              return element.is_object() || (element.is_string() && is_wordy(element.text()));
            });
  }
  return wordy;
}

bool says_failed(const json_part& object) {
  const json_part* status = object.find(key_named("status"));
  if (status != nullptr && status->is_string()) {
    const std::string_view text = status->text();
    return text == "fail" || text == "error" || text == "failed";
  }
  const json_part* success = object.find(key_named("success"));
  return success != nullptr && success->kind() == json_kind::boolean && success->text() == "false";
}

bool is_hint(const json_part& element) {
  constexpr std::array<std::string_view, 7> hints = {"hint", "info",    "information", "notice",
                                                     "ok",   "success", "warning"};
  if (!element.is_object()) return false;
  for (const key_id key : {key_named("severity"), key_named("level")}) {
    const json_part* said = element.find(key);
    if (said == nullptr || !said->is_string()) continue;
    return std::any_of(hints.begin(), hints.end(),
                       [said](std::string_view hint) { return iequals(said->text(), hint); });
  }
  return false;
}

bool is_for_developers(const json_part& element) {
  if (!element.is_object()) return false;
  const json_part* type = element.find("@type");
  return type != nullptr && type->is_string() && type->text().ends_with("DebugInfo");
}

bool lists_names(const json_part& member) {
  return member.is_array() && (member.is(key_named("params")) || member.is(key_named("fields"))) &&
         (member.empty() || !member.front().is_object());
}

}  // namespace errata
