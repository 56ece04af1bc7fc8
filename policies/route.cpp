#include "policies/route.hpp"

#include <algorithm>

#include "policies/message.hpp"

namespace errata {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// RFC 3986 section 2.3.
constexpr bool is_unreserved(char c) noexcept {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

std::string_view without_query(std::string_view path) noexcept {
  return path.substr(0, path.find('?'));
}

bool is_dot_segment(std::string_view segment) noexcept {
  return segment == "." || segment == "..";
}

// Whether normalising would certainly change nothing: no triplet, and no segment that is empty or
// begins with a dot.
bool is_plain(std::string_view path) noexcept {
  bool after_slash = false;
  for (const char c : path) {
    if (c == '%' || (after_slash && (c == '/' || c == '.'))) return false;
    after_slash = c == '/';
  }
  return true;
}

// One pass: what "%25" leaves is not looked at again. Triplets that stay are spelt in upper case,
// since case does not count in them (RFC 3986 section 6.2.2.1).
std::string decode_unreserved(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool triplet = path[i] == '%' && path.size() - i > 2 && hex_digit(path[i + 1]) >= 0 &&
                         hex_digit(path[i + 2]) >= 0;
    if (!triplet) {
      out += path[i];
      continue;
    }
    const char decoded = static_cast<char>(hex_digit(path[i + 1]) * 16 + hex_digit(path[i + 2]));
    if (is_unreserved(decoded)) {
      out += decoded;
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      out += '%';
      out += digits[static_cast<std::size_t>(hex_digit(path[i + 1]))];
      out += digits[static_cast<std::size_t>(hex_digit(path[i + 2]))];
    }
    i += 2;
  }
  return out;
}

// Empty segments go before dot segments are resolved, as file systems and most servers do it:
// "/a//../b" is "/b".
std::string resolve_segments(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  bool open = true;  // whether a slash must end the result
  while (!path.empty()) {
    path.remove_prefix(1);  // its slash
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    open = segment.empty() || is_dot_segment(segment);
    if (segment == "..") out.resize(out.empty() ? 0 : out.rfind('/'));
    if (!open) out.append("/").append(segment);
  }
  if (open) out += '/';
  return out;
}

bool matches_host(std::string_view wanted, std::string_view host) noexcept {
  if (wanted.empty()) return true;
  if (!wanted.starts_with("*.")) return iequals(wanted, host);
  const auto suffix = wanted.substr(1);
  return host.size() > suffix.size() && iequals(suffix, host.substr(host.size() - suffix.size()));
}

bool matches_path(std::string_view prefix, std::string_view path) noexcept {
  return path.starts_with(prefix) &&
         (prefix.empty() || path.size() == prefix.size() || path[prefix.size()] == '/');
}

bool matches_method(const std::vector<std::string>& wanted, std::string_view method) noexcept {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
           return one == method || (one == "GET" && method == "HEAD");
         });
}

std::string_view without_trailing_dot(std::string_view host) noexcept {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace

std::string normalized_path(std::string_view path) {
  path = without_query(path);
  if (path.empty()) return "/";  // RFC 9110 section 4.2.3
  if (!path.starts_with('/')) return std::string(path);
  return resolve_segments(decode_unreserved(path));
}

route_table::route_table(std::vector<route_match> routes) : routes_(std::move(routes)) {
  for (route_match& route : routes_) {
    if (route.host.ends_with('.')) route.host.pop_back();
    std::transform(route.host.begin(), route.host.end(), route.host.begin(), lower);
    if (route.path_prefix.empty()) continue;
    route.path_prefix = normalized_path(route.path_prefix);
    if (route.path_prefix.ends_with('/')) route.path_prefix.pop_back();
  }
}

std::optional<std::size_t> route_table::pick(std::string_view host, std::string_view path,
                                             std::string_view method) const {
  host = without_trailing_dot(host);
  path = without_query(path);
  std::string normalized;
  if (!is_plain(path)) {
    normalized = normalized_path(path);
    path = normalized;
  }
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const route_match& route = routes_[i];
    if (matches_path(route.path_prefix, path) && matches_host(route.host, host) &&
        matches_method(route.methods, method)) {
      return i;
    }
  }
  return std::nullopt;
}

std::string_view host_without_port(std::string_view authority) noexcept {
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    return close == std::string_view::npos ? authority : authority.substr(0, close + 1);
  }
  const auto colon = authority.find(':');
  // A second colon: an IPv6 address without its brackets, in which no port can be told.
  if (colon == std::string_view::npos || authority.rfind(':') != colon) return authority;
  return authority.substr(0, colon);
}

}  // namespace errata
