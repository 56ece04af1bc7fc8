// What the tests of large bodies share: sizes, heads, and exchanges that fill the buffers between
// both sides.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/support/test_server.hpp"

namespace errata::testing {

inline constexpr std::size_t kib = 1024;
inline constexpr std::string_view chunked_head =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

// Sends while another thread reads, so that neither side waits for the other's full buffers.
received_response exchange_large(raw_client& client, const std::string& request);

// A client that leaves inside a response without end, of which the service sends `head` once and
// `block` for ever: the exchange ends on both sides, the log says by whom, and the next request
// works. Once with a FIN and once with a reset. Boost.Test checks.
void check_client_that_hangs_up(std::string_view head, std::string_view block);

}  // namespace errata::testing
