#include "policies/normalize/placeholders.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

#include "policies/normalize/json_param.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr int most_filled = 16;
constexpr std::size_t longest_value = 128;
constexpr std::size_t longest_name = 64;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

const json::value* values_of(const json::object& object) {
  for (const char* key : {"parameters", "params", "args", "arguments"}) {
    const json::value* values = member(object, key);
    if (values != nullptr && (values->is_object() || values->is_array())) return values;
  }
  return nullptr;
}

// A place: %name or {name}, where it ends and what it is called.
struct place {
  std::string_view name;
  std::size_t end = 0;
  bool counts_from_one = false;
};

place place_at(std::string_view text, std::size_t at) noexcept {
  const bool percent = text[at] == '%';
  const std::size_t braces = text.substr(at).starts_with("{{") ? 2 : 1;
  const std::size_t from = at + (percent ? 1 : braces);
  std::size_t end = from;
  while (end < text.size() && end - from < longest_name && is_name(text[end])) ++end;
  place found{text.substr(from, end - from), end, percent};
  if (percent) return found;
  const bool closed = text.substr(end).starts_with(braces == 2 ? "}}" : "}");
  found.end += braces;
  if (!closed) found.name = {};
  return found;
}

const json::value* value_for(const json::value& values, const place& open) {
  if (const json::object* map = values.if_object()) return map->if_contains(open.name);
  const json::array& list = values.get_array();
  if (open.name.size() != 1 || !is_digit(open.name.front())) return nullptr;
  std::size_t index = static_cast<std::size_t>(open.name.front() - '0');
  if (open.counts_from_one && index-- == 0) return nullptr;
  return index < list.size() ? &list[index] : nullptr;
}

bool append_value(std::string& out, const json::value& value) {
  if (const json::string* text = value.if_string()) {
    if (text->size() > longest_value) return false;
    out.append(text->data(), text->size());
    return true;
  }
  if (!value.is_int64() && !value.is_uint64() && !value.is_double() && !value.is_bool()) {
    return false;
  }
  out += json::serialize(value);
  return true;
}

}  // namespace

std::string fill_placeholders(std::string message, const json::object& object) {
  const auto opens = [](char c) { return c == '%' || c == '{'; };
  if (std::none_of(message.begin(), message.end(), opens)) return message;
  const json::value* values = values_of(object);
  if (values == nullptr) return message;
  std::string out;
  int filled = 0;
  for (std::size_t i = 0; i < message.size();) {
    if ((message[i] == '%' || message[i] == '{') && filled < most_filled) {
      const place open = place_at(message, i);
      const json::value* value = open.name.empty() ? nullptr : value_for(*values, open);
      if (value != nullptr && append_value(out, *value)) {
        ++filled;
        i = open.end;
        continue;
      }
    }
    out += message[i++];
  }
  return out;
}

}  // namespace errata
