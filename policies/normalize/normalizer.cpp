#include "policies/normalize/normalizer.hpp"

#include <algorithm>
#include <optional>

#include "policies/envelope.hpp"
#include "policies/normalize/challenge.hpp"
#include "policies/normalize/choice.hpp"
#include "policies/normalize/decode.hpp"
#include "policies/normalize/document.hpp"
#include "policies/normalize/error_fields.hpp"
#include "policies/normalize/explanation.hpp"
#include "policies/normalize/header_error.hpp"
#include "policies/normalize/leaks.hpp"
#include "policies/normalize/negotiation.hpp"
#include "policies/normalize/problem.hpp"
#include "policies/normalize/selected_body.hpp"
#include "policies/normalize/shape_rule.hpp"
#include "policies/normalize/sniff.hpp"
#include "policies/normalize/soft_error.hpp"
#include "policies/reason_phrase.hpp"

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

// Whether the client can read the body in the coding that it came in.
bool coding_fits(const request_facts& request, const response_head& response, const decoded& body) {
  const std::string_view coding = response.fields.value(field_id::content_encoding);
  const bool declared = !coding.empty() && !iequals(coding, "identity");
  if (declared != body.had_coding || !body.as_declared) return false;
  if (!declared) return true;
  return response.fields.count(field_id::content_encoding) == 1 && is_token(coding) &&
         accepts_coding(*request.fields, coding);
}

// Whether it is an envelope already, in a form that this client may get.
bool is_sent_as_it_is(const request_facts& request, const response_head& response,
                      const decoded& text, const catalog& codes) {
  const catalog_row& row = codes.for_status(response.status);
  const unsigned sent = catalog::sent_status(row, request.policy, is_idempotent(request.method));
  // The text first: of most one look tells that it is none.
  return text.was_utf8_clean && sent == response.status &&
         is_canonical(text.text, response.status, codes) && says_json(response.fields) &&
         coding_fits(request, response, text);
}

// What the operator's rules read out of it. Without a text only the head can fit a rule.
shape_reading read_own(const route_shapes& shapes, const response_head& response,
                       std::string_view text) {
  using strictness = selected_body::strictness;
  const bool success = !is_error(response.status);
  selected_body body(text, success ? strictness::success : strictness::error);
  return read_own_shape(success ? shapes.successes : shapes.errors, response, body);
}

void note_body(const decoded& text, explanation* why) {
  if (why == nullptr) return;
  why->inspected = true;
  why->text = text.text;
  why->decoding = text.status;
  why->had_coding = text.had_coding;
  why->charset = text.charset;
}

// The operator's own words where the upstream's do not do, and the operator's code.
void speak_for(const shape_reading& own, choice& said, explanation* why) {
  if (said.message.empty() && !own.own_message.empty()) {
    said.message = own.own_message;
    if (why != nullptr) {
      why->messages.push_back({said.message, "the rule's own words", fate::taken, {}});
    }
  }
  if (own.own_code.empty()) return;
  said.code = own.own_code;
  if (why != nullptr) why->code = {said.code, std::string(own.own_code_origin), fate::taken, {}};
}

}  // namespace

normalizer::normalizer(const catalog& codes, normalizer_options options)
    : codes_(codes), options_(std::move(options)) {
  // So that no client waits for it.
  compile_leak_patterns();
  authored_.reserve(cause_count);
  for (std::size_t i = 0; i < cause_count; ++i) {
    const catalog_row& row = codes_.for_cause(static_cast<cause>(i));
    authored_text& made = authored_.emplace_back();
    made.head = "HTTP/1.1 " + std::to_string(row.status) + ' ';
    made.head.append(reason_phrase(row.status)).append("\r\n");
    append_error_fields(made.head, response_head{}, row.status);
    append_authored(made.body, error_format::envelope, row, row.status, {});
    made.length_line = "Content-Length: " + std::to_string(made.body.size()) + "\r\n";
  }
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
                                 std::string_view body, body_state state, explanation* why) const {
  const bool success = !is_error(response.status);
  const bool hidden = !success && codes_.for_status(response.status).status != response.status;
  const bool ruled = request.shapes != nullptr && !hidden;
  const bool whole = state == body_state::complete;
  normalized out;
  out.status = response.status;
  const auto take_for = [&](std::string_view shape, std::string_view reason) {
    out.shape = shape;
    if (why != nullptr) why->reason = reason;
  };
  std::optional<decoded> text;
  if (state == body_state::absent || request.method == "HEAD" || body.empty()) {
    take_for("empty", "there is no body");
  } else if (hidden) {
    take_for("default", "a status that is not the client's to see: its body is not either");
  } else if (whole && !ruled && why == nullptr && is_mute_page(response, body)) {
    out.shape = "html";
  } else {
    text = decode_body(body, response.fields, options_.max_body);
    note_body(*text, why);
    const bool all = whole && text->status == decode_status::complete;
    if (all && !success && is_sent_as_it_is(request, response, *text, codes_)) {
      out.untouched = true;
      take_for("canonical", "the envelope to the letter");
      return out;
    }
    if (text->status == decode_status::opaque) {
      take_for("opaque", "in a content coding that cannot be undone");
    }
    if (text->status == decode_status::opaque || (success && !all)) text.reset();
  }

  const bool cut = state == body_state::truncated;
  shape_reading own;
  if (ruled) {
    // Half a sentence may say the opposite of the whole.
    const bool readable = text && !cut;
    own = read_own(*request.shapes, response, readable ? std::string_view(text->text) : "");
  }
  if (success && own.rule == nullptr) {
    out.untouched = true;
    return out;
  }
  const unsigned status = own.rule == nullptr ? response.status : own.status;
  const catalog_row& row = codes_.for_status(status);
  out.status = catalog::sent_status(row, request.policy, is_idempotent(request.method));
  choice said;
  if (text && !own.says_something()) {
    const reading how = own.rule == nullptr ? reading::brief : reading::whole;
    own.fill(read_document(text->text, status, cut, how, why));
    out.shape = own.found.shape;
  }
  if (own.rule != nullptr) take_for(own.rule->name, "fits a rule of the operator's");
  if (text || own.rule != nullptr) {
    const bool left_out = own.found.left_out;
    said = choose(std::move(own.found), status, options_.scrubbed, why);
    if (left_out && said.message.empty() && may_speak(status)) {
      // The one message that was read may not be shown: another may.
      own.found = read_document(text->text, status, cut, reading::whole, why);
      said = choose(std::move(own.found), status, options_.scrubbed, why);
    }
    speak_for(own, said, why);
  }

  // RFC 6750 section 3: where the body says nothing the challenge may.
  if (said.message.empty() && said.code.empty() && row.status == response.status && status < 500 &&
      response.fields.has(field_id::www_authenticate)) {
    finding challenge = read_challenge(response.fields);
    const bool speaks = !challenge.code.empty() || !challenge.messages.empty();
    const leak_counts removed = said.removed;
    if (speaks) said = choose(std::move(challenge), response.status, options_.scrubbed, why);
    said.removed.add(removed);
  }
  if (row.status == response.status) complete_from_fields(said, response, why);
  write_error(request, row, std::move(said), out);
  return out;
}

