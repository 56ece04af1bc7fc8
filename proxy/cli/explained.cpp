#include "proxy/cli/explained.hpp"

#include <algorithm>

#include "policies/reason_phrase.hpp"
#include "proxy/retry_after.hpp"

namespace errata {
namespace {

std::vector<capture_field> fields_of(std::string_view lines) {
  std::vector<capture_field> fields;
  while (!lines.empty()) {
    const auto end = std::min(lines.find("\r\n"), lines.size());
    const std::string_view line = lines.substr(0, end);
    const auto colon = std::min(line.find(": "), line.size());
    fields.push_back({std::string(line.substr(0, colon)),
                      std::string(line.substr(std::min(colon + 2, line.size())))});
    lines.remove_prefix(std::min(end + 2, lines.size()));
  }
  return fields;
}

// Fields that errata writes whatever came.
bool is_own(std::string_view name) noexcept {
  const field_id id = identify_field(name);
  return id == field_id::content_type || id == field_id::x_content_type_options ||
         id == field_id::content_length;
}

// Tells the recorded fields that are sent from those that are not, and what is sent beside them.
// What is kept is kept in order and byte for byte, so one walk over both lists does.
void compare_fields(const std::vector<capture_field>& sent, explained& out) {
  std::size_t next = 0;
  for (const capture_field& f : out.recorded.fields) {
    const bool same = !is_own(f.name) && next < sent.size() && sent[next].name == f.name &&
                      sent[next].value == f.value;
    (same ? out.kept : out.dropped).push_back(f);
    if (same) ++next;
  }
  out.added.assign(sent.begin() + static_cast<std::ptrdiff_t>(next), sent.end());
}

void write_head(const normalizer& errors, const response_head& head, explained& out) {
  std::string lines;
  errors.append_error_fields(lines, head, out.answer.status, out.answer.format);
  append_retry_after(lines, out.answer.status, &head, 0);
  if (out.recorded.method != "HEAD") {
    append_number_line(lines, "Content-Length: ", out.answer.body.size());
  }
  compare_fields(fields_of(lines), out);
  out.head = "HTTP/1.1 " + std::to_string(out.answer.status) + ' ';
  out.head.append(reason_phrase(out.answer.status)).append("\r\n").append(lines);
}

// As much of the body as the proxy would collect.
struct collected {
  std::string_view bytes;
  body_state state = body_state::absent;
};

collected collect(const normalizer& errors, verdict decided, const capture& c) {
  if (decided == verdict::replace) return {};
  const std::string_view bytes = c.body;
  if (bytes.size() > errors.max_body()) {
    return {bytes.substr(0, errors.max_body()), body_state::over_cap};
  }
  return {bytes, c.truncated ? body_state::truncated : body_state::complete};
}

// Why the body is not even looked at; empty when it is. Static.
std::string_view why_it_passes(const normalizer& errors, verdict decided,
                               const request_facts& facts, const response_head& head,
                               const collected& body) {
  if (decided == verdict::pass) return "not the status of an error";
  if (decided != verdict::inspect) return {};
  if (body.state != body_state::complete) return "a success that does not come whole";
  if (!errors.may_still_be_error(facts, head, body.bytes)) {
    return "a success that no rule takes for an error";
  }
  return {};
}

}  // namespace

explained explain_capture(const explain_rules& rules, capture recorded, std::string source) {
  explained out;
  out.source = std::move(source);
  out.recorded = std::move(recorded);
  out.mode = rules.mode;
  const capture& c = out.recorded;
  const response_head head = head_of(c);
  const field_list request_fields = view_of(c.request_fields);
  const request_facts facts{c.method, &request_fields, rules.policy, {}, rules.shapes};
  if (rules.mode == normalize_mode::off) {
    out.why_it_passes = "the route's normalize is off";
    return out;
  }
  const verdict decided = rules.errors.judge(facts, head);
  const collected body = collect(rules.errors, decided, c);
  out.why_it_passes = why_it_passes(rules.errors, decided, facts, head, body);
  if (!out.why_it_passes.empty()) return out;
  out.answer = rules.errors.normalize(facts, head, body.bytes, body.state, &out.why);
  if (out.answer.untouched && decided == verdict::inspect) {
    out.why_it_passes = "a success that no rule takes for an error";
    return out;
  }
  out.handled = out.answer.untouched ? handling::untouched : handling::rewritten;
  if (out.answer.untouched) return out;
  write_head(rules.errors, head, out);
  if (out.answer.default_message) out.defaults.emplace_back("message");
  if (out.answer.default_code) out.defaults.emplace_back("code");
  return out;
}

std::string_view kind_name(body_kind kind) noexcept {
  switch (kind) {
    case body_kind::empty:
      return "empty";
    case body_kind::json:
      return "json";
    case body_kind::xml:
      return "xml";
    case body_kind::html:
      return "html";
    case body_kind::form:
      return "form";
    case body_kind::text:
      return "text";
    case body_kind::binary:
      break;
  }
  return "binary";
}

std::string_view decoding_name(decode_status status) noexcept {
  switch (status) {
    case decode_status::complete:
      return "complete";
    case decode_status::cut:
      return "cut";
    case decode_status::opaque:
      break;
  }
  return "opaque";
}

std::vector<std::pair<std::string_view, unsigned>> by_kind(const leak_counts& removed) {
  std::vector<std::pair<std::string_view, unsigned>> kinds;
  for (std::size_t i = 0; i < leak_kind_count; ++i) {
    const auto kind = static_cast<leak_kind>(i);
    if (removed[kind] != 0) kinds.emplace_back(leak_kind_name(kind), removed[kind]);
  }
  return kinds;
}

}  // namespace errata
