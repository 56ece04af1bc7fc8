// Errors in errors: lists of them, and maps of fields to what is wrong with them.
#include "policies/normalize/json_error_reader.hpp"
#include "policies/normalize/json_forms.hpp"
#include "policies/normalize/param_name.hpp"
#include "policies/normalize/phrases.hpp"

namespace errata {
finding error_reader::read_holder(const json_part& member, const json_place& at,
                                  const finding* said) {
  if (member.is_array()) return read_array(member, at, said);
  if (!member.is_object()) return {};
  if (member.roles().holds_fields && is_field_map(member)) {
    finding found;
    read_field_map(member, {}, at, member.roles().maps_words, found);
    if (!found.messages.empty()) return found;
  }
  return read_object(member, at, true);
}

finding error_reader::read_element(const json_part& value, const json_place& at) {
  if (value.is_object()) return read_object(value, at, true);
  if (value.is_array()) return read_array(value, at);
  finding one;
  if (value.is_string()) add_message(one, value.text(), at, true);
  return one;
}

void error_reader::count_other(finding& first, const finding& other) {
  if (other.messages.empty() || first.messages.empty()) return;
  statement& said = first.messages.front();
  if (other.messages.front().text == said.text) return;
  said.others += 1 + other.messages.front().others;
}

finding error_reader::read_array(const json_part& array, const json_place& at,
                                 const finding* said) {
  finding best = read_elements(array, at, false, said);
  // Hints and warnings come first in some lists, and count where there is nothing worse.
  if (best.messages.empty() && best.code.empty()) best = read_elements(array, at, true, said);
  return best;
}

finding error_reader::read_elements(const json_part& array, const json_place& at, bool hints,
                                    const finding* said) {
  finding best;
  if (at.depth() > max_read_depth) return best;
  std::size_t index = 0;
  for (const json_part& element : array) {
    const json_place place(at, index++);
    if (is_hint(element) != hints || is_for_developers(element)) continue;
    if (exhausted()) break;
    finding one = read_element(element, place);
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
    best.left_out = one.left_out;
    // The others would only be counted, for a message that comes behind.
    if (said != nullptr && !best.messages.empty() && !comes_first(best, *said, true)) {
      pass_by(best);
      break;
    }
  }
  return best;
}

bool error_reader::comes_first(const finding& inner, const finding& outer, bool outer_said_enough) {
  if (inner.messages.empty() || !outer.param.empty()) return false;
  if (!outer_said_enough) return true;
  return !inner.param.empty() &&
         outer.messages.front().text.find(last_step(inner.param)) == std::string::npos;
}

void error_reader::merge(finding& outer, finding inner, bool outer_said_enough) {
  if (outer.code.empty() || (outer.broad_code && !inner.code.empty())) {
    outer.code = std::move(inner.code);
    outer.code_origin = std::move(inner.code_origin);
    outer.broad_code = inner.broad_code;
  }
  const bool first = comes_first(inner, outer, outer_said_enough);
  outer.left_out = outer.left_out || inner.left_out;
  if (outer.param.empty()) {
    outer.param = std::move(inner.param);
    outer.param_origin = std::move(inner.param_origin);
  }
  if (first) std::swap(outer.messages, inner.messages);
  for (statement& message : inner.messages) outer.add(std::move(message));
}

void error_reader::read_next_field(const json_part& value, const std::string& path,
                                   const json_place& at, bool words, finding& found, finding& one) {
  if (found.messages.empty()) return read_field(value, path, at, words, found);
  read_field(value, path, at, words, one);
  count_other(found, one);
}

void error_reader::read_field_map(const json_part& object, const std::string& prefix,
                                  const json_place& at, bool words, finding& found) {
  found.clear();
  if (at.depth() > max_read_depth) return;
  finding one;
  for (const json_part& member : object) {
    if (exhausted()) break;
    const std::string_view key = member.key();
    const key_roles& roles = member.roles();
    if (roles.internal) continue;
    std::string path = prefix;
    const bool wrapper =
        prefix.empty() && member.is_object() && (is_request_part(key) || roles.holds_fields);
    const bool position = prefix.empty() && is_position(key);
    if (!wrapper && !position && !is_whole_object(key)) append_step(path, to_param(key));
    read_next_field(member, path, json_place(at, key), words, found, one);
  }
}

void error_reader::read_field(const json_part& value, const std::string& path, const json_place& at,
                              bool words, finding& found) {
  found.clear();
  if (at.depth() > max_read_depth || exhausted()) return;
  if (value.is_string()) {
    if (words || is_wordy(value.text())) add_message(found, value.text(), at, false);
  } else if (value.is_object() && is_field_map(value)) {
    read_field_map(value, path, at, words, found);
  } else if (value.is_object()) {
    found = read_object(value, at, true);
  } else if (value.is_array()) {
    finding one;
    std::size_t index = 0;
    for (const json_part& element : value) {
      const json_place place(at, index++);
      if (element.is_object() && is_field_map(element)) {
        // Elements that are maps themselves are the items of a list field.
        std::string item = path;
        append_step(item, std::to_string(index - 1));
        read_next_field(element, item, place, words, found, one);
      } else {
        read_next_field(element, path, place, words, found, one);
      }
    }
  }
  if (found.param.empty() && !found.messages.empty()) {
    found.param = path;
    found.param_origin = origin(at);
  }
}

}  // namespace errata
