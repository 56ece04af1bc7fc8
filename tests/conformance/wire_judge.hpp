// What must hold of every message that errata sends, whatever the case, and what a case expects
// beyond that.
#pragma once

#include <vector>

#include "tests/conformance/case_file.hpp"
#include "tests/support/envelope_checker.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/scripted_origin.hpp"

namespace errata::testing {

// Boost.Test checks. A request on its way upstream: HTTP/1.1 to the letter, one Host, one
// X-Request-Id, one framing at most and that in canonical form, nothing of another hop.
void check_freshly_framed(const recorded_request& seen);
void check_request(const recorded_request& seen, const expected_message& expected);

// A response as the client got it. Every response has one X-Request-Id and one Date; every error
// is the envelope.
void check_reply(const received_response& reply, const expected_message& expected,
                 error_author author);

}  // namespace errata::testing
