#include "policies/cors.hpp"

#include <algorithm>

namespace errata {

bool is_cors_origin(std::string_view text) noexcept {
  if (text == "*") return true;
  constexpr std::size_t longest = 300;
  const auto colon = text.find("://");
  if (text.size() > longest || colon == 0 || colon == std::string_view::npos) return false;
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view host = text.substr(colon + 3);
  const auto lower_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return !host.empty() && std::all_of(scheme.begin(), scheme.end(), [&](char c) {
    return lower_or_digit(c) || c == '+' || c == '-' || c == '.';
  }) && std::all_of(host.begin(), host.end(), [&](char c) {
    return lower_or_digit(c) || std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

void append_cors_fields(std::string& out, const cors_settings& settings, std::string_view origin,
                        std::string_view request_id_field) {
  if (settings.origins.empty()) return;
  const bool any = settings.origins.front() == "*";
  if (!any) out += "Vary: Origin\r\n";
  if (origin.empty()) return;
  const bool listed = any || std::find(settings.origins.begin(), settings.origins.end(), origin) !=
                                 settings.origins.end();
  if (!listed) return;
  out.append("Access-Control-Allow-Origin: ").append(any ? "*" : origin).append("\r\n");
  if (settings.credentials && !any) out += "Access-Control-Allow-Credentials: true\r\n";
  out.append("Access-Control-Expose-Headers: ")
      .append(request_id_field)
      .append(", Retry-After, RateLimit, RateLimit-Policy");
  for (const std::string& name : settings.expose) out.append(", ").append(name);
  out += "\r\n";
}

}  // namespace errata
