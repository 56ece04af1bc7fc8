// What append_envelope() writes is_canonical() knows, when its parts are what an envelope's are and
// only then; and what it knows of arbitrary bytes is JSON that says the same when written again.
#include <array>
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "policies/envelope.hpp"
#include "policies/normalize/utf8.hpp"
#include "tests/fuzz/fuzz_support.hpp"

namespace {

using namespace errata;
using fuzz::require;

std::string_view member(const boost::json::object& error, std::string_view name) {
  const auto* value = error.if_contains(name);
  return value == nullptr ? std::string_view() : std::string_view(value->as_string());
}

std::string written(const envelope& e) {
  std::string out;
  append_envelope(out, e);
  return out;
}

// A body that is taken for an envelope is one.
void check_recognised(std::string_view body, unsigned status) {
  const catalog& types = catalog::built_in();
  bool known = false;
  fuzz::bounded_cost(body.size(), "is_canonical",
                     [&] { known = is_canonical(body, status, types); });
  if (!known) return;
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(body, failed);
  require(!failed && parsed.is_object() && parsed.as_object().size() == 1, "no JSON object");
  const auto* error = parsed.as_object().if_contains("error");
  require(error != nullptr && error->is_object(), "no error");
  const auto& members = error->as_object();
  const envelope same{member(members, "type"), member(members, "message"), member(members, "code"),
                      member(members, "param"), member(members, "doc_url")};
  require(same.type == types.type_of(status), "a type of another status");
  require(is_code(same.code), "no code");
  require(promises::fault_of_message(same.message).empty(), "a message that is none");
  require(is_canonical(written(same), status, types), "not known when written again");
}

// An envelope of arbitrary parts.
void check_written(std::string_view bytes, unsigned status) {
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    part = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (!is_utf8(part)) return;
  }
  const catalog& types = catalog::built_in();
  const envelope made{types.type_of(status), parts[0], parts[1], parts[2], parts[3]};
  const std::string text = written(made);
  require(is_utf8(text), "written: not UTF-8");
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(text, failed);
  require(!failed, "written: not JSON");
  require(member(parsed.at("error").as_object(), "message") == made.message, "written: changed");
  const bool says_nothing = made.message.find_first_not_of(' ') == made.message.npos;
  if (says_nothing || made.message.size() > max_message_bytes || !is_code(made.code)) {
    require(!is_canonical(text, status, types), "knows what is no envelope");
  } else if (promises::fault_of_message(made.message).empty() && made.param.size() <= 128 &&
             made.doc_url.empty() && made.param.find_first_of("\t\r\x1B") == made.param.npos &&
             (made.param.empty() || promises::fault_of_message(made.param).empty())) {
    require(is_canonical(text, status, types), "does not know an envelope");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::sown_response input(data, size);
  check_recognised(input.body, input.head.status);
  check_written(input.body, input.head.status);
  return 0;
}
