// Whatever a message says: what is left is short, harmless UTF-8, holds no secret that was planted,
// and is left alone when it is scrubbed again.
//
// The bytes: one that chooses the secret, then the message, in which 0x1A stands for it.
#include <string>

#include "policies/normalize/leak_patterns.hpp"
#include "policies/normalize/leak_signs.hpp"
#include "policies/normalize/scrub.hpp"
#include "policies/normalize/utf8.hpp"
#include "tests/fuzz/fuzz_support.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace errata;
  using fuzz::require;
  if (size == 0) return 0;
  const std::string_view before = fuzz::text_of(data + 1, size - 1);
  const promises::secret& one = promises::secrets[data[0] % promises::secrets.size()];
  const std::string message = fuzz::sown(before, one);
  scrubbed got;
  fuzz::bounded_cost(message.size(), "scrub", [&] { got = scrub_message(message); });
  require(got.text.size() <= max_scrubbed_bytes, "too long");
  require(is_utf8(got.text), "not UTF-8");
  require(got.hopeless == got.text.empty(), "hopeless, or has a text");
  if (!got.text.empty()) {
    const std::string fault = promises::fault_of_message(got.text);
    require(fault.empty(), fault);
    require(scrub_message(got.text).text == got.text, "not at rest");
  }
  require(!fuzz::lets_out(got.text, before, one), "lets out a secret:", one.kind);

  const std::string param = scrub_param(message.substr(0, 2 * max_param_bytes));
  require(param.size() <= max_param_bytes && is_utf8(param), "a param that is none");
  if (!param.empty()) {
    require(promises::fault_of_message(param).empty(), "a param that is none");
    require(scrub_param(param) == param, "a param that is not at rest");
  }
  // What is looked for first must be in all that is looked for.
  const auto matches = [&message](const RE2& re) { return RE2::PartialMatch(message, re); };
  if (!signs_of_leaks(message).any) {
    require(!matches(leak_patterns::any_talk()) && !matches(leak_patterns::any_name()),
            "an internal without a sign");
  }
  require(has_sign_of_trace(message) || !matches(leak_patterns::trace_marks()),
          "a trace without a sign");
  require(has_sign_of_frame(message) || !matches(leak_patterns::frame_lines()),
          "a frame without a sign");

  fuzz::bounded_cost(message.size(), "looks_like_trace",
                     [&] { static_cast<void>(looks_like_trace(message)); });
  return 0;
}
