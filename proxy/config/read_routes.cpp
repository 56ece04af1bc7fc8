// routes: what they match, where they lead, and whether one before hides them.
#include <algorithm>
#include <array>
#include <set>

#include "policies/message.hpp"
#include "proxy/config/addresses.hpp"
#include "proxy/config/route_cover.hpp"
#include "proxy/config/sections.hpp"

namespace errata {
namespace {

constexpr entry_rule route_list{1, 1024, "[{ \"upstream\": \"legacy\" }]"};
constexpr entry_rule method_list{1, 32, "[\"GET\", \"POST\"]"};
constexpr entry_rule limit_list{0, max_rules_per_route, "[\"per_ip\"]"};
constexpr std::uint64_t most_body = 1024ULL * 1024 * 1024 * 1024;

constexpr std::array normalize_modes = {
    choice_name<normalize_mode>{"enforce", normalize_mode::enforce},
    choice_name<normalize_mode>{"shadow", normalize_mode::shadow},
    choice_name<normalize_mode>{"off", normalize_mode::off}};
constexpr std::array status_policies = {
    choice_name<status_policy>{"preserve", status_policy::preserve},
    choice_name<status_policy>{"strict", status_policy::strict}};

// What routes refer to.
struct known_names {
  std::vector<std::string_view> upstreams;
  std::vector<std::string_view> rules;
  std::vector<std::string_view> codes;
};

known_names names_of(const configuration& config) {
  known_names out;
  for (const upstream_config& u : config.upstreams) out.upstreams.push_back(u.name);
  for (const rate_rule& r : config.rate_rules) out.rules.push_back(r.name);
  out.codes = config.errors.codes();
  return out;
}

std::optional<std::size_t> index_of(std::string_view name,
                                    std::span<const std::string_view> known) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) return {};
  return static_cast<std::size_t>(found - known.begin());
}

void read_method(const located_value& value, route_match& out) {
  constexpr std::string_view what = "a method such as \"GET\"";
  const auto method = value.text(what);
  if (!method) return;
  if (!is_token(*method)) return value.wants(what, *method);
  constexpr std::array<std::string_view, 7> usual = {"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};
  for (const std::string_view name : usual) {
    if (*method != name && iequals(*method, name)) {
      return value.wrong("methods are told apart by case: wants \"" + std::string(name) + '"',
                         *method);
    }
  }
  if (*method == "CONNECT" || *method == "TRACE") {
    return value.problem("never matches: errata refuses CONNECT and TRACE itself");
  }
  out.methods.push_back(*method);
}

template <class Parse>
void read_checked(object_reader& in, std::string_view key, std::string_view what, Parse&& parse,
                  std::string& out) {
  const auto value = in.value(key, "string");
  const auto text = value ? value->text(what) : std::nullopt;
  if (!text) return;
  auto parsed = parse(*text);
  if (!parsed.problem.empty()) return value->wrong(parsed.problem, *text);
  out = std::move(parsed.value);
}

void read_match(object_reader& in, route_match& out) {
  read_checked(in, "host", "a host such as \"api.example.com\"", parse_host_pattern, out.host);
  read_checked(in, "path_prefix", "a path such as \"/v1/billing\"", parse_path_prefix,
               out.path_prefix);
  in.list("methods", method_list, [&](const located_value& v) { read_method(v, out); });
}

// Either an upstream or a code; its name is the route's when it has none of its own.
void read_destination(object_reader& in, const known_names& known, route_config& out) {
  if (in.has("upstream") == in.has("respond")) {
    in.problem(in.has("upstream") ? "a route has \"upstream\" or \"respond\", not both"
                                  : "a route wants \"upstream\", the name of one, or \"respond\", "
                                    "a code of the catalog");
  }
  if (const auto value = in.value("upstream", "string")) {
    if (const auto name = value->text("the name of an upstream")) {
      const auto index = index_of(*name, known.upstreams);
      if (!index) value->unknown_name("upstream", *name, known.upstreams);
      out.upstream = index.value_or(0);
      out.name = *name;
    }
  }
  if (const auto value = in.value("respond", "string")) {
    if (const auto code = value->text("a code of the catalog, such as \"route_not_found\"")) {
      if (!index_of(*code, known.codes)) value->unknown_name("code", *code, known.codes);
      out.respond = *code;
      out.name = *code;
    }
    for (const std::string_view key : {"strip_prefix", "normalize", "body_limit"}) {
      if (!in.has(key)) continue;
      in.problem_at_key(key, "has no effect on a route that responds itself: remove it");
    }
  }
}

void read_limits(object_reader& in, const known_names& known, route_config& out) {
  in.list("rate_limits", limit_list, [&](const located_value& value) {
    const auto name = value.text("the name of a rate limit");
    if (!name) return;
    const auto found = index_of(*name, known.rules);
    if (!found) return value.unknown_name("rate limit", *name, known.rules);
    const auto index = static_cast<std::uint16_t>(*found);
    if (std::find(out.rate_limits.begin(), out.rate_limits.end(), index) != out.rate_limits.end()) {
      return value.problem("is on this route already: remove it");
    }
    out.rate_limits.push_back(index);
  });
}

void read_route(object_reader& in, const known_names& known, route_config& out,
                route_match& match) {
  read_destination(in, known, out);
  if (const auto value = in.value("name", "string")) {
    const auto name = value->text(name_rule);
    if (name && !is_name(*name)) value->wants(name_rule, *name);
    if (name) out.name = *name;
  }
  bool has_prefix = false;
  in.object("match", [&](object_reader& m) {
    read_match(m, match);
    has_prefix = m.has("path_prefix");
  });
  out.path_prefix = match.path_prefix;
  in.boolean("strip_prefix", out.strip_prefix);
  if (out.strip_prefix && !has_prefix && !out.respond) {
    in.problem_at_key("strip_prefix", "there is no \"path_prefix\" in \"match\" to strip");
  }
  in.choice("normalize", out.normalize, normalize_modes);
  in.choice("status_policy", out.policy, status_policies);
  read_limits(in, known, out);
  in.size("body_limit", out.body_limit, 0, most_body);
}

}  // namespace

void read_routes(object_reader& root, configuration& out) {
  root.require("routes", route_list.example);
  const known_names known = names_of(out);
  std::set<std::string> names;
  std::vector<bool> sound;
  root.list("routes", route_list, [&](const located_value& value) {
    route_config route;
    route_match match;
    const std::size_t before = value.context().problems.size();
    value.object("{ \"upstream\": \"legacy\" }", [&](object_reader& in) {
      read_route(in, known, route, match);
      if (!route.name.empty() && !names.insert(route.name).second) {
        in.problem("a route before this one is called \"" + route.name +
                   "\" too: give this one a \"name\" of its own");
      }
    });
    // Only a match that was read as written says anything about what it hides.
    sound.push_back(value.context().problems.size() == before);
    for (std::size_t i = 0; sound.back() && i < out.matches.size(); ++i) {
      if (!sound[i] || !covers(out.matches[i], match)) continue;
      value.problem("never matches: route \"" + out.routes[i].name +
                    "\" before it takes every such request; put this one first");
      break;
    }
    out.routes.push_back(std::move(route));
    out.matches.push_back(std::move(match));
  });
}

}  // namespace errata
