// Errors in errors: lists of them, and maps of fields to what is wrong with them.
#include "policies/normalize/json_error_reader.hpp"
#include "policies/normalize/json_forms.hpp"
#include "policies/normalize/param_name.hpp"
#include "policies/normalize/phrases.hpp"

namespace errata {
namespace {

std::string_view view(const json::string& text) noexcept {
  return {text.data(), text.size()};
}

}  // namespace

finding error_reader::read_holder(const json::value& value, const key_roles& roles,
                                  const json_place& at) {
  if (const json::array* array = value.if_array()) return read_array(*array, at);
  const json::object* object = value.if_object();
  if (object == nullptr) return {};
  if (roles.holds_fields && is_field_map(*object)) {
    finding found = read_field_map(*object, {}, at, roles.maps_words);
    if (!found.messages.empty()) return found;
  }
  return read_object(*object, at, true);
}

finding error_reader::read_element(const json::value& value, const json_place& at) {
  finding one;
  if (const json::string* text = value.if_string()) {
    add_message(one, view(*text), at, true);
  } else if (const json::object* object = value.if_object()) {
    one = read_object(*object, at, true);
  } else if (const json::array* inner = value.if_array()) {
    one = read_array(*inner, at);
  }
  return one;
}

void error_reader::count_other(finding& first, const finding& other) {
  if (other.messages.empty() || first.messages.empty()) return;
  statement& said = first.messages.front();
  if (other.messages.front().text == said.text) return;
  said.others += 1 + other.messages.front().others;
}

finding error_reader::read_array(const json::array& array, const json_place& at) {
  finding best = read_elements(array, at, false);
  // Hints and warnings come first in some lists, and count where there is nothing worse.
  if (best.messages.empty() && best.code.empty()) best = read_elements(array, at, true);
  return best;
}

finding error_reader::read_elements(const json::array& array, const json_place& at, bool hints) {
  finding best;
  if (at.depth() > max_read_depth) return best;
  for (std::size_t i = 0; i < std::min(array.size(), max_elements); ++i) {
    if (is_hint(array[i]) != hints || is_for_developers(array[i])) continue;
    if (exhausted()) break;
    finding one = read_element(array[i], json_place(at, i));
    if (!best.messages.empty()) {
      count_other(best, one);
      continue;
    }
    // The first that says something is the error; the others only fill what it leaves open.
    if (best.code.empty() || !one.messages.empty()) {
      best.code = std::move(one.code);
      best.code_origin = std::move(one.code_origin);
      best.broad_code = one.broad_code;
    }
    if (best.param.empty() || !one.messages.empty()) {
      best.param = std::move(one.param);
      best.param_origin = std::move(one.param_origin);
    }
    best.messages = std::move(one.messages);
  }
  return best;
}

void error_reader::merge(finding& outer, finding inner, bool outer_said_enough) {
  if (outer.code.empty() || (outer.broad_code && !inner.code.empty())) {
    outer.code = std::move(inner.code);
    outer.code_origin = std::move(inner.code_origin);
    outer.broad_code = inner.broad_code;
  }
  const bool names_it =
      outer_said_enough && !inner.param.empty() &&
      outer.messages.front().text.find(last_step(inner.param)) != std::string::npos;
  const bool first = !inner.messages.empty() && outer.param.empty() && !names_it &&
                     (!inner.param.empty() || !outer_said_enough);
  if (outer.param.empty()) {
    outer.param = std::move(inner.param);
    outer.param_origin = std::move(inner.param_origin);
  }
  if (first) std::swap(outer.messages, inner.messages);
  for (statement& message : inner.messages) outer.add(std::move(message));
}

finding error_reader::read_field_map(const json::object& object, const std::string& prefix,
                                     const json_place& at, bool words) {
  finding found;
  if (at.depth() > max_read_depth) return found;
  std::size_t seen = 0;
  for (const auto& entry : object) {
    if (++seen > max_members || exhausted()) break;
    const std::string_view key = entry.key();
    const key_roles roles = roles_of(key);
    if (roles.internal) continue;
    std::string path = prefix;
    const bool wrapper =
        prefix.empty() && entry.value().is_object() && (is_request_part(key) || roles.holds_fields);
    const bool position = prefix.empty() && is_position(key);
    if (!wrapper && !position && !is_whole_object(key)) append_step(path, to_param(key));
    finding one = read_field(entry.value(), path, json_place(at, key), words);
    if (found.messages.empty()) {
      found = std::move(one);
    } else {
      count_other(found, one);
    }
  }
  return found;
}

finding error_reader::read_field(const json::value& value, const std::string& path,
                                 const json_place& at, bool words) {
  finding found;
  if (at.depth() > max_read_depth || exhausted()) return found;
  if (const json::string* text = value.if_string()) {
    if (words || is_wordy(view(*text))) add_message(found, view(*text), at, false);
  } else if (const json::object* object = value.if_object()) {
    found = is_field_map(*object) ? read_field_map(*object, path, at, words)
                                  : read_object(*object, at, true);
  } else if (const json::array* array = value.if_array()) {
    for (std::size_t i = 0; i < std::min(array->size(), max_elements); ++i) {
      const json::object* element = (*array)[i].if_object();
      // Elements that are maps themselves are the items of a list field.
      const bool item = element != nullptr && is_field_map(*element);
      std::string item_path = path;
      if (item) append_step(item_path, std::to_string(i));
      finding one = read_field((*array)[i], item_path, json_place(at, i), words);
      if (found.messages.empty()) {
        found = std::move(one);
      } else {
        count_other(found, one);
      }
    }
  }
  if (found.param.empty() && !found.messages.empty()) {
    found.param = path;
    found.param_origin = origin(at);
  }
  return found;
}

}  // namespace errata
