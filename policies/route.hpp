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
  std::string path_prefix;           // "" any; matches on segment boundaries
  std::vector<std::string> methods;  // empty: any. "GET" also matches HEAD
};

class route_table {
 public:
  explicit route_table(std::vector<route_match> routes) : routes_(std::move(routes)) {}

  // The index of the first route that matches, or nothing.
  // `host`: the authority without port, any case (a trailing dot is ignored). `path`: the target's
  // path without query, as it came: percent-encoded unreserved characters are decoded, dot segments
  // and doubled slashes resolved before matching (never in what is forwarded), so that
  // "/x/../internal" and "/%69nternal" match "/internal". Allocates only for such paths.
  std::optional<std::size_t> pick(std::string_view host, std::string_view path,
                                  std::string_view method) const;

 private:
  std::vector<route_match> routes_;
};

// "example.com:8080" -> "example.com"; "[::1]:80" -> "[::1]".
std::string_view host_without_port(std::string_view authority) noexcept;

}  // namespace errata
