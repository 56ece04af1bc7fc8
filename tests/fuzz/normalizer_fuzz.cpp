// Whatever an upstream calls an error: an envelope comes out, or the body was one already.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policies/envelope.hpp"
#include "policies/normalize/normalizer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static const errata::normalizer errors(errata::catalog::built_in(), {});
  constexpr unsigned statuses[] = {400, 401, 404, 409, 422, 429, 500, 502, 503};
  constexpr std::string_view types[] = {"application/json", "text/html",
                                        "text/plain; charset=latin1", "application/xml", ""};
  constexpr std::string_view codings[] = {"", "gzip", "deflate", "br"};
  errata::response_head head;
  head.status = statuses[data[0] % 9];
  const auto type = types[data[1] % 5];
  const auto coding = codings[data[1] / 5 % 4];
  if (!type.empty()) head.fields.add("Content-Type", type);
  if (!coding.empty()) head.fields.add("Content-Encoding", coding);
  const errata::field_list sent;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto state = data[1] >= 200 ? errata::body_state::over_cap : errata::body_state::complete;
  const auto made =
      errors.normalize({"GET", &sent, errata::status_policy::preserve}, head, body, state);
  if (!made.untouched && !errata::is_canonical(made.body, made.status, errata::catalog::built_in()))
    std::abort();
  return 0;
}
