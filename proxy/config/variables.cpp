#include "proxy/config/variables.hpp"

#include <algorithm>
#include <cstdlib>

namespace errata {
namespace {

// A variable's value is not the author's text, so its size is bounded here.
constexpr std::size_t max_expanded = 64 * 1024;

bool is_variable_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// Appends what `inside`, the text between the braces, stands for; returns the problem, if any.
std::string expand_one(std::string_view inside, const environment& env, std::string& out) {
  const std::size_t dash = inside.find(":-");
  const std::string_view name = inside.substr(0, dash);
  if (!is_variable_name(name)) {
    return "${" + std::string(inside.substr(0, 60)) +
           "} names no environment variable: wants ${NAME} or ${NAME:-default}";
  }
  const auto value = env ? env(name) : std::nullopt;
  if (dash != std::string_view::npos) {
    out += value && !value->empty() ? std::string_view(*value) : inside.substr(dash + 2);
  } else if (value) {
    out += *value;
  } else {
    return "the environment variable " + std::string(name) + " is not set: set it, or write ${" +
           std::string(name) + ":-default}";
  }
  return {};
}

}  // namespace

expanded_text expand_variables(std::string_view text, const environment& env) {
  expanded_text out;
  while (!text.empty()) {
    const std::size_t open = text.find("${");
    out.text += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const bool escaped = open > 0 && text[open - 1] == '$';
    text.remove_prefix(open + 2);
    if (escaped) {
      out.text += '{';  // the first of the two '$' is already there
      continue;
    }
    const std::size_t close = text.find('}');
    if (close == std::string_view::npos) {
      out.problem = "a ${ without its }: write $${ for a ${ that is meant as it stands";
      return out;
    }
    out.problem = expand_one(text.substr(0, close), env, out.text);
    if (out.problem.empty() && out.text.size() > max_expanded) {
      out.problem = "longer than 64 KiB after its environment variables were put in";
    }
    if (!out.problem.empty()) return out;
    text.remove_prefix(close + 1);
  }
  return out;
}

std::optional<std::string> process_variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return {};
  return value;
}

}  // namespace errata
