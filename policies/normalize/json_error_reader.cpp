#include "policies/normalize/json_error_reader.hpp"

#include <algorithm>
#include <optional>

#include "policies/normalize/boilerplate.hpp"
#include "policies/normalize/code_name.hpp"
#include "policies/normalize/json_forms.hpp"
#include "policies/normalize/json_param.hpp"
#include "policies/normalize/phrases.hpp"
#include "policies/normalize/placeholders.hpp"

namespace errata {
namespace {

bool is_letter(char c) noexcept {
  const auto u = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || u >= 0x80;
}

constexpr std::size_t max_parse_depth = 32;
constexpr unsigned vague_rank = 8;         // from here on a key may mean something else
constexpr std::size_t max_message = 4096;  // of one message, before it is scrubbed

// Whether nothing that is nested can add to it but messages behind its own.
bool is_settled(const finding& found) {
  return !found.code.empty() && !found.broad_code && !found.param.empty();
}

bool says_enough(const finding& found) {
  return !found.messages.empty() && !is_weak(found.messages.front().text);
}

}  // namespace

finding error_reader::read(const json_part& value, const json_place& at) {
  if (value.is_object()) {
    finding found = read_object(value, at, false);
    found.shape = shape_of(value);
    return found;
  }
  if (value.is_array()) {
    finding found = read_array(value, at);
    found.shape = "json_array";
    return found;
  }
  finding found;
  if (value.is_string()) add_message(found, value.text(), at, true);
  found.shape = value.is_string() ? "json_string" : "json_scalar";
  return found;
}

void error_reader::add_message(finding& found, std::string_view text, const json_place& at,
                               bool code_too) {
  text = trimmed(text);
  if (const std::size_t from = document_in(text); from != std::string_view::npos) {
    const std::size_t before = found.messages.size();
    add_document(found, text.substr(from), at);
    if (found.messages.size() > before || from == 0) return;
    text = trimmed(text.substr(0, from));
    if (text.ends_with(':')) text.remove_suffix(1);
  }
  text = without_number(text.substr(0, max_message), status_);
  if (const std::string_view prefix = code_prefix(text); !prefix.empty()) {
    text = trimmed(text.substr(text.find(':', prefix.size()) + 1));
    if (code_too && found.code.empty()) {
      found.code = usable_code(prefix);
      found.code_origin = origin(at);
    }
  }
  if (text.empty() || std::none_of(text.begin(), text.end(), is_letter)) return;
  if (is_machine_word(text)) {
    if (code_too && found.code.empty() && !is_exception_class(text)) {
      found.code = usable_code(text);
      found.code_origin = origin(at);
    }
    return;
  }
  if (is_boilerplate(text, status_) || is_empty_phrase(text)) return;
  std::string said = without_diagnostics(text);
  if (!said.empty()) found.add({std::move(said), origin(at)});
}

void error_reader::add_document(finding& found, std::string_view text, const json_place& at) {
  if (unwrapped_) return;
  unwrapped_ = true;
  must_read_whole_ = passed_by_;
  json_document inner;
  const std::size_t used = inner.parse(text, max_parse_depth);
  const bool whole = used != 0 && trimmed(text.substr(used)).empty();
  if (whole) merge(found, read(inner.root(), at), false);
}

std::string error_reader::usable_code(std::string_view spelled) const {
  std::string code = to_code(spelled);
  if (is_noise_code(code) || is_status_name(code, status_)) code.clear();
  return code;
}

std::string error_reader::code_from(const json_part& member) const {
  const std::string_view text = member.text();
  if (!member.roles().any_word_is_code) {
    if (is_exception_class(text)) return {};
    const bool capitalised = text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' &&
                             text[1] >= 'a' && text[1] <= 'z' && !is_machine_word(text);
    if (capitalised) return {};
    // What may be a plain word of any kind must look like a code.
    const bool any_word = member.is(key_named("reason")) || member.is(key_named("status"));
    if (any_word && !is_machine_word(text)) return {};
    if (member.is(key_named("type")) && is_category(text)) return {};
    const bool any_id = member.is(key_named("name")) || member.is(key_named("id")) ||
                        member.is(key_named("issue")) || member.is(key_named("category")) ||
                        member.is(key_named("errorcategory"));
    if (any_id && text.find('_') == std::string_view::npos) return {};
  } else if ((status_ >= 500 || member.is(key_named("errortype"))) && is_exception_class(text)) {
    return {};
  }
  return usable_code(text);
}

finding error_reader::read_object(const json_part& object, const json_place& at, bool in_list) {
  finding found;
  if (at.depth() > max_read_depth || exhausted()) return found;
  read_own_members(object, found, at, in_list);
  std::optional<bool> said_enough;  // by the object itself
  for (const json_part& member : object) {
    const key_roles& roles = member.roles();
    if (roles.internal || (!roles.holds_errors && !roles.holds_fields)) continue;
    if (!member.is_structured() || lists_names(member)) continue;
    // {"lang", "value"} has been read as the message that it is.
    if (roles.message != 0 && member.is_object() && !sentence(member).empty()) continue;
    if (!said_enough) said_enough = says_enough(found);
    const bool brief = brief_ && *said_enough;
    if (brief && is_settled(found)) {
      pass_by(found);
      continue;
    }
    const finding* said = brief ? &found : nullptr;
    merge(found, read_holder(member, json_place(at, member.key()), said), *said_enough);
  }
  if (const json_part* nested = object.find(key_named("data")); nested != nullptr) {
    read_payload(object, *nested, found, json_place(at, "data"));
  }
  if (found.messages.empty() && status_ < 500) read_last_resorts(object, found, at);
  return found;
}

void error_reader::best_members::add(unsigned rank, const json_part& member) {
  const auto worse = [rank](const auto& known) { return rank < known.first; };
  ranked_.insert(std::find_if(ranked_.begin(), ranked_.end(), worse), {rank, &member});
  if (ranked_.size() > most) ranked_.pop_back();
}

void error_reader::read_own_members(const json_part& object, finding& found, const json_place& at,
                                    bool in_list) {
  best_members messages;
  best_members codes;
  best_members params;
  for (const json_part& member : object) {
    const key_roles& roles = member.roles();
    if (roles.internal) continue;
    if (roles.message != 0 && !sentence(member).empty()) messages.add(roles.message, member);
    if (roles.code != 0 && member.is_string()) codes.add(roles.code, member);
    if (roles.param != 0) params.add(roles.param, member);
  }
  read_code(codes, found, at);
  read_messages(messages, found, at);
  prefer_specific(found);
  if (!found.messages.empty()) {
    std::string& text = found.messages.front().text;
    text = fill_placeholders(std::move(text), object);
  }
  read_param(params, object, found, at, in_list);
}

void error_reader::read_code(const best_members& members, finding& found,
                             const json_place& at) const {
  for (const auto& [rank, member] : members) {
    found.code = code_from(*member);
    if (found.code.empty()) continue;
    found.code_origin = origin(json_place(at, member->key()));
    found.broad_code = rank >= vague_rank && is_broad_code(found.code);
    return;
  }
}

void error_reader::read_messages(const best_members& members, finding& found,
                                 const json_place& at) {
  for (const auto& [rank, member] : members) {
    const std::string_view text = sentence(*member);
    // Keys that only may hold a sentence: a single word is none.
    if (rank >= vague_rank && !is_wordy(text)) continue;
    if (brief_ && !found.code.empty() && says_enough(found) &&
        document_in(trimmed(text)) == std::string_view::npos) {
      found.left_out = true;
      continue;
    }
    add_message(found, text, json_place(at, member->key()), true);
  }
}

void error_reader::read_param(const best_members& members, const json_part& object, finding& found,
                              const json_place& at, bool in_list) const {
  const auto take = [&](std::string&& name, std::string_view key) {
    if (name.empty()) return false;
    found.param = std::move(name);
    found.param_origin = origin(json_place(at, key));
    return true;
  };
  if (take(param_of_source(object), "source")) return;
  for (const auto& [rank, member] : members) {
    if (!in_list && !is_param_at_top(object, *member)) continue;
    if (take(param_from(object, *member), member->key())) return;
  }
}

void error_reader::prefer_specific(finding& found) {
  if (found.messages.size() < 2 || !is_weak(found.messages.front().text)) return;
  const auto better = std::find_if(found.messages.begin(), found.messages.end(),
                                   [](const statement& s) { return !is_weak(s.text); });
  if (better != found.messages.end()) std::rotate(found.messages.begin(), better, better + 1);
}

void error_reader::read_payload(const json_part& object, const json_part& data, finding& found,
                                const json_place& at) {
  const bool said_enough = says_enough(found);
  if (data.is_string() && is_wordy(data.text())) {
    finding inner;
    if (!said_enough) add_message(inner, data.text(), at, false);
    return merge(found, std::move(inner), false);
  }
  if (!data.is_object()) return;
  finding inner;
  if (says_failed(object) && is_field_map(data)) {
    read_field_map(data, {}, at, false, inner);
  } else {
    inner = read_object(data, at, true);
  }
  if (said_enough) inner.messages.clear();
  merge(found, std::move(inner), said_enough);
}

void error_reader::read_last_resorts(const json_part& object, finding& found,
                                     const json_place& at) {
  const bool nested = object.find("_errors") != nullptr && is_field_map(object);
  if (nested || is_map_of_lists(object)) {
    finding inner;
    read_field_map(object, {}, at, false, inner);
    merge(found, std::move(inner), false);
  }
  if (found.messages.empty() && found.code.empty() && object.size() == 1) {
    const json_part& only = object.front();
    if (!only.roles().internal && only.is_object()) {
      merge(found, read_object(only, json_place(at, only.key()), false), false);
    }
  }
}

}  // namespace errata
