#include "policies/reference/openapi.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>

#include "policies/envelope.hpp"
#include "policies/reference/pretty_json.hpp"
#include "policies/reference/reference_text.hpp"

namespace errata {
namespace {

namespace json = boost::json;

json::object ref(const std::string& kind, std::string_view name) {
  return {{"$ref", "#/components/" + kind + '/' + std::string(name)}};
}

json::object schemas(const reference_model& model) {
  json::array types;
  json::array codes;
  for (const reference_type& type : model.types) {
    types.emplace_back(type.type);
    for (const reference_code& code : type.codes) codes.emplace_back(code.row->code);
  }
  json::object members;
  json::array required;
  for (const reference_member& m : envelope_members()) {
    json::object schema;
    if (m.name == "type" || m.name == "code") {
      schema = ref("schemas", m.name == "type" ? "ErrorType" : "ErrorCode");
    } else {
      schema["type"] = "string";
    }
    schema["description"] = m.meaning;
    // In characters, which are at most as many as bytes.
    if (m.name == "message") {
      schema["minLength"] = 1;
      schema["maxLength"] = max_message_bytes;
    }
    if (m.name == "doc_url") schema["format"] = "uri";
    if (m.presence == "always") required.emplace_back(m.name);
    members[m.name] = std::move(schema);
  }
  return {{"ErrorType",
           {{"type", "string"}, {"description", "The category."}, {"enum", std::move(types)}}},
          {"ErrorCode",
           {{"type", "string"},
            {"description",
             "The documented codes are among the examples; services may send others of this form."},
            {"pattern", "^[a-z][a-z0-9_]{1,62}$"},
            {"examples", std::move(codes)}}},
          {"Error",
           {{"type", "object"},
            {"required", std::move(required)},
            {"properties", std::move(members)},
            {"additionalProperties", false}}},
          {"ErrorEnvelope",
           {{"type", "object"},
            {"description", "The body of every error."},
            {"required", json::array{"error"}},
            {"properties", {{"error", ref("schemas", "Error")}}},
            {"additionalProperties", false},
            {"examples", json::array{json::parse(example_envelope(model))}}}}};
}

json::object problem_schema() {
  const json::object text = {{"type", "string"}};
  return {{"type", "object"},
          {"description", "The same error as RFC 9457 has it, for clients that prefer it."},
          {"required", {"type", "title", "status", "detail", "code"}},
          {"properties",
           {{"type", {{"type", "string"}, {"format", "uri-reference"}}},
            {"title", text},
            {"status", {{"type", "integer"}, {"minimum", 400}, {"maximum", 599}}},
            {"detail", text},
            {"instance", {{"type", "string"}, {"format", "uri-reference"}}},
            {"code", ref("schemas", "ErrorCode")},
            {"param", text}}}};
}

json::object headers() {
  return {{"RequestId",
           {{"description", "Names this exchange. Quote it to support."},
            {"required", true},
            {"schema", {{"type", "string"}, {"minLength", 1}}}}},
          {"RetryAfter",
           {{"description",
             "How many seconds to wait before the request is repeated, or the date "
             "from which it may be."},
            {"required", true},
            {"schema", {{"type", "string"}}}}},
          {"WWWAuthenticate",
           {{"description", "Which credentials are wanted."},
            {"required", true},
            {"schema", {{"type", "string"}}}}}};
}

// An object's key, which is also the name of a response.
std::string response_name(unsigned status) {
  return "Error" + std::to_string(status);
}

bool is_sent_as(const reference_use& use, unsigned status) {
  return std::find(use.statuses.begin(), use.statuses.end(), status) != use.statuses.end();
}

json::object example(const reference_model& model, const catalog_row& row, std::string_view type) {
  json::object error = {{"type", type}, {"message", row.message}, {"code", row.code}};
  if (!model.options.doc_url_base.empty()) error["doc_url"] = model.doc_url(row.code);
  json::object out = {{"summary", row.message}};
  if (!row.description.empty()) out["description"] = row.description;
  out["value"] = json::object{{"error", std::move(error)}};
  return out;
}

// Every code that goes with `status`, the default of the status first.
json::object examples(const reference_model& model, const reference_status& entry) {
  json::object out = {{entry.row->code, example(model, *entry.row, entry.row->type)}};
  for (const reference_type& type : model.types) {
    for (const reference_code& code : type.codes) {
      if (out.contains(code.row->code)) continue;
      const auto use =
          std::find_if(code.uses.begin(), code.uses.end(),
                       [&](const reference_use& u) { return is_sent_as(u, entry.status); });
      if (use != code.uses.end()) out[code.row->code] = example(model, *code.row, use->type);
    }
  }
  return out;
}

json::object response(const reference_model& model, std::string description, json::object shown) {
  json::object media = {{"schema", ref("schemas", "ErrorEnvelope")}};
  if (!shown.empty()) media["examples"] = std::move(shown);
  json::object content = {{"application/json", std::move(media)}};
  if (model.options.problem_json) {
    content["application/problem+json"] = json::object{{"schema", ref("schemas", "Problem")}};
  }
  return {{"description", std::move(description)},
          {"headers", {{model.options.request_id_field, ref("headers", "RequestId")}}},
          {"content", std::move(content)}};
}

json::object response_of(const reference_model& model, const reference_status& entry) {
  json::object out =
      response(model, '`' + entry.row->type + "`: " + entry.row->message, examples(model, entry));
  json::object& fields = out["headers"].as_object();
  if (entry.status == 429 || entry.status == 503) {
    fields["Retry-After"] = ref("headers", "RetryAfter");
  }
  if (entry.status == 401) fields["WWW-Authenticate"] = ref("headers", "WWWAuthenticate");
  return out;
}

}  // namespace

std::string openapi_reference(const reference_model& model) {
  json::object responses;
  for (const reference_status& entry : model.statuses) {
    responses[response_name(entry.status)] = response_of(model, entry);
  }
  for (const char* range : {"4XX", "5XX"}) {
    responses[std::string("Error") + range] =
        response(model, std::string("Any ") + range + " that is not described by itself.", {});
  }
  json::object described = schemas(model);
  if (model.options.problem_json) described["Problem"] = problem_schema();
  json::object components = {{"schemas", std::move(described)},
                             {"headers", headers()},
                             {"responses", std::move(responses)}};
  return pretty_json(
      json::object{{"openapi", "3.1.0"},
                   {"info",
                    {{"title", "Errors"},
                     {"version", "1.0.0"},
                     {"description",
                      "Components for the errors of an API. Refer to them from its responses: "
                      "\"404\": {\"$ref\": \"errors.json#/components/responses/Error404\"}."}}},
                   {"components", std::move(components)}});
}

}  // namespace errata
