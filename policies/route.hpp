// Host, path prefix and method to a route; first match wins.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace errata {

struct route_match {
  std::string host;                  // lower case; "" any; "*.example.com" any depth below it
  std::string path_prefix;           // "" or "/" any; on segment boundaries, "/v1/" as "/v1"
  std::vector<std::string> methods;  // empty: any. "GET" also matches HEAD
};

// Immutable after construction; any thread.
class route_table {
 public:
  // Hosts and prefixes are brought into the form that requests are compared in.
  explicit route_table(std::vector<route_match> routes);

  // The index of the first route that matches, or nothing.
  // `host`: the authority without port, any case (a trailing dot is ignored). `path`: the target's
  // path as it came (a query is ignored): percent-encoded unreserved characters are decoded once,
  // doubled slashes and dot segments resolved before matching (never in what is forwarded), so that
  // "/x/../internal" and "/%69nternal" match "/internal". Allocates only for such paths. What else
  // is encoded stays so: "%2F" is no slash. Semicolon and backslash are ordinary, and case counts.
  // A path that does not start with a slash ("*") matches only routes for any path.
  // `method`: case counts (RFC 9110 section 9.1).
  std::optional<std::size_t> pick(std::string_view host, std::string_view path,
                                  std::string_view method) const;

 private:
  std::vector<route_match> routes_;
};

// The path in the form that routes compare, for a target's path or a prefix alike: see pick().
std::string normalized_path(std::string_view path);

// "example.com:8080" -> "example.com"; "[::1]:80" -> "[::1]".
std::string_view host_without_port(std::string_view authority) noexcept;

}  // namespace errata
