// Reads recorded responses that are written as HTTP is: from the wire, `curl -i`, `curl -v`.
#pragma once

#include <string_view>

#include "proxy/cli/capture.hpp"

namespace errata {

// `text` begins with "HTTP/", empty lines aside. See parse_captures().
void read_responses(std::string_view text, const capture_defaults& defaults, read_captures& into);

// Whether a line of `text` is one of those that `curl -v` marks as a response's.
bool is_verbose(std::string_view text) noexcept;

// `text` is what `curl -v` wrote, with both streams in one. What curl says of itself ("* ...",
// "{ [5 bytes data]", its progress) is passed over where it stands before a body or behind it.
void read_verbose(std::string_view text, const capture_defaults& defaults, read_captures& into);

// The note of a response whose request has headers that cannot be any.
inline constexpr std::string_view request_fields_left_out =
    "the request has header lines that are none, which are left out";

// Adds a problem, up to the most that are told.
void add_problem(read_captures& into, unsigned line, std::string_view message);

}  // namespace errata
