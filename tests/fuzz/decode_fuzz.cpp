// Whatever coding and charset a body has or claims: bounded, valid UTF-8 text comes out.
#include "policies/normalize/decode.hpp"
#include "policies/normalize/utf8.hpp"
#include "tests/fuzz/fuzz_support.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace errata;
  using fuzz::require;
  const fuzz::sown_response input(data, size);
  // The cap of a real run, and small ones whose edges fall anywhere.
  const std::size_t limit = size > 0 && data[0] % 2 == 0 ? 64 * 1024 : data[0] * 8U + 1U;
  decoded got;
  fuzz::bounded_cost(
      size, "decode", [&] { got = decode_body(input.body, input.head.fields, limit); },
      fuzz::most_for_rings);
  require(got.text.size() <= limit, "more than the limit");
  require(is_utf8(got.text), "not UTF-8");
  require(got.text.find('\0') == std::string::npos, "a NUL");
  require(!got.text.starts_with("\xEF\xBB\xBF") || input.body.size() > 3, "a byte order mark");
  if (got.status == decode_status::opaque) require(got.text.empty(), "text of an opaque body");
  if (got.was_utf8_clean && !got.had_coding && got.status == decode_status::complete) {
    require(got.text == input.body, "clean text that was changed");
  }
  const decoded again = decode_body(input.body, input.head.fields, limit);
  require(again.text == got.text && again.status == got.status, "not the same twice");
  return 0;
}
