#include "policies/normalize/param_name.hpp"

#include <algorithm>
#include <array>

namespace errata {
namespace {

constexpr std::size_t max_spelled = 512;

constexpr std::array<std::string_view, 20> whole_object = {
    "*",
    "$",
    "#",
    "/",
    ".",
    "__all__",
    "non_field_errors",
    "nonFieldErrors",
    "base",
    "_schema",
    "_error",
    "_errors",
    "general",
    "global",
    "root",
    "form",
    "_base",
    "null",
    "model",
    "object",
};

constexpr std::array<std::string_view, 14> request_parts = {
    "body",   "query", "path",    "header",      "headers",      "cookie", "cookies",
    "params", "json",  "payload", "querystring", "query_string", "form",   "url",
};

// Which bytes the texts of a list begin with: few others get past that.
template <class List>
constexpr std::array<bool, 256> first_bytes(const List& list) noexcept {
  std::array<bool, 256> table{};
  for (const std::string_view text : list) table[static_cast<unsigned char>(text.front())] = true;
  return table;
}

template <class List>
bool lists(const List& list, const std::array<bool, 256>& begins, std::string_view key) noexcept {
  return !key.empty() && begins[static_cast<unsigned char>(key.front())] &&
         std::find(list.begin(), list.end(), key) != list.end();
}

constexpr auto begins_whole_object = first_bytes(whole_object);
constexpr auto begins_request_part = first_bytes(request_parts);

// RFC 6901 section 4: ~1 is a slash, ~0 a tilde.
std::string unescape(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1')) {
      out += step[++i] == '0' ? '~' : '/';
    } else {
      out += step[i];
    }
  }
  return out;
}

std::string from_pointer(std::string_view pointer) {
  std::string path;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto slash = std::min(pointer.find('/'), pointer.size());
    const std::string_view step = pointer.substr(0, slash);
    if (!step.empty()) append_step(path, unescape(step));
    pointer.remove_prefix(slash);
  }
  return path;
}

}  // namespace

bool is_position(std::string_view step) noexcept {
  return !step.empty() && step.size() <= 9 &&
         std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view last_step(std::string_view path) noexcept {
  if (path.ends_with(']')) return path;
  const auto cut = path.find_last_of(".]");
  return cut == std::string_view::npos ? path : path.substr(cut + 1);
}

void append_step(std::string& path, std::string_view step) {
  if (is_position(step) && !path.empty()) {
    path += '[';
    path += step;
    path += ']';
  } else {
    if (!path.empty()) path += '.';
    path += step;
  }
}

bool is_whole_object(std::string_view key) noexcept {
  return key.empty() || lists(whole_object, begins_whole_object, key);
}

bool is_request_part(std::string_view step) noexcept {
  return lists(request_parts, begins_request_part, step);
}

std::string to_param(std::string_view spelled) {
  while (!spelled.empty() && spelled.front() == ' ') spelled.remove_prefix(1);
  while (!spelled.empty() && spelled.back() == ' ') spelled.remove_suffix(1);
  if (spelled.size() > max_spelled || is_whole_object(spelled)) return {};
  if (spelled.starts_with("#/")) spelled.remove_prefix(1);
  if (spelled.front() == '/') {
    for (const std::string_view wrapper :
         {"/data/attributes/", "/data/relationships/", "/body/", "/query/"}) {
      if (spelled.starts_with(wrapper)) {
        spelled.remove_prefix(wrapper.size() - 1);
        break;
      }
    }
    return from_pointer(spelled);
  }
  if (spelled.starts_with("$.")) spelled.remove_prefix(2);
  return std::string(spelled);
}

}  // namespace errata
