// Feeds recorded responses to the normalizer without a network: one JSON object a line in, one out.
//
// In:  {"method", "request_headers": [[name, value]...], "status", "headers": [[name, value]...],
//       "body_hex", "truncated": bool, "strict": bool}
// Out: {"verdict", "untouched", "status", "headers": [...], "body", "shape", "code", "scrubbed"}
// corpus_report.py drives it.
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "policies/catalog.hpp"
#include "policies/normalize/normalizer.hpp"

namespace {

namespace json = boost::json;
using namespace errata;

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c - 'a' + 10;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1]));
  }
  return bytes;
}

// Values are latin-1 in the corpus; the JSON carries them as UTF-8, which no check depends on.
void add_fields(field_list& fields, const json::value& list) {
  for (const json::value& entry : list.as_array()) {
    fields.add(std::string_view(entry.at(0).as_string()),
               std::string_view(entry.at(1).as_string()));
  }
}

json::array parse_lines(std::string_view lines) {
  json::array fields;
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    const auto colon = line.find(": ");
    fields.push_back(json::array{line.substr(0, colon), line.substr(colon + 2)});
    lines.remove_prefix(end + 2);
  }
  return fields;
}

json::object run(const normalizer& subject, const json::value& in) {
  const std::string body = from_hex(in.at("body_hex").as_string());
  field_list request_fields;
  add_fields(request_fields, in.at("request_headers"));
  const request_facts request{
      in.at("method").as_string(), &request_fields,
      in.at("strict").as_bool() ? status_policy::strict : status_policy::preserve};
  response_head response;
  response.status = static_cast<unsigned>(in.at("status").as_int64());
  add_fields(response.fields, in.at("headers"));

  json::object out;
  const verdict v = subject.judge(request, response);
  if (v == verdict::pass) return {{"verdict", "pass"}};
  body_state state = body_state::complete;
  std::string_view collected = body;
  if (v == verdict::replace) {
    state = body_state::absent;
    collected = {};
  } else if (collected.size() > subject.max_body()) {
    state = body_state::over_cap;
    collected = collected.substr(0, subject.max_body());
  } else if (in.at("truncated").as_bool()) {
    state = body_state::truncated;
  }
  const normalized result = subject.normalize(request, response, collected, state);
  out["verdict"] = v == verdict::replace ? "replace" : "need_body";
  out["untouched"] = result.untouched;
  out["status"] = result.status;
  out["body"] = result.body;
  out["shape"] = result.shape;
  out["code"] = result.code;
  out["scrubbed"] = result.scrubbed.internals();
  std::string fields;
  if (!result.untouched) subject.append_error_fields(fields, response, result.status);
  out["headers"] = parse_lines(fields);
  return out;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  const normalizer subject(catalog::built_in(), {});
  std::string line;
  while (std::getline(std::cin, line)) {
    std::cout << json::serialize(run(subject, json::parse(line))) << '\n' << std::flush;
  }
  return 0;
}
