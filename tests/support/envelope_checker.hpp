// The one judge of every error reply that a test sees: status line, request id, header fields and
// the envelope, to the letter of docs/envelope.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/raw_client.hpp"

namespace errata::testing {

// Who made the error: errata itself (then it must not be stored, too) or the upstream, whose
// error errata rewrote or passed on.
enum class error_author { errata, upstream };

// What is wrong with `response` as a canonical error; empty when nothing is.
std::vector<std::string> envelope_problems(const received_response& response, error_author author);

// A member of the envelope ("code", "message" ...); "" when it is not there.
std::string envelope_member(const received_response& response, std::string_view name);

// The grammar of a request id, and of one that errata minted (UUID version 7, lower case).
bool is_request_id(std::string_view id);
bool is_minted_request_id(std::string_view id);

// Boost.Test checks: a well-formed canonical error with this status and code. An empty `code` is
// not compared.
void check_error(const received_response& response, unsigned status, std::string_view code,
                 error_author author = error_author::errata);

// Boost.Test check: a complete response with exactly one request id in the grammar, and a date.
void check_well_formed(const received_response& response);

}  // namespace errata::testing
