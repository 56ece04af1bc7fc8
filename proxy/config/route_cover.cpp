#include "proxy/config/route_cover.hpp"

#include <algorithm>

namespace errata {
namespace {

bool host_covers(std::string_view first, std::string_view later) noexcept {
  if (first.empty() || first == later) return true;
  if (!first.starts_with("*.") || later.empty()) return false;
  const std::string_view suffix = first.substr(1);  // ".example.com"
  const std::string_view host = later.starts_with("*.") ? later.substr(1) : later;
  return host.size() > suffix.size() && host.ends_with(suffix);
}

bool path_covers(std::string_view first, std::string_view later) noexcept {
  if (first.empty()) return true;
  if (!later.starts_with(first)) return false;
  return later.size() == first.size() || first.ends_with('/') || later[first.size()] == '/';
}

bool methods_cover(const std::vector<std::string>& first,
                   const std::vector<std::string>& later) noexcept {
  if (first.empty()) return true;
  const auto taken = [&first](std::string_view method) {
    const auto has = [&first](std::string_view m) {
      return std::find(first.begin(), first.end(), m) != first.end();
    };
    return has(method) || (method == "HEAD" && has("GET"));
  };
  return !later.empty() && std::all_of(later.begin(), later.end(), taken);
}

}  // namespace

bool covers(const route_match& first, const route_match& later) noexcept {
  return host_covers(first.host, later.host) && path_covers(first.path_prefix, later.path_prefix) &&
         methods_cover(first.methods, later.methods);
}

}  // namespace errata
