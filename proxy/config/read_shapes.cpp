#include "proxy/config/read_shapes.hpp"

#include <algorithm>
#include <set>

#include "policies/envelope.hpp"
#include "proxy/config/read_shape_parts.hpp"
#include "proxy/config/sections.hpp"

namespace errata {
namespace {

constexpr entry_rule rule_list{0, 64,
                               "[{ \"name\": \"acme\", \"extract\": { \"code\": \"/errno\" } }]"};
constexpr entry_rule route_list{1, 64, "[\"billing\"]"};
constexpr entry_rule mapped_codes{1, 256, "{ \"E1042\": \"insufficient_funds\" }"};
constexpr entry_rule mapped_statuses{1, 256, "{ \"E1042\": 402 }"};
constexpr unsigned least_status = 400;
constexpr unsigned most_status = 599;

// "shapes" is for errors, "success_errors" for successes; their rules have the same keys.
struct rule_kind {
  std::string_view key;
  std::string_view default_name;  // empty: a name is required
  bool for_successes;
};
constexpr rule_kind error_shapes{"shapes", {}, false};
constexpr rule_kind success_errors{"success_errors", "success_error", true};

using placed_rule = operator_shapes::placed_rule;

void read_name(object_reader& in, const rule_kind& kind, std::set<std::string>& names,
               shape_rule& out) {
  out.name = kind.default_name;
  if (kind.default_name.empty()) in.require("name", "\"acme-soap\"");
  const std::string fallback =
      out.name.empty() ? std::string() : object_reader::quote(kind.default_name);
  const auto value = in.value("name", "string", fallback);
  const auto name = value ? value->text(name_rule) : std::nullopt;
  if (!name) return;
  if (!is_name(*name)) {
    value->wants(name_rule, *name);
  } else if (!names.insert(*name).second) {
    value->wrong("a rule before this one has that name too: give this one a name of its own",
                 *name);
  }
  out.name = *name;
}

void read_routes_of(object_reader& in, const rule_kind& kind, placed_rule& out) {
  if (kind.for_successes) in.require("route", "\"billing\"");
  const auto value = in.value("route", "string or array");
  if (!value) return;
  out.every_route = false;
  value->one_or_list(route_list, [&](const located_value& one) {
    if (auto name = one.text("the name of a route")) {
      out.routes.push_back({one, std::move(*name)});
    }
  });
}

void read_codes(object_reader& in, shape_rule& out) {
  const auto value = in.value("codes", "object");
  if (!value) return;
  value->entries(mapped_codes, [&](const std::string& spelled, const located_value& one) {
    constexpr std::string_view what =
        "a code of lower case letters, digits and single underscores, such as "
        "\"insufficient_funds\"";
    const auto code = one.text(what);
    if (code && !is_code(*code)) one.wants(what, *code);
    if (code) out.codes[spelled] = *code;
  });
}

void read_statuses(object_reader& in, shape_rule& out) {
  in.integer("status", out.status, least_status, most_status);
  const auto value = in.value("statuses", "object");
  if (!value) return;
  value->entries(mapped_statuses, [&](const std::string& spelled, const located_value& one) {
    const json_node& node = one.node();
    if (node.what != json_node::kind::integer || node.integer < least_status ||
        node.integer > most_status) {
      return one.wants("a status from 400 to 599");
    }
    out.status_of_code[spelled] = static_cast<unsigned>(node.integer);
  });
}

// Keys that say something only together with others.
void check_whole(const object_reader& in, const rule_kind& kind, const shape_rule& rule) {
  for (const std::string_view key : {"codes", "statuses"}) {
    if (!in.has(key) || !rule.code.empty()) continue;
    in.problem_at_key(key, "maps what \"code\" in \"extract\" yields, and there is no such code");
  }
  if (kind.for_successes && !in.has("status") && !in.has("statuses")) {
    in.problem(
        "the success must become an error: \"status\" says which, such as 422, or \"statuses\" by "
        "its code");
  }
  if (kind.for_successes || !rule.message.empty() || !rule.code.empty() || !rule.param.empty()) {
    return;
  }
  if (!in.has("extract") && !in.has("status")) {
    in.problem(
        "the rule changes nothing: it wants \"extract\", such as "
        "{ \"message\": \"/error/text\" }, or \"status\"");
  }
}

void read_rule(object_reader& in, const rule_kind& kind, std::set<std::string>& names,
               placed_rule& out) {
  shape_rule rule;
  out.for_successes = kind.for_successes;
  read_name(in, kind, names, rule);
  read_routes_of(in, kind, out);
  in.object("match", [&](object_reader& m) { read_head_tests(m, kind.for_successes, rule); });
  if (kind.for_successes) in.require("when", "{ \"pointer\": \"/success\", \"equals\": false }");
  if (const auto value = in.value("when", "object or array")) read_body_tests(*value, rule);
  in.object("extract", [&](object_reader& e) { read_extraction(e, rule); });
  read_codes(in, rule);
  read_statuses(in, rule);
  in.boolean("trusted", rule.trusted);
  check_whole(in, kind, rule);
  out.rule = std::make_shared<const shape_rule>(std::move(rule));
}

void read_rules(object_reader& errors, const rule_kind& kind, std::set<std::string>& names,
                operator_shapes& out) {
  errors.list(kind.key, rule_list, [&](const located_value& value) {
    value.object("{ \"name\": \"acme\", \"extract\": { \"message\": \"/text\" } }",
                 [&](object_reader& in) {
                   placed_rule rule;
                   read_rule(in, kind, names, rule);
                   out.rules.push_back(std::move(rule));
                 });
  });
}

// The routes that a rule is for, by index; what is wrong with their names is reported.
std::vector<bool> routes_of(const placed_rule& rule, const configuration& config,
                            const std::vector<std::string_view>& known) {
  std::vector<bool> on(config.routes.size(), rule.every_route);
  for (const operator_shapes::route_name& wanted : rule.routes) {
    const auto found = std::find(known.begin(), known.end(), wanted.name);
    if (found == known.end()) {
      wanted.where.unknown_name("route", wanted.name, known);
      continue;
    }
    const auto index = static_cast<std::size_t>(found - known.begin());
    if (config.routes[index].respond) {
      wanted.where.wrong("that route responds itself: no upstream's response comes by it",
                         wanted.name);
    }
    if (on[index]) wanted.where.wrong("is named here already: remove it", wanted.name);
    on[index] = true;
  }
  return on;
}

}  // namespace

void read_shapes(object_reader& errors, operator_shapes& out) {
  std::set<std::string> names;
  read_rules(errors, error_shapes, names, out);
  read_rules(errors, success_errors, names, out);
}

void place_shapes(const operator_shapes& shapes, configuration& out) {
  std::vector<std::string_view> known;
  for (const route_config& route : out.routes) known.push_back(route.name);
  std::vector<route_shapes> by_route(out.routes.size());
  for (const placed_rule& rule : shapes.rules) {
    const std::vector<bool> on = routes_of(rule, out, known);
    for (std::size_t i = 0; i < on.size(); ++i) {
      if (!on[i] || out.routes[i].respond) continue;
      (rule.for_successes ? by_route[i].successes : by_route[i].errors).push_back(rule.rule);
    }
  }
  for (std::size_t i = 0; i < by_route.size(); ++i) {
    if (by_route[i].errors.empty() && by_route[i].successes.empty()) continue;
    out.routes[i].shapes = std::make_shared<const route_shapes>(std::move(by_route[i]));
  }
}

}  // namespace errata
