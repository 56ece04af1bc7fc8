#include "policies/normalize/negotiation.hpp"

#include <algorithm>
#include <optional>

namespace errata {
namespace {

// A qvalue in thousandths (RFC 9110 section 12.4.2); nothing if it is none.
std::optional<unsigned> parse_weight(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return {};
  unsigned weight = text[0] == '1' ? 1000 : 0;
  if (text.size() > 1 && text[1] != '.') return {};
  unsigned place = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return {};
    weight += static_cast<unsigned>(c - '0') * place;
    place /= 10;
  }
  return weight > 1000 ? std::nullopt : std::optional(weight);
}

struct preference {
  std::string_view name;
  unsigned weight = 1000;  // thousandths; a broken weight means no
};

preference read_preference(std::string_view member) noexcept {
  preference read;
  auto semicolon = std::min(member.find(';'), member.size());
  read.name = trim(member.substr(0, semicolon));
  while (semicolon < member.size()) {
    member.remove_prefix(semicolon + 1);
    semicolon = std::min(member.find(';'), member.size());
    const std::string_view parameter = trim(member.substr(0, semicolon));
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      read.weight = parse_weight(parameter.substr(2)).value_or(0);
    }
  }
  return read;
}

template <class F>
void for_each_preference(const field_list& fields, std::string_view name, F&& f) {
  for (const field& one : fields) {
    if (!iequals(one.name, name)) continue;
    for_each_member(one.value, [&f](std::string_view member) { f(read_preference(member)); });
  }
}

}  // namespace

bool accepts_coding(const field_list& request, std::string_view coding) noexcept {
  std::optional<bool> named;
  std::optional<bool> any;
  for_each_preference(request, "accept-encoding", [&](const preference& p) {
    if (iequals(p.name, coding)) named = p.weight > 0;
    if (p.name == "*") any = p.weight > 0;
  });
  return named.value_or(any.value_or(false));
}

bool prefers_problem(const field_list& request) noexcept {
  unsigned problem = 0;
  unsigned other = 0;
  for_each_preference(request, "accept", [&](const preference& p) {
    if (iequals(p.name, "application/problem+json")) {
      problem = std::max(problem, p.weight);
    } else if (iequals(p.name, "application/json") || iequals(p.name, "application/*") ||
               p.name == "*/*") {
      other = std::max(other, p.weight);
    }
  });
  return problem > other;
}

}  // namespace errata
