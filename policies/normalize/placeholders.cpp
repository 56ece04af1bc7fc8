#include "policies/normalize/placeholders.hpp"

#include <string_view>

#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

constexpr int most_filled = 16;
constexpr std::size_t longest_value = 128;
constexpr std::size_t longest_name = 64;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

const json_part* values_of(const json_part& object) {
  for (const key_id key :
       {key_named("parameters"), key_named("params"), key_named("args"), key_named("arguments")}) {
    const json_part* values = object.find(key);
    if (values != nullptr && values->is_structured()) return values;
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

const json_part* value_for(const json_part& values, const place& open) {
  if (values.is_object()) return values.find(open.name);
  if (open.name.size() != 1 || !is_digit(open.name.front())) return nullptr;
  int index = open.name.front() - '0' - (open.counts_from_one ? 1 : 0);
  for (const json_part& value : values) {
    if (index-- == 0) return &value;
  }
  return nullptr;
}

bool append_value(std::string& out, const json_part& value) {
  if (value.is_structured() || value.kind() == json_kind::null) return false;
  if (value.text().size() > longest_value) return false;
  out.append(value.text());
  return true;
}

}  // namespace

std::string fill_placeholders(std::string message, const json_part& object) {
  const std::size_t first =
      find_marked(message, 0, [](sixteen_bytes next) { return next.equal('%') | next.equal('{'); });
  if (first == message.size()) return message;
  const json_part* values = values_of(object);
  if (values == nullptr) return message;
  std::string out;
  int filled = 0;
  for (std::size_t i = 0; i < message.size();) {
    if ((message[i] == '%' || message[i] == '{') && filled < most_filled) {
      const place open = place_at(message, i);
      const json_part* value = open.name.empty() ? nullptr : value_for(*values, open);
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
