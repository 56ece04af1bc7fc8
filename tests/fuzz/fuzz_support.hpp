// What the fuzz targets share: saying which property does not hold, the cost of a call, and a
// response made of arbitrary bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policies/message.hpp"
#include "policies/normalize/normalizer.hpp"
#include "tests/properties/promises.hpp"

namespace errata::fuzz {

// Ends the run with `what` and `where` unless `holds`; libFuzzer keeps the input.
void require(bool holds, std::string_view what, std::string_view where = {});

// Bytes allocated since the start, by the allocator's own count; 0 where no sanitizer keeps one.
std::size_t allocated_bytes() noexcept;

// What a call may allocate over its life: a hundredfold of its input, and what does not grow with
// it, such as the text that a small archive may grow to, or the windows of three decompressors, one
// behind the other: 734 KiB each.
inline constexpr std::size_t most_per_byte = 100;
inline constexpr std::size_t most_for_nothing = 5 * 512 * 1024;

// What three brotli decoders may ask for on top, one behind the other: a ring as large as a block
// says that it is, up to the largest window. Only what is written to it becomes resident.
inline constexpr std::size_t most_for_rings = 3 * 16 * 1024 * 1024;

// Calls `f` and holds what it allocates to the bound and `besides`. Expressions compile their
// automata on the way and keep them, which is not the input's cost: what is over the bound is asked
// again, warm.
template <class F>
void bounded_cost(std::size_t input_size, std::string_view what, F&& f, std::size_t besides = 0) {
  const std::size_t most = most_per_byte * input_size + most_for_nothing + besides;
  std::size_t least = ~std::size_t{0};
  for (int i = 0; i < 4 && least > most; ++i) {
    const std::size_t before = allocated_bytes();
    f();
    least = std::min(least, allocated_bytes() - before);
  }
  require(least <= most, "allocates more than its input allows", what);
}

// One response. The bytes: one for the status, one of flags, field lines that end in LF, an empty
// line, the body. 0x1A in a body stands for a secret that the flags choose; seeds.py writes it.
struct sown_response {
  sown_response(const std::uint8_t* bytes, std::size_t size);
  sown_response(const sown_response&) = delete;
  sown_response& operator=(const sown_response&) = delete;

  std::string_view method = "GET";
  response_head head;  // its views point into the bytes
  std::string body;    // with the secret in it
  body_state state = body_state::complete;
  status_policy policy = status_policy::preserve;
  const promises::secret* secret = nullptr;  // nullptr: none was planted
};

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) noexcept {
  return {reinterpret_cast<const char*>(bytes), size};
}

// `text` with the secret, blanks around it, wherever 0x1A stands; at most eight times.
std::string sown(std::string_view text, const promises::secret& one);

// Whether the secret shows in `text`, though `before` it was planted nothing spelled it: not with
// blanks, control characters or bytes beyond ASCII in it either.
bool lets_out(std::string_view text, std::string_view before, const promises::secret& one);

}  // namespace errata::fuzz
