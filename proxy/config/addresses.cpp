#include "proxy/config/addresses.hpp"

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

namespace errata {
namespace {

namespace urls = boost::urls;

constexpr std::size_t longest_host = 253;  // RFC 1035 section 2.3.4, without the final dot

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (ec != std::errc{} || end != text.data() + text.size()) return {};
  return port;
}

// Letters, digits, hyphens and underscores, in parts between dots, none of them empty.
bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > longest_host) return false;
  if (text.front() == '.' || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

std::string quote(std::string_view text) {
  return '"' + std::string(text) + '"';
}

}  // namespace

std::optional<listener_config> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  std::string_view host = text.substr(0, colon);
  const auto port = parse_port(text.substr(colon + 1));
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = ip_address::parse(host);
  if (!port || !address) return {};
  const bool has_colon = host.find(':') != std::string_view::npos;
  if (bracketed != has_colon) return {};
  return listener_config{std::string(host), *port};
}

checked<endpoint_config> parse_server_url(std::string_view text) {
  const std::string example = "wants a URL such as \"http://127.0.0.1:9001\"";
  const auto parsed = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!parsed || !parsed->has_authority() || parsed->host().empty()) return {{}, example};
  const urls::url_view url = *parsed;
  if (url.scheme_id() == urls::scheme::https) {
    return {{}, "TLS to upstreams is not supported: " + example};
  }
  if (url.scheme_id() != urls::scheme::http) return {{}, example};
  if (url.has_userinfo()) return {{}, "a server's URL has no user or password in it: " + example};
  if ((!url.encoded_path().empty() && url.encoded_path() != "/") || url.has_query() ||
      url.has_fragment()) {
    return {{}, "a server's URL ends after its port; the request's own path is sent: " + example};
  }
  endpoint_config out;
  const bool is_address =
      url.host_type() == urls::host_type::ipv4 || url.host_type() == urls::host_type::ipv6;
  out.host = is_address ? url.host_address() : url.host();
  if (!is_address && !is_host_name(out.host)) return {{}, "not the name of a host: " + example};
  if (url.has_port() && !url.port().empty()) {
    const auto port = parse_port(std::string_view(url.port().data(), url.port().size()));
    if (!port || *port == 0) return {{}, "the port is from 1 to 65535: " + example};
    out.port = *port;
  }
  return {std::move(out), {}};
}

checked<std::string> parse_host_pattern(std::string_view text) {
  const std::string example =
      "wants a host such as \"api.example.com\", or \"*.example.com\" for all below it";
  if (text == "*" || text.empty()) return {{}, example + "; leave it out for any host"};
  std::string host(text);
  std::transform(host.begin(), host.end(), host.begin(), lower);
  if (host.ends_with('.')) host.pop_back();
  if (host.starts_with('[') && host.ends_with(']')) {
    const auto address = ip_address::parse(std::string_view(host).substr(1, host.size() - 2));
    return address && !address->is_v4() ? checked<std::string>{std::move(host), {}}
                                        : checked<std::string>{{}, example};
  }
  if (host.find(':') != std::string::npos)
    return {{}, "the host stands without a port: " + example};
  const std::string_view name = std::string_view(host).substr(host.starts_with("*.") ? 2 : 0);
  if (name.find('*') != std::string_view::npos) {
    return {{}, "a \"*.\" stands only at the start: " + example};
  }
  if (!is_host_name(name)) return {{}, example};
  return {std::move(host), {}};
}

checked<std::string> parse_path_prefix(std::string_view text) {
  const std::string example = "wants a path that starts with \"/\", such as \"/v1/billing\"";
  if (!text.starts_with('/')) return {{}, example};
  if (text.find("//") != std::string_view::npos) return {{}, "has a doubled slash: " + example};
  const auto parsed = urls::parse_origin_form(urls::string_view(text.data(), text.size()));
  if (!parsed) return {{}, "is not a URL's path: " + example};
  if (parsed->has_query()) return {{}, "a query is not part of a path: " + example};
  const std::string plain = normalized_path(text);
  if (plain != text) {
    return {
        {},
        "never matches, since paths are compared in their plainest form: wants " + quote(plain)};
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  return {std::string(text), {}};
}

bool is_url_base(std::string_view text) {
  const auto url = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!url || !url->has_authority() || url->host().empty()) return false;
  return url->scheme_id() == urls::scheme::http || url->scheme_id() == urls::scheme::https;
}

}  // namespace errata
