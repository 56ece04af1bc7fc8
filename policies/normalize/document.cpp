#include "policies/normalize/document.hpp"

#include "policies/normalize/code_name.hpp"
#include "policies/normalize/explanation.hpp"
#include "policies/normalize/form.hpp"
#include "policies/normalize/html.hpp"
#include "policies/normalize/json_shapes.hpp"
#include "policies/normalize/sniff.hpp"
#include "policies/normalize/text.hpp"
#include "policies/normalize/xml.hpp"

namespace errata {
namespace {

finding from_extracted(extracted&& from, unsigned status) {
  finding found;
  if (!from.message.empty()) found.add({std::move(from.message), std::string(from.origin)});
  found.code = to_code(from.code);
  if (is_noise_code(found.code) || is_status_name(found.code, status)) found.code.clear();
  if (!found.code.empty()) found.code_origin = "text";
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

// Writes down what it is told, where anybody listens.
class note_taker {
 public:
  explicit note_taker(explanation* why) noexcept : why_(why) {}
  void kind(body_kind found) const {
    if (why_ != nullptr) why_->kind = found;
  }
  void reason(std::string_view text) const {
    if (why_ != nullptr) why_->reason = text;
  }
  with_origins origins() const noexcept {
    return why_ != nullptr ? with_origins::yes : with_origins::no;
  }

 private:
  explanation* why_;
};

finding read_markup_or_text(body_kind kind, std::string_view text, unsigned status, bool cut,
                            const note_taker& note) {
  if (kind == body_kind::json) {
    note.reason("begins like JSON, and is none");
    return named("broken_json");
  }
  const bool html = kind == body_kind::html;
  // Half a sentence may say the opposite of the whole.
  if (cut) {
    note.reason("breaks off: half a sentence may say the opposite of the whole");
    return named("truncated");
  }
  note.reason(html ? "an HTML page" : "text for people");
  if (!may_speak(status)) return named(html ? "html" : "text");
  return from_extracted(html ? extract_html(text, status) : extract_text(text, status), status);
}

bool says_something(const std::optional<finding>& found) noexcept {
  return found && (!found->messages.empty() || !found->code.empty());
}

finding read_json_document(const sniffed& body, std::string_view text, unsigned status, bool cut,
                           reading how, const note_taker& note) {
  if (auto found = extract_json(body.document, status, note.origins(), how)) {
    note.reason("JSON, read by what its keys mean");
    return *std::move(found);
  }
  if (auto found = extract_cut_json(body.document, status, note.origins()); says_something(found)) {
    note.reason("JSON that breaks off or is not well-formed: what came whole counts");
    return *std::move(found);
  }
  return read_markup_or_text(body.otherwise, text, status, cut, note);
}

}  // namespace

finding read_document(std::string_view text, unsigned status, bool cut, reading how,
                      explanation* why) {
  const note_taker note(why);
  const sniffed body = sniff(text);
  note.kind(body.kind);
  switch (body.kind) {
    case body_kind::empty:
      note.reason("nothing in it");
      return named("empty");
    case body_kind::binary:
      note.reason("no text");
      return named("binary");
    case body_kind::json:
      return read_json_document(body, text, status, cut, how, note);
    case body_kind::xml:
      if (cut) return read_markup_or_text(body_kind::text, text, status, cut, note);
      if (auto found = extract_xml(body.document, status, note.origins())) {
        note.reason("XML, read by what its elements are called");
        return *std::move(found);
      }
      note.reason("begins like XML, and is none");
      return named("broken_xml");
    case body_kind::form:
      if (cut) return read_markup_or_text(body_kind::text, text, status, cut, note);
      note.reason("name=value pairs");
      return extract_form(body.document, status, note.origins());
    default:
      return read_markup_or_text(body.kind, body.document, status, cut, note);
  }
}

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

}  // namespace errata
