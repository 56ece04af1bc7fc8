// Whatever a client sends as traceparent and tracestate: what is taken for valid is what the
// grammar of W3C trace-context says, read by another reader; valid ones go on byte for byte, others
// not.
//
// The bytes: lines; one that begins with 's' is a value of tracestate, any other of traceparent.
#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "policies/headers.hpp"
#include "policies/request_id.hpp"
#include "tests/fuzz/fuzz_support.hpp"

namespace {

using namespace errata;
using fuzz::require;

// Sections 3.2.2 and 4.3 of trace-context.
bool says_the_grammar(std::string_view value) {
  static const RE2 grammar("(?s)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?",
                           RE2::Latin1);
  re2::StringPiece version;
  re2::StringPiece trace_id;
  re2::StringPiece parent_id;
  re2::StringPiece flags;
  re2::StringPiece rest;
  const re2::StringPiece text(value.data(), value.size());
  if (!RE2::FullMatch(text, grammar, &version, &trace_id, &parent_id, &flags, &rest)) return false;
  const auto is_zero = [](const re2::StringPiece& id) {
    return std::all_of(id.begin(), id.end(), [](char c) { return c == '0'; });
  };
  if (version == "ff" || is_zero(trace_id) || is_zero(parent_id)) return false;
  return version != "00" || rest.empty();
}

std::string lines_named(std::string_view text, std::string_view name) {
  std::string out;
  while (!text.empty()) {
    const auto whole = text.substr(0, text.find("\r\n"));
    text.remove_prefix(std::min(whole.size() + 2, text.size()));
    if (whole.starts_with(name) && whole.substr(name.size()).starts_with(": ")) {
      out.append(whole.substr(name.size() + 2)).append("\n");
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  request_head head;
  head.method = "GET";
  head.target = "/";
  std::string parents;
  std::string states;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    const bool is_state = whole.starts_with('s');
    const std::string_view value = is_state ? trim(whole.substr(1)) : whole;
    const bool valid = is_valid_traceparent(value);
    require(valid == says_the_grammar(value), "not what the grammar says");
    // As the parser lets them through.
    if (value.empty() || !is_field_value(value)) continue;
    head.fields.add(is_state ? "tracestate" : "traceparent", value);
    (is_state ? states : parents).append(value).append("\n");
  }
  forwarding_facts facts;
  facts.peer = "192.0.2.1";
  facts.authority = "api.example";
  facts.pseudonym = "errata";
  facts.request_id_field = "X-Request-Id";
  facts.request_id = "0123456789";
  // As proxy/exchange_request.cpp decides.
  facts.pass_trace = head.fields.count(field_id::traceparent) == 1 &&
                     is_valid_traceparent(head.fields.value(field_id::traceparent));
  std::string out;
  fuzz::bounded_cost(size, "append_request_fields", [&] {
    out.clear();
    require(append_request_fields(out, head, facts), "refused");
  });
  if (!facts.pass_trace) parents = states = "";
  require(lines_named(out, "traceparent") == parents, "traceparent is not as it came");
  require(lines_named(out, "tracestate") == states, "tracestate is not as it came");
  return 0;
}
