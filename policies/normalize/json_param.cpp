#include "policies/normalize/json_param.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/param_name.hpp"
#include "policies/normalize/phrases.hpp"

namespace errata {
namespace {

constexpr std::size_t most_steps = 16;

bool is_index(const json_part& step) noexcept {
  return step.is_number() && step.text().find_first_of(".eE") == std::string_view::npos;
}

std::string path_of(const json_part& steps) {
  std::string path;
  std::size_t seen = 0;
  for (const json_part& step : steps) {
    if (++seen > most_steps) break;
    if (step.is_string()) {
      const bool wrapper = seen == 1 && steps.size() > 1 && is_request_part(step.text());
      if (!wrapper && !step.text().empty()) append_step(path, step.text());
    } else if (is_index(step)) {
      append_step(path, step.text());
    }
  }
  return path.size() == 1 && is_whole_object(path) ? std::string() : path;
}

}  // namespace

bool is_param_at_top(const json_part& object, const json_part& member) {
  if (member.is(key_named("name")) || member.is(key_named("location"))) return false;
  if (!member.is(key_named("path"))) return true;
  // Beside a status or a time the path is the request's.
  constexpr std::array of_requests = {
      key_named("timestamp"), key_named("status"), key_named("statuscode"), key_named("error"),
      key_named("method"),    key_named("url"),    key_named("requestid"),  key_named("code")};
  return std::none_of(of_requests.begin(), of_requests.end(),
                      [&](key_id other) { return object.has(other); });
}

std::string param_from(const json_part& object, const json_part& member) {
  if (member.is(key_named("name"))) {
    // With a place or a reason beside it the name is the parameter's, else the error's.
    const bool named = object.has(key_named("location")) || object.has(key_named("in")) ||
                       object.has(key_named("reason")) || object.has(key_named("messages"));
    if (!named) return {};
  }
  const bool location = member.is(key_named("location"));
  if (location && !object.has(key_named("locationtype")) && !member.is_array()) return {};
  if (member.is(key_named("path")) &&
      (object.has(key_named("locations")) || object.has(key_named("timestamp")))) {
    return {};
  }
  if (member.is_string()) return is_wordy(member.text()) ? std::string() : to_param(member.text());
  if (!member.is_array() || member.empty()) return {};
  const json_part& first = member.front();
  // `fields` and `expression` list alternatives, the others are paths.
  if (member.is(key_named("fields")) || member.is(key_named("expression")) || location) {
    return first.is_string() ? to_param(first.text()) : std::string();
  }
  // FastAPI's first step is a part of the request: alone it is all of it.
  if (member.is(key_named("loc")) && member.size() == 1 && first.is_string() &&
      is_request_part(first.text())) {
    return {};
  }
  return path_of(member);
}

std::string param_of_source(const json_part& object) {
  const json_part* source = object.find(key_named("source"));
  if (source != nullptr && source->is_object()) {
    for (const std::string_view key : {"pointer", "parameter", "header"}) {
      const json_part* name = source->find(key);
      if (name != nullptr && name->is_string()) return to_param(name->text());
    }
  }
  const json_part* keys = source == nullptr ? nullptr : object.find(key_named("keys"));
  if (keys != nullptr && keys->is_array() && !keys->empty() && keys->front().is_string()) {
    return to_param(keys->front().text());
  }
  // {"parameters": {"limit": ["5000"]}}: what was sent.
  const json_part* sent = object.find(key_named("parameters"));
  if (sent != nullptr && sent->is_object() && sent->size() == 1 && sent->front().is_array()) {
    return to_param(sent->front().key());
  }
  const json_part* params = object.find(key_named("params"));
  if (params != nullptr && params->is_object()) {
    const json_part* missing = params->find("missingProperty");
    if (missing != nullptr && missing->is_string()) {
      std::string path;
      const json_part* parent = object.find(key_named("instancepath"));
      if (parent != nullptr && parent->is_string()) path = to_param(parent->text());
      append_step(path, missing->text());
      return path;
    }
  }
  return {};
}

}  // namespace errata
