#include "policies/reference/json.hpp"

#include <boost/json/parse.hpp>

#include "policies/envelope.hpp"
#include "policies/reference/pretty_json.hpp"
#include "policies/reference/reference_text.hpp"

namespace errata {
namespace {

namespace json = boost::json;

std::string_view retry_name(retry_advice retry) {
  switch (retry) {
    case retry_advice::yes:
      return "yes";
    case retry_advice::if_idempotent:
      return "if_idempotent";
    case retry_advice::no:
      break;
  }
  return "no";
}

json::array numbers(const std::vector<unsigned>& all) {
  return json::array(all.begin(), all.end());
}

json::object of_envelope(const reference_model& model) {
  json::array members;
  for (const reference_member& m : envelope_members()) {
    members.push_back({{"name", m.name}, {"presence", m.presence}, {"meaning", m.meaning}});
  }
  return {{"members", std::move(members)},
          {"code_pattern", "^[a-z][a-z0-9_]{1,62}$"},
          {"max_message_bytes", max_message_bytes},
          {"example", json::parse(example_envelope(model))}};
}

json::object of_use(const reference_use& use) {
  json::object out = {{"statuses", numbers(use.statuses)}};
  if (use.others) out["every_other"] = use.status_class == 4 ? "4xx" : "5xx";
  if (use.of_invalid) out["in_place_of_invalid_status"] = true;
  out["type"] = use.type;
  out["retry"] = retry_name(use.retry);
  out["always_has_retry_after"] = use.always_has_retry_after;
  if (use.strict != 0) out["strict"] = use.strict;
  if (use.strict_503_if_safe) out["strict_503_if_safe"] = true;
  return out;
}

// Who makes a code; only what applies.
json::object of_origin(const reference_code& code) {
  json::object out;
  if (code.is_named) out["named"] = true;
  if (!code.upstream_statuses.empty()) out["upstream_statuses"] = numbers(code.upstream_statuses);
  if (code.other_upstream_statuses) {
    out["every_other"] = code.row->status < 500 ? "4xx" : "5xx";
  }
  if (code.invalid_upstream_status) out["invalid_upstream_status"] = true;
  json::array causes;
  for (const cause c : code.causes) causes.emplace_back(cause_name(c));
  if (!causes.empty()) out["causes"] = std::move(causes);
  return out;
}

json::object of_code(const reference_model& model, const reference_code& code) {
  json::object out = {{"code", code.row->code},
                      {"type", code.row->type},
                      {"status", code.row->status},
                      {"message", code.row->message}};
  if (!code.row->description.empty()) out["description"] = code.row->description;
  if (!model.options.doc_url_base.empty()) out["doc_url"] = model.doc_url(code.row->code);
  json::array uses;
  for (const reference_use& use : code.uses) uses.push_back(of_use(use));
  out["uses"] = std::move(uses);
  out["made_by"] = of_origin(code);
  return out;
}

}  // namespace

std::string json_reference(const reference_model& model) {
  json::array types;
  json::array codes;
  for (const reference_type& type : model.types) {
    json::object made = {{"type", type.type}, {"statuses", numbers(type.statuses)}};
    if (type.other_4xx) made["every_other_4xx"] = true;
    if (type.other_5xx) made["every_other_5xx"] = true;
    types.push_back(std::move(made));
    for (const reference_code& code : type.codes) codes.push_back(of_code(model, code));
  }
  json::array statuses;
  for (const reference_status& entry : model.statuses) {
    statuses.push_back({{"status", entry.status},
                        {"type", entry.row->type},
                        {"code", entry.row->code},
                        {"retry", retry_name(entry.row->retry)}});
  }
  json::object root = {{"request_id_header", model.options.request_id_field},
                       {"problem_json", model.options.problem_json}};
  if (!model.options.doc_url_base.empty()) root["doc_url_base"] = model.options.doc_url_base;
  root["envelope"] = of_envelope(model);
  root["types"] = std::move(types);
  root["statuses"] = std::move(statuses);
  root["codes"] = std::move(codes);
  return pretty_json(root);
}

}  // namespace errata
