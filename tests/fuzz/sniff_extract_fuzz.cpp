// Whatever text a body is: it is told what it is, and each reader makes of it what its contract
// says, also the readers that it was not meant for.
#include <string>
#include <string_view>

#include "policies/envelope.hpp"
#include "policies/normalize/finding.hpp"
#include "policies/normalize/form.hpp"
#include "policies/normalize/html.hpp"
#include "policies/normalize/json_shapes.hpp"
#include "policies/normalize/sniff.hpp"
#include "policies/normalize/text.hpp"
#include "policies/normalize/utf8.hpp"
#include "policies/normalize/xml.hpp"
#include "tests/fuzz/fuzz_support.hpp"

namespace {

using namespace errata;
using fuzz::require;

void check(const finding& found, std::string_view reader) {
  require(found.messages.size() <= finding::max_messages, "too many messages", reader);
  for (const statement& message : found.messages) {
    require(is_utf8(message.text), "a message is not UTF-8", reader);
  }
  require(found.code.empty() || is_code(found.code), "no code", reader);
  require(is_utf8(found.param), "a param is not UTF-8", reader);
  require(!found.shape.empty(), "no shape", reader);
}

void check(const extracted& found, std::string_view reader) {
  require(is_utf8(found.message), "a message is not UTF-8", reader);
  require(is_utf8(found.code) && is_utf8(found.param), "not UTF-8", reader);
}

void read_all(std::string_view text, unsigned status) {
  fuzz::bounded_cost(text.size(), "json", [&] {
    if (const auto found = extract_json(text, status)) check(*found, "json");
  });
  fuzz::bounded_cost(text.size(), "xml", [&] {
    if (const auto found = extract_xml(text, status)) check(*found, "xml");
  });
  fuzz::bounded_cost(text.size(), "form", [&] { check(extract_form(text, status), "form"); });
  fuzz::bounded_cost(text.size(), "html", [&] { check(extract_html(text, status), "html"); });
  fuzz::bounded_cost(text.size(), "text", [&] { check(extract_text(text, status), "text"); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::sown_response input(data, size);
  if (!is_utf8(input.body)) return 0;
  const std::string_view text = input.body;
  const sniffed found = sniff(text);
  if (!found.document.empty()) {
    require(found.document.data() >= text.data() &&
                found.document.data() + found.document.size() <= text.data() + text.size(),
            "a document that is not in the text");
  }
  const sniffed again = sniff(found.document);
  require(again.document.size() <= found.document.size(), "a document that grows");
  read_all(text, input.head.status);
  if (found.document.size() != text.size()) read_all(found.document, input.head.status);
  return 0;
}
