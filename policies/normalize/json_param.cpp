#include "policies/normalize/json_param.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "policies/normalize/json_keys.hpp"
#include "policies/normalize/param_name.hpp"
#include "policies/normalize/phrases.hpp"

namespace errata {
namespace {

namespace json = boost::json;

std::string_view view(const json::string& text) noexcept {
  return {text.data(), text.size()};
}

std::string path_of(const json::array& steps) {
  std::string path;
  for (std::size_t i = 0; i < std::min(steps.size(), std::size_t{16}); ++i) {
    if (const json::string* text = steps[i].if_string()) {
      const bool wrapper = i == 0 && steps.size() > 1 && is_request_part(view(*text));
      if (!wrapper && !text->empty()) append_step(path, view(*text));
    } else if (const std::int64_t* index = steps[i].if_int64()) {
      append_step(path, std::to_string(*index));
    }
  }
  return path.size() == 1 && is_whole_object(path) ? std::string() : path;
}

}  // namespace

const json::value* member(const json::object& object, std::string_view plain) {
  std::size_t seen = 0;
  for (const auto& entry : object) {
    if (++seen > max_members) break;
    if (is_key(entry.key(), plain)) return &entry.value();
  }
  return nullptr;
}

bool has(const json::object& object, std::string_view plain) {
  return member(object, plain) != nullptr;
}

bool is_param_at_top(const json::object& object, std::string_view key) {
  if (is_key(key, "name") || is_key(key, "location")) return false;
  if (!is_key(key, "path")) return true;
  // Beside a status or a time the path is the request's.
  constexpr std::array<std::string_view, 8> of_requests = {
      "timestamp", "status", "statuscode", "error", "method", "url", "requestid", "code"};
  return std::none_of(of_requests.begin(), of_requests.end(),
                      [&](std::string_view other) { return has(object, other); });
}

std::string param_from(const json::object& object, std::string_view key, const json::value& value) {
  if (is_key(key, "name")) {
    // With a place or a reason beside it the name is the parameter's, else the error's.
    const bool named = has(object, "location") || has(object, "in") || has(object, "reason") ||
                       has(object, "messages");
    if (!named) return {};
  }
  if (is_key(key, "location") && !has(object, "locationtype") && !value.is_array()) return {};
  if (is_key(key, "path") && (has(object, "locations") || has(object, "timestamp"))) return {};
  if (const json::string* text = value.if_string()) {
    return is_wordy(view(*text)) ? std::string() : to_param(view(*text));
  }
  const json::array* steps = value.if_array();
  if (steps == nullptr || steps->empty()) return {};
  // `fields` and `expression` list alternatives, the others are paths.
  if (is_key(key, "fields") || is_key(key, "expression") || is_key(key, "location")) {
    const json::string* first = steps->front().if_string();
    return first == nullptr ? std::string() : to_param(view(*first));
  }
  // FastAPI's first step is a part of the request: alone it is all of it.
  if (is_key(key, "loc") && steps->size() == 1 && steps->front().is_string() &&
      is_request_part(view(steps->front().get_string()))) {
    return {};
  }
  return path_of(*steps);
}

std::string param_of_source(const json::object& object) {
  const json::value* source = member(object, "source");
  if (source != nullptr && source->is_object()) {
    for (const char* key : {"pointer", "parameter", "header"}) {
      const json::value* name = source->get_object().if_contains(key);
      if (name != nullptr && name->is_string()) return to_param(view(name->get_string()));
    }
  }
  const json::value* keys = member(object, "keys");
  if (source != nullptr && keys != nullptr && keys->is_array() && !keys->get_array().empty() &&
      keys->get_array().front().is_string()) {
    return to_param(view(keys->get_array().front().get_string()));
  }
  // {"parameters": {"limit": ["5000"]}}: what was sent.
  const json::value* sent = member(object, "parameters");
  if (sent != nullptr && sent->is_object() && sent->get_object().size() == 1 &&
      sent->get_object().begin()->value().is_array()) {
    return to_param(sent->get_object().begin()->key());
  }
  const json::value* params = member(object, "params");
  if (params != nullptr && params->is_object()) {
    const json::value* missing = params->get_object().if_contains("missingProperty");
    if (missing != nullptr && missing->is_string()) {
      std::string path;
      const json::value* parent = member(object, "instancepath");
      if (parent != nullptr && parent->is_string()) path = to_param(view(parent->get_string()));
      append_step(path, view(missing->get_string()));
      return path;
    }
  }
  return {};
}

}  // namespace errata