void normalizer::complete_from_fields(choice& said, const response_head& response,
                                      explanation* why) const {
  if (!said.message.empty() && !said.code.empty()) return;
  finding beside = read_error_fields(response.fields, response.status);
  if (beside.code.empty() && beside.messages.empty()) return;
  const std::string code_origin = beside.code_origin;
  const std::string message_origin = beside.messages.empty() ? "" : beside.messages.front().origin;
  choice more = choose(std::move(beside), response.status, options_.scrubbed, nullptr);
  said.removed.add(more.removed);
  if (said.code.empty() && !more.code.empty()) {
    said.code = std::move(more.code);
    if (why != nullptr) why->code = {said.code, code_origin, fate::taken, {}};
  }
  if (said.message.empty() && !more.message.empty()) {
    said.message = std::move(more.message);
    if (why != nullptr) why->messages.push_back({said.message, message_origin, fate::taken, {}});
  }
}

void normalizer::write_error(const request_facts& request, const catalog_row& row, choice&& said,
                             normalized& out) const {
  out.scrubbed = said.removed;
  out.default_code = said.code.empty();
  out.default_message = said.message.empty();
  if (out.default_code) {
    out.code = row.code;
  } else {
    out.code = std::move(said.code);
  }
  // A code that the operator has described speaks with the operator's words.
  const catalog_row* own = codes_.find_code(out.code);
  const std::string_view known =
      own != nullptr && own->type == row.type ? own->message : row.message;
  const std::string_view message = said.message.empty() ? known : said.message;
  const std::string doc_url = doc_url_of(out.code);
  const envelope e{row.type, message, out.code, said.param, doc_url};
  out.format = format_for(request);
  if (out.format == error_format::problem) {
    append_problem(out.body, e, known, out.status, request.request_id);
  } else {
    append_envelope(out.body, e);
  }
}

std::string normalizer::doc_url_of(std::string_view code) const {
  if (options_.doc_url_base.empty()) return {};
  return options_.doc_url_base + std::string(code);
}

error_format normalizer::format_for(const request_facts& request) const noexcept {
  const bool problem = options_.problem_json && prefers_problem(*request.fields);
  return problem ? error_format::problem : error_format::envelope;
}

void normalizer::append_authored(std::string& out, error_format format, const catalog_row& row,
                                 unsigned sent_status, std::string_view request_id) const {
  const std::string doc_url = doc_url_of(row.code);
  const envelope e{codes_.type_of(sent_status), row.message, row.code, {}, doc_url};
  if (format == error_format::problem) {
    append_problem(out, e, row.message, sent_status, request_id);
  } else {
    append_envelope(out, e);
  }
}

const normalizer::authored_text* normalizer::authored(error_format format, cause why,
                                                      unsigned sent_status) const noexcept {
  const bool fits = format == error_format::envelope && sent_status == codes_.for_cause(why).status;
  return fits ? &authored_[static_cast<std::size_t>(why)] : nullptr;
}

void normalizer::append_error_fields(std::string& out, const response_head& upstream,
                                     unsigned sent_status, error_format format) const {
  const bool problem = format == error_format::problem;
  errata::append_error_fields(
      out, upstream,
      {.sent_status = sent_status,
       .content_type = problem ? "application/problem+json" : "application/json",
       .varies_by_accept = options_.problem_json,
       .auth_challenge = options_.auth_challenge,
       .request_id_field = options_.request_id_field});
}

}  // namespace errata
