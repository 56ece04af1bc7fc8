#include "policies/framing.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace errata {
namespace {

// One decimal number, or the same number several times (RFC 9110 section 8.6 lets a recipient take
// identical values for one). False when it is anything else.
bool read_content_length(const field_list& fields, std::uint64_t& bytes) {
  bool first = true;
  bool valid = true;
  const auto take = [&](std::string_view digits) {
    std::uint64_t value = 0;
    // 18 digits cannot overflow; no body is longer.
    valid &= !digits.empty() && digits.size() <= 18 &&
             std::all_of(digits.begin(), digits.end(), [&](char c) {
               value = value * 10 + static_cast<unsigned>(c - '0');
               return c >= '0' && c <= '9';
             });
    valid &= first || value == bytes;
    bytes = value;
    first = false;
  };
  for (const field& f : fields) {
    if (f.id != field_id::content_length) continue;
    std::string_view list = f.value;
    while (true) {
      const auto comma = list.find(',');
      take(trim(list.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  return valid && !first;
}

constexpr auto host_chars = [] {
  std::array<bool, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c) {
    table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
  for (const char c : std::string_view("-._~!$&'()*+;=%"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_host_char(char c) noexcept {
  return host_chars[static_cast<unsigned char>(c)];
}

// *DIGIT (RFC 3986 section 3.2.3), and of 16 bits: a server that takes 65616 for 80 would see
// another authority than we do.
bool is_port(std::string_view text) noexcept {
  unsigned value = 0;
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), [&](char c) {
           value = value * 10 + static_cast<unsigned>(c - '0');
           return c >= '0' && c <= '9' && value <= 65535;
         });
}

// host [":" port] of RFC 3986 section 3.2, without userinfo and without the comma that some
// parsers take for a list.
bool is_authority(std::string_view text) noexcept {
  if (text.empty() || text.size() > 255) return false;
  std::string_view port;
  if (text.front() == '[') {
    const auto close = text.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    const auto literal = text.substr(1, close - 1);
    if (!std::all_of(literal.begin(), literal.end(), [](char c) {
          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
                 c == ':' || c == '.';
        })) {
      return false;
    }
    port = text.substr(close + 1);
    if (port.empty()) return true;
    if (port.front() != ':') return false;
    port.remove_prefix(1);
  } else {
    const auto colon = text.find(':');
    const auto host = text.substr(0, colon);
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_char)) return false;
    if (colon == std::string_view::npos) return true;
    port = text.substr(colon + 1);
  }
  return is_port(port);
}

// What the bytes of a request target may be, one bit each; a target has the bits of all its bytes.
enum target_byte : std::uint8_t { plain = 0, forbidden = 1, query = 2, backslash = 4, percent = 8 };

// Visible ASCII only, and no fragment: neither belongs in a request target.
constexpr auto target_bytes = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c) {
    if (c <= 0x20 || c >= 0x7F || c == '#') table[c] = forbidden;
  }
  table['?'] = query;
  table['\\'] = backslash;
  table['%'] = percent;
  return table;
}();

unsigned look_over(std::string_view target) noexcept {
  unsigned seen = plain;
  for (const char c : target) seen |= target_bytes[static_cast<unsigned char>(c)];
  return seen;
}

// RFC 9112 section 9.3: close wins over keep-alive, in 1.0 too.
bool is_persistent(int version_minor, const field_list& fields) noexcept {
  if (lists_token(fields, field_id::connection, "close")) return false;
  return version_minor >= 1 || lists_token(fields, field_id::connection, "keep-alive");
}

struct refusal {
  cause why;
  std::string_view detail;
};

// RFC 9112 section 6.1 and 6.3: exactly one framing, and only what every server reads alike.
std::optional<refusal> frame_body(const request_head& head, body_framing& body) {
  const field_list& fields = head.fields;
  if (fields.has(field_id::transfer_encoding)) {
    if (fields.has(field_id::content_length)) {
      return refusal{cause::malformed_request, "both Transfer-Encoding and Content-Length"};
    }
    if (fields.count(field_id::transfer_encoding) > 1) {
      return refusal{cause::malformed_request, "more than one Transfer-Encoding"};
    }
    if (head.version_minor < 1) {
      return refusal{cause::malformed_request, "Transfer-Encoding in HTTP/1.0"};
    }
    const auto value = fields.value(field_id::transfer_encoding);
    if (!iequals(value, "chunked")) {
      const bool one_token = is_token(value) && !iequals(value, "identity");
      return refusal{one_token ? cause::unknown_transfer_coding : cause::malformed_request,
                     "Transfer-Encoding other than chunked"};
    }
    body.kind = body_framing::chunked;
  } else if (fields.has(field_id::content_length)) {
    if (!read_content_length(fields, body.bytes)) {
      return refusal{cause::malformed_request, "bad Content-Length"};
    }
    body.kind = body.bytes > 0 ? body_framing::length : body_framing::none;
  }
  return std::nullopt;
}

// The four forms of RFC 9112 section 3.2.
std::optional<refusal> frame_target(const request_head& head, framed_request& out) {
  const std::string_view target = head.target;
  const unsigned seen = look_over(target);
  if ((seen & forbidden) != 0) {
    return refusal{cause::malformed_request, "byte not allowed in the request target"};
  }
  if (target.starts_with('/')) {
    out.forward_target = target;
  } else if (target == "*") {
    if (head.method != "OPTIONS") return refusal{cause::malformed_request, "* is for OPTIONS only"};
    out.forward_target = target;
  } else {
    constexpr std::string_view scheme = "http://";
    if (target.size() <= scheme.size() || !iequals(target.substr(0, scheme.size()), scheme)) {
      return refusal{cause::malformed_request, "request target in no known form"};
    }
    const auto rest = target.substr(scheme.size());
    const auto slash = rest.find_first_of("/?");
    out.authority = rest.substr(0, slash);
    out.absolute_form = true;
    out.forward_target =
        slash == std::string_view::npos ? std::string_view("/") : rest.substr(slash);
    if (!is_authority(out.authority))
      return refusal{cause::malformed_request, "bad authority in the request target"};
    // "http://host?query" has an empty path, which origin-form cannot say without a slash.
    if (out.forward_target.front() == '?') {
      return refusal{cause::malformed_request, "request target without a path"};
    }
    // An absolute OPTIONS target without a path means the server as a whole (section 3.2.4).
    if (slash == std::string_view::npos && head.method == "OPTIONS") out.forward_target = "*";
  }
  out.path = out.forward_target;
  if ((seen & query) != 0) out.path = out.path.substr(0, out.path.find('?'));
  if ((seen & (backslash | percent)) == 0) return std::nullopt;
  // Some servers take a backslash for a slash and a NUL for the end: a route that guards a path
  // cannot be decided then.
  if (out.path.find('\\') != std::string_view::npos ||
      out.path.find("%00") != std::string_view::npos) {
    return refusal{cause::malformed_request, "backslash or NUL in the path"};
  }
  return std::nullopt;
}

std::optional<refusal> frame_host(const request_head& head, framed_request& out) {
  const auto hosts = head.fields.count(field_id::host);
  if (hosts > 1) return refusal{cause::malformed_request, "more than one Host"};
  if (hosts == 0) {
    if (head.version_minor >= 1) return refusal{cause::malformed_request, "no Host"};
    return std::nullopt;
  }
  const auto host = head.fields.value(field_id::host);
  if (!is_authority(host)) return refusal{cause::malformed_request, "bad Host"};
  if (!out.absolute_form) out.authority = host;
  return std::nullopt;
}

std::optional<refusal> check(const request_head& head, const framing_limits& limits,
                             framed_request& out) {
  if (head.target.size() > limits.target_bytes)
    return refusal{cause::target_too_long, "request target too long"};
  if (head.fields.size() > limits.header_count)
    return refusal{cause::headers_too_large, "too many fields"};
  if (!is_token(head.method)) return refusal{cause::malformed_request, "bad method"};
  if (head.method == "CONNECT" || head.method == "TRACE") {
    return refusal{cause::method_not_allowed, "CONNECT and TRACE are not served"};
  }
  if (auto refused = frame_body(head, out.body)) return refused;
  if (auto refused = frame_target(head, out)) return refused;
  return frame_host(head, out);
}

}  // namespace

framed_request frame_request(const request_head& head, const framing_limits& limits) {
  framed_request out;
  if (const auto refused = check(head, limits, out)) {
    out.refused = refused->why;
    out.detail = refused->detail;
    return out;
  }
  const field_list& fields = head.fields;
  out.keep_alive = is_persistent(head.version_minor, fields);
  if (fields.has(field_id::expect) && head.version_minor >= 1) {
    const bool known = std::all_of(fields.begin(), fields.end(), [](const field& f) {
      return f.id != field_id::expect || iequals(f.value, "100-continue");
    });
    if (!known) {
      out.refused = cause::expectation_failed;
      out.detail = "unknown expectation";
      return out;
    }
    out.expects_continue = out.body.kind != body_framing::none;
  }
  out.is_for_us = head.method == "OPTIONS" && fields.value(field_id::max_forwards) == "0";
  // Only websocket, and never with a body: bytes behind such a head have no one meaning.
  out.upgrades = head.version_minor >= 1 && head.method == "GET" &&
                 out.body.kind == body_framing::none &&
                 lists_token(fields, field_id::connection, "upgrade") &&
                 iequals(fields.value(field_id::upgrade), "websocket");
  return out;
}

framed_response frame_response(const response_head& head, std::string_view request_method) {
  framed_response out;
  const field_list& fields = head.fields;
  out.keep_alive = is_persistent(head.version_minor, fields);
  const bool coded = fields.has(field_id::transfer_encoding);
  std::uint64_t length = 0;
  if (fields.has(field_id::content_length)) {
    if (coded) out.fault = "both Transfer-Encoding and Content-Length";
    if (!read_content_length(fields, length)) out.fault = "bad Content-Length";
  }
  if (coded && (fields.count(field_id::transfer_encoding) > 1 ||
                !iequals(fields.value(field_id::transfer_encoding), "chunked"))) {
    out.fault = "Transfer-Encoding other than chunked";
  }
  if (coded && head.version_minor < 1) out.fault = "Transfer-Encoding in HTTP/1.0";
  if (!out.fault.empty()) return out;

  // RFC 9112 section 6.3, in its order.
  if (request_method == "HEAD" || (head.status >= 100 && head.status < 200) || head.status == 204 ||
      head.status == 304) {
    out.body.kind = body_framing::none;
  } else if (coded) {
    out.body.kind = body_framing::chunked;
  } else if (fields.has(field_id::content_length)) {
    out.body = {length > 0 ? body_framing::length : body_framing::none, length};
  } else {
    out.body.kind = body_framing::until_close;
    out.keep_alive = false;
  }
  return out;
}

}  // namespace errata
