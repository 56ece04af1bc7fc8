#include "tests/properties/promises.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "policies/envelope.hpp"
#include "policies/message.hpp"
#include "policies/normalize/explanation.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata::promises {
namespace {

constexpr std::size_t most_envelope_bytes = 4096;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string fault_of_envelope(const normalized& made) {
  if (!is_canonical(made.body, made.status, catalog::built_in())) return "not canonical";
  if (!is_utf8(made.body)) return "not UTF-8";
  if (made.body.size() > most_envelope_bytes) return "too large";
  if (made.status < 400 || made.status > 599) return "not the status of an error";
  if (made.shape.empty()) return "no shape";
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(made.body, failed);
  if (failed) return "not JSON";
  const auto& error = parsed.at("error").as_object();
  if (std::string_view(error.at("code").as_string()) != made.code) return "another code is logged";
  for (const std::string_view name : {"message", "param"}) {
    const auto* text = error.if_contains(name);
    if (text == nullptr) continue;
    std::string fault = fault_of_message(text->as_string());
    if (!fault.empty()) return std::string(name) + ": " + fault;
  }
  return {};
}

std::string fault_of_fields(std::string_view lines) {
  bool typed = false;
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    if (end == std::string_view::npos) return "a field line without an end";
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end + 2);
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) return "a field line without a colon";
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 2);
    if (!is_token(name) || !is_field_value(value)) return "no field: " + std::string(name);
    if (identify_field(name) == field_id::content_type) {
      if (typed || value != "application/json") return "a wrong Content-Type";
      typed = true;
    }
    for (const field_id gone : {field_id::content_length, field_id::content_encoding,
                                field_id::transfer_encoding, field_id::etag}) {
      if (identify_field(name) == gone) return "describes the old body: " + std::string(name);
    }
  }
  return typed ? "" : "no Content-Type";
}

// An envelope that comes by again is left alone.
std::string fault_of_second_pass(const normalizer& rules, const normalized& made) {
  const field_list sent;
  response_head again;
  again.status = made.status;
  again.fields.add("Content-Type", "application/json");
  const normalized second = rules.normalize({"GET", &sent, status_policy::preserve}, again,
                                            made.body, body_state::complete);
  return second.untouched ? "" : "not left alone the second time";
}

// Nobody gets another answer than the one that was explained, for which all is read.
std::string fault_of_explained(const normalizer& rules, const request_facts& request,
                               const response_head& head, std::string_view body, body_state state,
                               const normalized& made) {
  explanation why;
  const normalized told = rules.normalize(request, head, body, state, &why);
  const bool same = told.status == made.status && told.untouched == made.untouched &&
                    told.code == made.code && (made.untouched || told.body == made.body);
  return same ? "" : "another answer when it is explained: " + told.body;
}

}  // namespace

bool shows(std::string_view text, const secret& one) {
  return std::search(text.begin(), text.end(), one.mark.begin(), one.mark.end(),
                     [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

std::string fault_of_message(std::string_view message) {
  if (message.empty()) return "empty";
  if (message.size() > max_message_bytes) return "too long";
  if (!is_utf8(message)) return "not UTF-8";
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto c = static_cast<unsigned char>(message[i]);
    const auto next = i + 1 < message.size() ? static_cast<unsigned char>(message[i + 1]) : 0U;
    if (c < 0x20 || c == 0x7F || (c == 0xC2 && next < 0xA0)) return "a control character";
  }
  return {};
}

answered answer(const normalizer& rules, const request_facts& request, const response_head& head,
                std::string_view body, body_state state) {
  answered out;
  out.answer = rules.normalize(request, head, body, state);
  out.broken = fault_of_explained(rules, request, head, body, state, out.answer);
  if (!out.broken.empty()) return out;
  if (out.answer.untouched) {
    if (state != body_state::complete) out.broken = "untouched, and not whole";
    return out;
  }
  rules.append_error_fields(out.field_lines, head, out.answer.status);
  out.broken = fault_of_envelope(out.answer);
  if (out.broken.empty()) out.broken = fault_of_fields(out.field_lines);
  if (out.broken.empty()) out.broken = fault_of_second_pass(rules, out.answer);
  return out;
}

}  // namespace errata::promises
