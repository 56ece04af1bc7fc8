#include "policies/normalize/param_name.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/text_list.hpp"

namespace errata {
namespace {

constexpr std::size_t max_spelled = 512;

constexpr text_list whole_object(std::array<std::string_view, 20>{
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
});

constexpr text_list request_parts(std::array<std::string_view, 14>{
    "body",
    "query",
    "path",
    "header",
    "headers",
    "cookie",
    "cookies",
    "params",
    "json",
    "payload",
    "querystring",
    "query_string",
    "form",
    "url",
});

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
  return key.empty() || whole_object.contains(key);
}

bool is_request_part(std::string_view step) noexcept {
  return request_parts.contains(step);
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
