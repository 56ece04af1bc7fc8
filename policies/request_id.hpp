// X-Request-Id and traceparent: accept, refuse or mint. Pure: time and entropy are passed in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace errata {

// An id that errata minted: 36 lower-case characters, UUID version 7 (RFC 9562 section 5.7).
using minted_id = std::array<char, 36>;

// [A-Za-z0-9._~+/=-]{8,128}: anything else is replaced, never truncated (two ids may collide).
bool is_acceptable_request_id(std::string_view id) noexcept;

// `unix_ms`: milliseconds since 1970; `entropy`: fresh random bytes.
minted_id mint_request_id(std::uint64_t unix_ms,
                          std::span<const std::uint8_t, 10> entropy) noexcept;

// W3C trace-context: version 00 (or a later one that starts the same), ids not all zero,
// version not ff.
bool is_valid_traceparent(std::string_view value) noexcept;

}  // namespace errata
