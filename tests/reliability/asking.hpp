// Clients that ask and count: one fresh connection at a time for latency, several at once for what
// a request costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace errata::reliability {

// Opens a connection, sends GET `path`, reads the whole response, closes. Microseconds of all but
// the closing; throws std::runtime_error unless it has `status`.
double fresh_request_us(std::uint16_t port, const std::string& path, unsigned status);

enum class connections : std::uint8_t { kept, fresh };

// Sends `count` requests over 16 connections at a time, a fresh one for each or kept ones, and
// reads the whole responses. Throws std::runtime_error when one has another status or none comes.
void ask_many(std::uint16_t port, const std::string& path, unsigned status, connections how,
              std::size_t count);

}  // namespace errata::reliability
