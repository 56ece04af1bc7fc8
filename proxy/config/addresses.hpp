// What a configuration says of hosts and ports: listening addresses, server URLs, host patterns,
// path prefixes. Text in, value or the reason why not out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/config/config.hpp"

namespace errata {

// "127.0.0.1:8080", "[::]:8080": an IP address and a port from 0 to 65535.
std::optional<listener_config> parse_listen_address(std::string_view text);

// A value, or what is wrong with the text.
template <class T>
struct checked {
  T value{};
  std::string problem;  // empty: `value` is good
};

// "http://HOST:PORT", and nothing after it but one slash.
checked<endpoint_config> parse_server_url(std::string_view text);

// "api.example.com", "*.example.com" or "[::1]", without a port. The value is lower case and has
// no trailing dot.
checked<std::string> parse_host_pattern(std::string_view text);

// A path that route_table can match: absolute, no query, no dot segments, no doubled slashes,
// nothing percent-encoded that need not be (RFC 3986 section 6.2.2). A slash at its end does not
// count.
checked<std::string> parse_path_prefix(std::string_view text);

// An absolute http or https URL to which a code is appended.
bool is_url_base(std::string_view text);

}  // namespace errata
