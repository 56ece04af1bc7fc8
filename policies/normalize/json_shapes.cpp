#include "policies/normalize/json_shapes.hpp"

#include <algorithm>
#include <array>
#include <boost/container/static_vector.hpp>
#include <boost/json.hpp>
#include <limits>

#include "policies/normalize/boilerplate.hpp"
#include "policies/normalize/code_name.hpp"
#include "policies/normalize/json_forms.hpp"
#include "policies/normalize/json_keys.hpp"
#include "policies/normalize/json_param.hpp"
#include "policies/normalize/json_place.hpp"
#include "policies/normalize/json_repair.hpp"
#include "policies/normalize/param_name.hpp"
#include "policies/normalize/phrases.hpp"
#include "policies/normalize/placeholders.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr std::size_t max_parse_depth = 32;
constexpr int max_read_depth = 8;
constexpr unsigned max_values = 1024;      // looked at in one document
constexpr unsigned vague_rank = 8;         // from here on a key may mean something else
constexpr std::size_t max_message = 4096;  // of one message, before it is scrubbed

std::string_view view(const json::string& text) noexcept {
  return {text.data(), text.size()};
}

bool is_letter(char c) noexcept {
  const auto u = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || u >= 0x80;
}

class error_reader {
 public:
  error_reader(unsigned status, with_origins origins) noexcept
      : status_(status), origins_(origins == with_origins::yes) {}

  finding read(const json::value& value, const json_place& at) {
    finding found;
    if (const json::object* object = value.if_object()) {
      found = read_object(*object, at, false);
      found.shape = shape_of(*object);
    } else if (const json::array* array = value.if_array()) {
      found = read_array(*array, at);
      found.shape = "json_array";
    } else if (value.is_string()) {
      add_message(found, view(value.get_string()), at, true);
      found.shape = "json_string";
    } else {
      found.shape = "json_scalar";
    }
    return found;
  }

 private:
  // What the key of each member that is looked at means.
  using member_roles = boost::container::static_vector<key_roles, max_members>;
  static member_roles roles_in(const json::object& object) {
    member_roles roles;
    for (const auto& entry : object) {
      if (roles.size() == roles.capacity()) break;
      roles.push_back(roles_of(entry.key()));
    }
    return roles;
  }

  struct candidate {
    unsigned rank;
    std::string_view text;
    std::string_view key;
  };

  // What the key says that says it best: of equals the first.
  struct best_of_kind {
    unsigned rank = std::numeric_limits<unsigned>::max();
    std::string value = {};
    std::string_view key = {};

    void offer(unsigned offered, std::string&& text, std::string_view from) {
      if (offered < rank && !text.empty()) *this = {offered, std::move(text), from};
    }
  };

  bool exhausted() noexcept { return ++values_ > max_values; }

  std::string origin(const json_place& at) const { return origins_ ? at.to_text() : std::string(); }

