// Whatever an upstream calls an error: an envelope comes out that keeps every promise, at a bounded
// cost, without the secret that stood in the body; or the body was an envelope already.
#include "policies/normalize/normalizer.hpp"
#include "tests/fuzz/fuzz_support.hpp"
#include "tests/properties/promises.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace errata;
  static const normalizer rules(catalog::built_in(), {});
  const fuzz::sown_response input(data, size);
  const field_list sent;
  const request_facts request{input.method, &sent, input.policy};
  promises::answered got;
  fuzz::bounded_cost(
      size + input.body.size(), "normalize",
      [&] { rules.normalize(request, input.head, input.body, input.state); }, fuzz::most_for_rings);
  got = promises::answer(rules, request, input.head, input.body, input.state);
  fuzz::require(got.broken.empty(), got.broken);
  if (input.secret != nullptr && !got.answer.untouched) {
    fuzz::require(!promises::shows(got.answer.body, *input.secret),
                  "lets out a secret:", input.secret->kind);
  }
  return 0;
}
