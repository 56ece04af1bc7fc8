#include "proxy/cli/explain_json.hpp"

#include <boost/json.hpp>

#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

namespace json = boost::json;

json::string text(std::string_view bytes) {
  if (is_utf8(bytes)) return json::string(bytes);
  std::string out;
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return json::string(out);
}

json::array fields(const std::vector<capture_field>& list) {
  json::array out;
  for (const capture_field& f : list) out.push_back(json::array{text(f.name), text(f.value)});
  return out;
}

json::object counts(const leak_counts& removed) {
  json::object out;
  for (const auto& [kind, count] : by_kind(removed)) out[kind] = count;
  return out;
}

json::object found(const considered& c) {
  return {{"text", text(c.text)},
          {"origin", text(c.origin)},
          {"taken", c.outcome == fate::taken},
          {"outcome", fate_text(c.outcome)},
          {"removed", counts(c.removed)}};
}

json::value found_or_null(const considered& c) {
  if (c.text.empty()) return nullptr;
  return found(c);
}

json::object recorded(const capture& c) {
  json::array notes;
  for (const std::string& note : c.notes) notes.push_back(text(note));
  return {{"method", text(c.method)},    {"status", c.status},          {"reason", text(c.reason)},
          {"headers", fields(c.fields)}, {"body_bytes", c.body.size()}, {"truncated", c.truncated},
          {"notes", std::move(notes)}};
}

json::object body(const explanation& why) {
  return {{"coding_undone", why.had_coding},
          {"decoding", decoding_name(why.decoding)},
          {"charset", why.charset},
          {"kind", kind_name(why.kind)}};
}

std::string_view handling_name(const explained& e) noexcept {
  switch (e.handled) {
    case handling::passes:
      return "passes";
    case handling::untouched:
      return "untouched";
    case handling::rewritten:
      break;
  }
  return e.mode == normalize_mode::shadow ? "shadowed" : "rewritten";
}

void add_answer(const explained& e, json::object& out) {
  json::array messages;
  for (const considered& c : e.why.messages) messages.push_back(found(c));
  out["found"] = json::object{{"messages", std::move(messages)},
                              {"code", found_or_null(e.why.code)},
                              {"param", found_or_null(e.why.param)}};
  out["scrubbed"] = counts(e.answer.scrubbed);
  out["headers"] = json::object{
      {"kept", fields(e.kept)}, {"dropped", fields(e.dropped)}, {"added", fields(e.added)}};
  out["answer"] = json::object{
      {"status", e.answer.status}, {"head", text(e.head)}, {"body", text(e.answer.body)}};
  json::array defaults;
  for (const std::string_view what : e.defaults) defaults.push_back(json::string(what));
  out["fell_back"] = std::move(defaults);
}

}  // namespace

std::string explain_json(const explained& e) {
  json::object out{{"capture", text(e.source)},
                   {"recorded", recorded(e.recorded)},
                   {"handled", handling_name(e)}};
  if (e.handled != handling::passes) {
    out["recognised_as"] = e.answer.shape;
    out["reason"] = e.why.reason;
    out["body"] = e.why.inspected ? json::value(body(e.why)) : json::value(nullptr);
  } else {
    out["reason"] = e.why_it_passes;
  }
  if (e.handled == handling::rewritten) add_answer(e, out);
  return json::serialize(out) + '\n';
}

}  // namespace errata