  // Keeps `text` as a message unless it is only a status' name, or a code in a message's place:
  // that is kept as the code if none is known.
  void add_message(finding& found, std::string_view text, const json_place& at, bool code_too) {
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

  // JSON in a string, as gateways write it that wrap what they were told: no message itself, but it
  // is read, once.
  void add_document(finding& found, std::string_view text, const json_place& at) {
    if (unwrapped_) return;
    unwrapped_ = true;
    json::parse_options options;
    options.max_depth = max_parse_depth;
    json::error_code ec;
    const json::value inner = json::parse(text, ec, {}, options);
    if (!ec) merge(found, read(inner, at), false);
  }

  std::string usable_code(std::string_view spelled) const {
    std::string code = to_code(spelled);
    if (is_noise_code(code) || is_status_name(code, status_)) code.clear();
    return code;
  }

  // A code where any word counts is taken as it is; elsewhere it must look like a code.
  std::string code_from(std::string_view key, const key_roles& roles, std::string_view text) const {
    if (!roles.any_word_is_code) {
      if (is_exception_class(text)) return {};
      const bool capitalised = text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' &&
                               text[1] >= 'a' && text[1] <= 'z' && !is_machine_word(text);
      if (capitalised) return {};
      const bool screams = text.find('_') != std::string_view::npos;
      // What may be a plain word of any kind must look like a code.
      if ((is_key(key, "reason") || is_key(key, "status")) && !is_machine_word(text)) return {};
      if (is_key(key, "type") && is_category(text)) return {};
      const bool any_id = is_key(key, "name") || is_key(key, "id") || is_key(key, "issue") ||
                          is_key(key, "category") || is_key(key, "errorcategory");
      if (any_id && !screams) return {};
    } else if (status_ >= 500 && is_exception_class(text)) {
      return {};
    } else if (is_key(key, "errortype") && is_exception_class(text)) {
      return {};
    }
    return usable_code(text);
  }

  // --- one error ---

  finding read_object(const json::object& object, const json_place& at, bool in_list) {
    finding found;
    if (at.depth() > max_read_depth || exhausted()) return found;
    const member_roles all_roles = roles_in(object);
    read_own_members(object, all_roles, found, at, in_list);
    const bool said_enough = !found.messages.empty() && !is_weak(found.messages.front().text);
    for (std::size_t i = 0; i < all_roles.size(); ++i) {
      const key_roles& roles = all_roles[i];
      if (roles.internal || (!roles.holds_errors && !roles.holds_fields)) continue;
      const auto& entry = object.begin()[i];
      if (!entry.value().is_structured()) continue;
      if (lists_names(entry.key(), entry.value())) continue;
      // {"lang", "value"} has been read as the message that it is.
      if (roles.message != 0 && entry.value().is_object() && !sentence(entry.value()).empty()) {
        continue;
      }
      merge(found, read_holder(entry.value(), roles, json_place(at, entry.key())), said_enough);
    }
    if (const json::value* nested = member(object, "data"); nested != nullptr) {
      read_payload(object, *nested, found, json_place(at, "data"));
    }
    if (found.messages.empty() && status_ < 500) read_last_resorts(object, found, at);
    return found;
  }

  // The strings of the object itself, best first.
  void read_own_members(const json::object& object, const member_roles& all_roles, finding& found,
                        const json_place& at, bool in_list) {
    boost::container::static_vector<candidate, max_members> messages;
    best_of_kind code;
    best_of_kind param;
    param.offer(0, param_of_source(object), "source");
    for (std::size_t i = 0; i < all_roles.size(); ++i) {
      const key_roles& roles = all_roles[i];
      if (roles.internal) continue;
      const auto& entry = object.begin()[i];
      const std::string_view key = entry.key();
      if (roles.message != 0) {
        const std::string_view text = sentence(entry.value());
        if (!text.empty()) insert_by_rank(messages, {roles.message, text, key});
      }
      if (roles.code != 0 && roles.code < code.rank && entry.value().is_string()) {
        code.offer(roles.code, code_from(key, roles, view(entry.value().get_string())), key);
      }
      if (roles.param != 0 && roles.param < param.rank &&
          (in_list || is_param_at_top(object, key))) {
        param.offer(roles.param, param_from(object, key, entry.value()), key);
      }
    }
    if (!code.value.empty()) {
      found.code = std::move(code.value);
      found.code_origin = origin(json_place(at, code.key));
      found.broad_code = code.rank >= vague_rank && is_broad_code(found.code);
    }
    for (const candidate& said : messages) {
      // Keys that only may hold a sentence: a single word is none.
      if (said.rank < vague_rank || is_wordy(said.text)) {
        add_message(found, said.text, json_place(at, said.key), true);
      }
    }
    prefer_specific(found);
    if (!found.messages.empty()) {
      std::string& text = found.messages.front().text;
      text = fill_placeholders(std::move(text), object);
    }
    if (!param.value.empty()) {
      found.param = std::move(param.value);
      found.param_origin = origin(json_place(at, param.key));
    }
  }

  template <class List>
  static void insert_by_rank(List& list, const candidate& added) {
    const auto by_rank = [](const candidate& a, const candidate& b) { return a.rank < b.rank; };
    list.insert(std::upper_bound(list.begin(), list.end(), added, by_rank), added);
  }

  // What is said beside "Validation failed" says more than that.
  static void prefer_specific(finding& found) {
    if (found.messages.size() < 2 || !is_weak(found.messages.front().text)) return;
    const auto better = std::find_if(found.messages.begin(), found.messages.end(),
                                     [](const statement& s) { return !is_weak(s.text); });
    if (better != found.messages.end()) std::rotate(found.messages.begin(), better, better + 1);
  }

  // --- errors in errors ---

  finding read_holder(const json::value& value, const key_roles& roles, const json_place& at) {
    if (const json::array* array = value.if_array()) return read_array(*array, at);
    const json::object* object = value.if_object();
    if (object == nullptr) return {};
    if (roles.holds_fields && is_field_map(*object)) {
      finding found = read_field_map(*object, {}, at, roles.maps_words);
      if (!found.messages.empty()) return found;
    }
    return read_object(*object, at, true);
  }

  finding read_element(const json::value& value, const json_place& at) {
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

  // Whether `other`, which comes after the error that counts, is a further one.
  static void count_other(finding& first, const finding& other) {
    if (other.messages.empty() || first.messages.empty()) return;
    statement& said = first.messages.front();
    if (other.messages.front().text == said.text) return;
    said.others += 1 + other.messages.front().others;
  }

  finding read_array(const json::array& array, const json_place& at) {
    finding best = read_elements(array, at, false);
    // Hints and warnings come first in some lists, and count where there is nothing worse.
    if (best.messages.empty() && best.code.empty()) best = read_elements(array, at, true);
    return best;
  }

  finding read_elements(const json::array& array, const json_place& at, bool hints) {
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

  // A nested error that names a parameter says more than a sentence around it that does not; one
  // without is asked only when the outer one says nothing.
  static void merge(finding& outer, finding inner, bool outer_said_enough) {
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

  // --- {"email": ["is not valid"]} ---

  finding read_field_map(const json::object& object, const std::string& prefix,
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
      const bool wrapper = prefix.empty() && entry.value().is_object() &&
                           (is_request_part(key) || roles.holds_fields);
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

  // `words`: single words count as messages too.
  finding read_field(const json::value& value, const std::string& path, const json_place& at,
                     bool words) {
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

  // --- objects none of whose keys is known ---

  // What failed, or what came of it: asked for a message only when nothing else has one.
  void read_payload(const json::object& object, const json::value& data, finding& found,
                    const json_place& at) {
    const bool said_enough = !found.messages.empty() && !is_weak(found.messages.front().text);
    if (const json::string* text = data.if_string(); text != nullptr && is_wordy(view(*text))) {
      finding inner;
      if (!said_enough) add_message(inner, view(*text), at, false);
      return merge(found, std::move(inner), false);
    }
    const json::object* map = data.if_object();
    if (map == nullptr) return;
    const bool is_map = says_failed(object) && is_field_map(*map);
    finding inner = is_map ? read_field_map(*map, {}, at, false) : read_object(*map, at, true);
    if (said_enough) inner.messages.clear();
    merge(found, std::move(inner), said_enough);
  }

  void read_last_resorts(const json::object& object, finding& found, const json_place& at) {
    const bool nested = object.contains("_errors") && is_field_map(object);
    if (nested || is_map_of_lists(object))
      merge(found, read_field_map(object, {}, at, false), false);
    if (found.messages.empty() && found.code.empty() && object.size() == 1) {
      const auto& only = *object.begin();
      if (!roles_of(only.key()).internal && only.value().is_object()) {
        merge(found, read_object(only.value().get_object(), json_place(at, only.key()), false),
              false);
      }
    }
  }

  unsigned status_;
  bool origins_;
  unsigned values_ = 0;
  bool unwrapped_ = false;
};

}  // namespace

finding read_error_value(const json::value& value, unsigned status, with_origins origins,
                         std::string_view root) {
  const json_place document;
  if (root.empty()) return error_reader(status, origins).read(value, document);
  return error_reader(status, origins).read(value, json_place(document, root));
}

std::optional<finding> extract_json(std::string_view text, unsigned status, with_origins origins) {
  std::array<unsigned char, 8192> tree;
  std::array<unsigned char, 2048> stack;
  json::monotonic_resource memory(tree.data(), tree.size());
  json::parse_options options;
  options.max_depth = max_parse_depth;
  json::parser parser(json::storage_ptr(), options, stack.data(), stack.size());
  parser.reset(&memory);
  json::error_code ec;
  parser.write_some(text.data(), text.size(), ec);
  if (ec) return {};
  const json::value value = parser.release();
  return read_error_value(value, status, origins);
}

std::optional<finding> extract_cut_json(std::string_view text, unsigned status,
                                        with_origins origins) {
  const std::string repaired = close_json(text, max_parse_depth);
  if (repaired.empty()) return {};
  return extract_json(repaired, status, origins);
}

}  // namespace errata
