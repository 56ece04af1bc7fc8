#include "policies/normalize/json_forms.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "policies/message.hpp"
#include "policies/normalize/json_keys.hpp"
#include "policies/normalize/json_param.hpp"
#include "policies/normalize/phrases.hpp"

namespace errata {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) noexcept {
  return {text.data(), text.size()};
}

}  // namespace

std::string_view shape_of(const json::object& object) {
  const json::value* errors = member(object, "errors");
  if (has(object, "jsonrpc")) return "jsonrpc";
  if (has(object, "title") && (has(object, "type") || has(object, "detail"))) return "problem_json";
  if (has(object, "timestamp") && has(object, "status") && has(object, "path")) return "spring";
  if (errors != nullptr && errors->is_array() && !errors->get_array().empty()) {
    const json::object* first = errors->get_array().front().if_object();
    if (first == nullptr) return "errors_list";
    if (has(*first, "locations") || has(*first, "extensions")) return "graphql";
    return has(*first, "detail") || has(*first, "source") ? "jsonapi" : "errors_list";
  }
  if (errors != nullptr && errors->is_object()) return "field_map";
  if (has(object, "errordescription")) return "oauth2";
  if (has(object, "statuscode") && has(object, "error") && has(object, "message")) return "hapi";
  if (object.contains("__type")) return "aws";
  if (const json::value* error = member(object, "error"); error != nullptr && error->is_object()) {
    return "error_object";
  }
  return "json";
}

std::string_view sentence(const json::value& value) {
  if (const json::string* text = value.if_string()) return view(*text);
  const json::object* object = value.if_object();
  if (object == nullptr) return {};
  for (const char* key : {"value", "text", "en", "en-US", "en_US"}) {
    const json::value* text = object->if_contains(key);
    if (text != nullptr && text->is_string()) return view(text->get_string());
  }
  return {};
}

bool is_field_map(const json::object& object) {
  if (object.empty()) return false;
  std::size_t seen = 0;
  for (const auto& entry : object) {
    if (++seen > max_members) break;
    const json::value& value = entry.value();
    const key_roles roles = roles_of(entry.key());
    // A message or a code of its own makes it one error.
    const bool speaks =
        (roles.message != 0 && roles.message <= 10) || (roles.code != 0 && roles.any_word_is_code);
    if (speaks && (value.is_string() || value.is_number())) return false;
    if (!value.is_string() && !value.is_array() && !value.is_object()) return false;
    // A list of errors under a name for such lists.
    const json::array* list = value.if_array();
    const bool listed = list != nullptr && !list->empty() && list->front().is_object();
    if (listed && roles.holds_fields && object.size() == 1) return false;
  }
  return true;
}

bool is_map_of_lists(const json::object& object) {
  bool wordy = false;
  std::size_t seen = 0;
  for (const auto& entry : object) {
    if (++seen > max_members) break;
    if (entry.value().is_string()) return false;
    const json::array* list = entry.value().if_array();
    if (list == nullptr) continue;
    for (std::size_t i = 0; i < std::min(list->size(), max_elements); ++i) {
      const json::string* text = (*list)[i].if_string();
      wordy = wordy || (text != nullptr && is_wordy(view(*text))) || (*list)[i].is_object();
    }
  }
  return wordy;
}

bool says_failed(const json::object& object) {
  const json::value* status = member(object, "status");
  if (status != nullptr && status->is_string()) {
    const std::string_view text = view(status->get_string());
    return text == "fail" || text == "error" || text == "failed";
  }
  const json::value* success = member(object, "success");
  return success != nullptr && success->is_bool() && !success->get_bool();
}

bool is_hint(const json::value& element) {
  constexpr std::array<std::string_view, 7> hints = {"hint", "info",    "information", "notice",
                                                     "ok",   "success", "warning"};
  const json::object* object = element.if_object();
  if (object == nullptr) return false;
  for (const std::string_view key : {"severity", "level"}) {
    const json::value* said = member(*object, key);
    if (said == nullptr || !said->is_string()) continue;
    const auto same = [said](std::string_view hint) {
      return iequals(view(said->get_string()), hint);
    };
    return std::any_of(hints.begin(), hints.end(), same);
  }
  return false;
}

bool is_for_developers(const json::value& element) {
  const json::object* object = element.if_object();
  const json::value* type = object == nullptr ? nullptr : object->if_contains("@type");
  return type != nullptr && type->is_string() && view(type->get_string()).ends_with("DebugInfo");
}

bool lists_names(std::string_view key, const json::value& value) {
  const json::array* list = value.if_array();
  return list != nullptr && (is_key(key, "params") || is_key(key, "fields")) &&
         (list->empty() || !list->front().is_object());
}

}  // namespace errata
