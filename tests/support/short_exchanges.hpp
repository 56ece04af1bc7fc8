// Short exchanges that tests break at each of their bytes: the request, the service's response, and
// a service that breaks its response where the request's target asks for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/support/scripted_origin.hpp"

namespace errata::testing {

struct short_exchange {
  std::string_view name;
  std::string_view method;
  std::string_view request_fields;  // after Host, with the framing
  std::string_view request_body;    // as it crosses the wire
  std::string_view posted;          // the same without chunk framing
  std::string response_head;        // with the empty line
  std::string response_body;        // as it crosses the wire
  std::string content;              // the same without chunk framing
  unsigned status;

  std::string response() const { return response_head + response_body; }
  bool is_error() const { return status >= 400; }
};

// A GET, a POST with Content-Length, a chunked POST; answers with Content-Length, chunked, and both
// as errors that are rewritten.
std::span<const short_exchange> short_exchanges();

// What happens to a message after `offset` bytes of it. garble: the byte there is another one, and
// the sender ends the stream behind the message.
enum class mishap : std::uint8_t { none, cut, reset, stall, garble };

struct broken_exchange {
  std::size_t exchange = 0;  // index in short_exchanges()
  mishap how = mishap::none;
  std::size_t offset = 0;
  unsigned char garbage = 0;

  const short_exchange& of() const { return short_exchanges()[exchange]; }
  // Equally long for all. The target of the request.
  std::string target() const;
  std::string request_id() const;
  // The request as a client sends it, whole.
  std::string request() const;
  // For BOOST_TEST_CONTEXT.
  std::string describe() const;
};

std::optional<broken_exchange> broken_exchange_of(std::string_view target);

// Bytes that mean something in framing, or never may be there. No digit that makes a length
// shorter: a service that says less than it sends is believed.
inline constexpr unsigned char garbage_bytes[] = {0, '\n', '\r', ' ', 0xFF, ':', '9'};

// Answers each target of a broken_exchange with its response, broken as asked, and any other with
// ok_with("good").
void break_the_response(origin_connection& connection);
// Answers each of them whole.
void answer_whole(origin_connection& connection);

// Descriptors that this process has open.
std::size_t open_descriptors();

}  // namespace errata::testing
