#include "policies/normalize/normalizer.hpp"

#include <algorithm>
#include <optional>

#include "policies/envelope.hpp"
#include "policies/normalize/challenge.hpp"
#include "policies/normalize/code_name.hpp"
#include "policies/normalize/decode.hpp"
#include "policies/normalize/error_fields.hpp"
#include "policies/normalize/finding.hpp"
#include "policies/normalize/form.hpp"
#include "policies/normalize/html.hpp"
#include "policies/normalize/json_shapes.hpp"
#include "policies/normalize/leaks.hpp"
#include "policies/normalize/param_name.hpp"
#include "policies/normalize/plain_speech.hpp"
#include "policies/normalize/scrub.hpp"
#include "policies/normalize/sniff.hpp"
#include "policies/normalize/soft_error.hpp"
#include "policies/normalize/text.hpp"
#include "policies/normalize/xml.hpp"

namespace errata {
namespace {

bool is_error(unsigned status) noexcept {
  return status < 100 || status >= 400;
}

// application/json, with no parameter but charset=utf-8, said once.
bool says_json(const field_list& fields) {
  if (fields.count(field_id::content_type) != 1) return false;
  std::string_view value = fields.value(field_id::content_type);
  const auto semicolon = std::min(value.find(';'), value.size());
  if (!iequals(trim(value.substr(0, semicolon)), "application/json")) return false;
  value.remove_prefix(semicolon);
  while (!value.empty()) {
    value.remove_prefix(1);
    const auto end = std::min(value.find(';'), value.size());
    const std::string_view parameter = trim(value.substr(0, end));
    if (!parameter.empty() && !iequals(parameter, "charset=utf-8") &&
        !iequals(parameter, "charset=\"utf-8\"")) {
      return false;
    }
    value.remove_prefix(end);
  }
  return true;
}

// RFC 9110 section 12.5.3, for one coding. Without the field the client is taken to want none.
bool accepts_coding(const field_list& fields, std::string_view coding) {
  std::optional<bool> named;
  std::optional<bool> any;
  for (const field& f : fields) {
    if (!iequals(f.name, "accept-encoding")) continue;
    for_each_member(f.value, [&](std::string_view member) {
      const auto semicolon = std::min(member.find(';'), member.size());
      const std::string_view name = trim(member.substr(0, semicolon));
      std::string_view weight = trim(member.substr(std::min(semicolon + 1, member.size())));
      bool wanted = true;
      if (weight.starts_with("q=") || weight.starts_with("Q=")) {
        weight.remove_prefix(2);
        wanted = weight.find_first_of("123456789") != std::string_view::npos;
      }
      if (iequals(name, coding)) named = wanted;
      if (name == "*") any = wanted;
    });
  }
  return named.value_or(any.value_or(false));
}

// Whether the client can read the body in the coding that it came in.
bool coding_fits(const request_facts& request, const response_head& response, const decoded& body) {
  const std::string_view coding = response.fields.value(field_id::content_encoding);
  const bool declared = !coding.empty() && !iequals(coding, "identity");
  if (declared != body.had_coding) return false;
  if (!declared) return true;
  return response.fields.count(field_id::content_encoding) == 1 && is_token(coding) &&
         accepts_coding(*request.fields, coding);
}

// Whether it is an envelope already, in a form that this client may get.
bool is_sent_as_it_is(const request_facts& request, const response_head& response,
                      const decoded& text, const catalog& codes) {
  const catalog_row& row = codes.for_status(response.status);
  const unsigned sent = catalog::sent_status(row, request.policy, is_idempotent(request.method));
  return text.was_utf8_clean && sent == response.status && says_json(response.fields) &&
         coding_fits(request, response, text) && is_canonical(text.text, response.status, codes);
}

// What the operator's rules read out of it. Without a text only the head can fit a rule.
shape_reading read_own(const route_shapes& shapes, const response_head& response,
                       const std::optional<decoded>& text) {
  using strictness = selected_body::strictness;
  const bool success = !is_error(response.status);
  selected_body body(text ? std::string_view(text->text) : std::string_view(),
                     success ? strictness::success : strictness::error);
  return read_own_shape(success ? shapes.successes : shapes.errors, response, body);
}

finding from_extracted(extracted&& from, unsigned status) {
  finding found;
  if (!from.message.empty()) found.add(std::move(from.message));
  found.code = to_code(from.code);
  if (is_noise_code(found.code) || is_status_name(found.code, status)) found.code.clear();
  found.param = std::move(from.param);
  found.shape = from.shape;
  found.internal = from.internal;
  return found;
}

finding named(std::string_view shape) {
  finding found;
  found.shape = shape;
  return found;
}

// Of the 5xx only a 503 may speak to the client without saying who is at fault: of the others no
// page and no text is read for a message that would not be shown.
bool may_speak(unsigned status) noexcept {
  return status < 500 || status == 503;
}

finding read_markup_or_text(body_kind kind, std::string_view text, unsigned status) {
  if (kind == body_kind::json) return named("broken_json");
  const bool html = kind == body_kind::html;
  if (!may_speak(status)) return named(html ? "html" : "text");
  return from_extracted(html ? extract_html(text, status) : extract_text(text, status), status);
}

// A page that plainly is one and whose words would not be shown: known without undoing anything.
// JSON behind a page is not looked for when the page is closed.
bool is_mute_page(const response_head& response, std::string_view body) noexcept {
  if (may_speak(response.status) || response.fields.has(field_id::content_encoding)) return false;
  constexpr std::string_view blanks = " \t\r\n";
  const auto last = body.find_last_not_of(blanks);
  if (last == std::string_view::npos || body[last] != '>') return false;
  body.remove_prefix(body.find_first_not_of(blanks));
  constexpr std::string_view doctype = "<!doctype html";
  constexpr std::string_view html = "<html";
  return iequals(body.substr(0, doctype.size()), doctype) ||
         iequals(body.substr(0, html.size()), html);
}

finding read_document(std::string_view text, unsigned status) {
  const sniffed body = sniff(text);
  switch (body.kind) {
    case body_kind::empty:
      return named("empty");
    case body_kind::binary:
      return named("binary");
    case body_kind::json:
      if (auto found = extract_json(body.document, status)) return *std::move(found);
      return read_markup_or_text(body.otherwise, text, status);
    case body_kind::xml:
      if (auto found = extract_xml(body.document, status)) return *std::move(found);
      return named("broken_xml");
    case body_kind::form:
      return extract_form(body.document, status);
    default:
      return read_markup_or_text(body.kind, body.document, status);
  }
}

// What goes into the envelope where the upstream said something usable; empty members else.
struct chosen {
  std::string message;
  std::string code;
  std::string param;
  unsigned scrubbed = 0;
};

bool may_be_shown(const finding& found, const scrubbed& clean, unsigned status) {
  if (clean.hopeless || clean.text.empty()) return false;
  if (status < 500) return true;
  // A 5xx tells about the service, not about the request, unless it is said to the client's face.
  if (clean.removed != 0) return false;
  return found.for_client || is_for_clients(clean.text);
}

// "must not be blank" is a sentence only beside the name of the field.
void name_the_param(chosen& said) {
  if (said.message.empty() || said.param.empty()) return;
  if (said.message.front() < 'a' || said.message.front() > 'z') return;
  if (said.message.find(last_step(said.param)) != std::string::npos) return;
  if (said.param.size() + 2 + said.message.size() > max_message_bytes) return;
  said.message.insert(0, said.param + ": ");
}

chosen choose(finding&& found, unsigned status) {
  chosen result;
  if (found.internal) return result;
  const bool speaks = may_speak(status) || found.for_client;
  for (const std::string& candidate : found.messages) {
    if (!speaks) break;
    scrubbed clean = scrub_message(candidate);
    result.scrubbed += clean.removed;
    if (may_be_shown(found, clean, status)) {
      result.message = std::move(clean.text);
      break;
    }
  }
  if (is_code(found.code) && (status < 500 || found.for_client || is_harmless_code(found.code))) {
    result.code = std::move(found.code);
  }
  if (status < 500 || found.for_client) {
    std::string param = scrub_param(found.param);
    // A name is shown whole or not at all.
    if (!param.empty() && scrub_message(param).text == param) result.param = std::move(param);
  }
  name_the_param(result);
  return result;
}

}  // namespace

normalizer::normalizer(const catalog& codes, normalizer_options options)
    : codes_(codes), options_(std::move(options)) {
  // Compiles what is looked for, so that no client waits for it.
  static_cast<void>(is_free_of_leaks({}));
}

verdict normalizer::judge(const request_facts& request, const response_head& response) const {
  if (!is_error(response.status)) {
    const bool may_be = request.shapes != nullptr &&
                        may_be_soft_error(request.shapes->successes, request.method, response);
    return may_be ? verdict::inspect : verdict::pass;
  }
  // RFC 9110 section 9.3.2: there is no body to look at. One beyond the cap is still looked at,
  // as far as the cap, for its first sentences.
  return request.method == "HEAD" ? verdict::replace : verdict::need_body;
}

bool normalizer::may_still_be_error(const request_facts& request, const response_head& response,
                                    std::string_view begun) const {
  return may_still_be_soft_error(request.shapes->successes, response, begun);
}

normalized normalizer::normalize(const request_facts& request, const response_head& response,
                                 std::string_view body, body_state state) const {
  const bool success = !is_error(response.status);
  const bool hidden = !success && codes_.for_status(response.status).status != response.status;
  const bool ruled = request.shapes != nullptr && !hidden;
  normalized out;
  out.status = response.status;
  std::optional<decoded> text;
  if (state == body_state::absent || request.method == "HEAD" || body.empty()) {
    out.shape = "empty";
  } else if (hidden) {
    // A status that is not the client's to see: its body is not either.
    out.shape = "default";
  } else if (!ruled && state == body_state::complete && is_mute_page(response, body)) {
    out.shape = "html";
  } else if (state == body_state::truncated) {
    // Half a sentence may say the opposite of the whole.
    out.shape = "truncated";
  } else {
    text = decode_body(body, response.fields, options_.max_body);
    const bool whole = state == body_state::complete && text->status == decode_status::complete;
    if (whole && !success && is_sent_as_it_is(request, response, *text, codes_)) {
      out.untouched = true;
      out.shape = "canonical";
      return out;
    }
    if (text->status == decode_status::opaque || (success && !whole)) {
      text.reset();
      out.shape = "opaque";
    }
  }

  shape_reading own;
  if (ruled) own = read_own(*request.shapes, response, text);
  if (success && own.rule == nullptr) {
    out.untouched = true;
    return out;
  }
  const unsigned status = own.rule == nullptr ? response.status : own.status;
  const catalog_row& row = codes_.for_status(status);
  out.status = catalog::sent_status(row, request.policy, is_idempotent(request.method));

  finding found = std::move(own.found);
  if (text && !own.says_something()) {
    std::string param = std::move(found.param);
    found = read_document(text->text, status);
    if (!param.empty()) found.param = std::move(param);
    out.shape = found.shape;
  }
  if (own.rule != nullptr) out.shape = own.rule->name;
  chosen said = choose(std::move(found), status);
  if (said.message.empty()) said.message = own.own_message;
  if (!own.own_code.empty()) said.code = own.own_code;

  // RFC 6750 section 3: where the body says nothing the challenge may.
  if (said.message.empty() && said.code.empty() && row.status == response.status && status < 500 &&
      response.fields.has(field_id::www_authenticate)) {
    const unsigned before = said.scrubbed;
    said = choose(read_challenge(response.fields), response.status);
    said.scrubbed += before;
  }

  out.code = said.code.empty() ? row.code : std::move(said.code);
  std::string_view message = said.message;
  if (message.empty()) {
    // A code that the operator has described speaks with the operator's words.
    const catalog_row* described = codes_.find_code(out.code);
    message =
        described != nullptr && described->type == row.type ? described->message : row.message;
  }
  const std::string doc_url =
      options_.doc_url_base.empty() ? std::string() : options_.doc_url_base + out.code;
  out.scrubbed = said.scrubbed;
  append_envelope(out.body, {row.type, message, out.code, said.param, doc_url});
  return out;
}

void normalizer::append_error_fields(std::string& out, const response_head& upstream,
                                     unsigned sent_status) const {
  errata::append_error_fields(out, upstream, sent_status, options_.auth_challenge,
                              options_.request_id_field);
}

}  // namespace errata
