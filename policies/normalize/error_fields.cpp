#include "policies/normalize/error_fields.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/scrub.hpp"

namespace errata {
namespace {

// What such a field says is true of the body that is gone, or is not for clients.
constexpr std::array<std::string_view, 14> dropped_names = {
    "server",        "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator",
    "x-sourcefiles", "sourcemap",    "x-sourcemap",      "x-error-stack",       "x-php-version",
    "x-error-trace", "x-traceback",  "x-mod-pagespeed",  "x-accel-redirect",
};
constexpr std::array<std::string_view, 10> dropped_prefixes = {
    "x-debug",   "x-exception", "x-stack",     "x-backend",  "x-upstream",
    "x-profile", "x-symfony",   "x-clockwork", "x-sendfile", "x-chromelogger",
};

bool istarts_with(std::string_view text, std::string_view prefix) noexcept {
  return iequals(text.substr(0, prefix.size()), prefix);
}

bool is_named_internal(std::string_view name) noexcept {
  return std::any_of(dropped_names.begin(), dropped_names.end(),
                     [name](std::string_view dropped) { return iequals(name, dropped); }) ||
         std::any_of(dropped_prefixes.begin(), dropped_prefixes.end(),
                     [name](std::string_view prefix) { return istarts_with(name, prefix); });
}

// Whether the value of a field that no standard knows holds an internal. Most values cannot, which
// is seen without looking for patterns.
bool leaks(const field& f) {
  if (!istarts_with(f.name, "x-")) return false;
  constexpr std::size_t shortest = 6;
  if (f.value.size() < shortest || f.value.find_first_of("/\\.") == std::string_view::npos) {
    return false;
  }
  return scrub_message(f.value).removed.internals() != 0;
}

bool is_freshness(field_id id) noexcept {
  return id == field_id::cache_control || id == field_id::expires || id == field_id::age ||
         id == field_id::pragma;
}

// RFC 6585: responses with these statuses must not be stored by a cache.
bool is_never_stored(unsigned status) noexcept {
  return status == 428 || status == 429 || status == 431 || status == 511;
}

// RFC 9110 section 7.6.1, and the fields that are hop-by-hop without being listed.
bool is_hop_by_hop(const field& f, const field_list& all, unsigned sent_status) {
  switch (f.id) {
    // A 407 is nothing without its challenge: docs/decisions/0003-a-407-keeps-its-meaning.md.
    case field_id::proxy_authenticate:
      return sent_status != 407;
    case field_id::connection:
    case field_id::proxy_connection:
    case field_id::keep_alive:
    case field_id::te:
    case field_id::transfer_encoding:
    case field_id::upgrade:
    case field_id::trailer:
    case field_id::proxy_authorization:
    case field_id::http2_settings:
      return true;
    default:
      return all.has(field_id::connection) && lists_token(all, field_id::connection, f.name);
  }
}

// Fields that describe, digest or validate the body that is replaced.
bool describes_body(const field& f, unsigned sent_status) noexcept {
  switch (f.id) {
    case field_id::content_type:
    case field_id::content_length:
    case field_id::content_encoding:
    case field_id::content_language:
    case field_id::content_location:
    case field_id::content_disposition:
    case field_id::refresh:
    case field_id::etag:
    case field_id::last_modified:
    case field_id::accept_ranges:
    case field_id::content_md5:
    case field_id::digest:
    case field_id::content_digest:
    case field_id::repr_digest:
    case field_id::signature:
    case field_id::signature_input:
      return true;
    case field_id::content_range:
      // RFC 9110 section 14.4: of a 416 it tells the length of the resource, not of the body.
      return sent_status != 416;
    default:
      return false;
  }
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

// Several lines make one list (RFC 9110 section 5.3): what the upstream exposes stays as it is.
// Names are listed rather than "*", which with credentials means a field of that name.
void append_exposed(std::string& out, const field_list& upstream,
                    std::string_view request_id_field) {
  std::string missing;
  for (const std::string_view name :
       {request_id_field, std::string_view("Retry-After"), std::string_view("RateLimit"),
        std::string_view("RateLimit-Policy")}) {
    bool listed = false;
    for (const field& f : upstream) {
      if (!iequals(f.name, "access-control-expose-headers")) continue;
      for_each_member(f.value,
                      [&](std::string_view member) { listed = listed || iequals(member, name); });
    }
    if (listed) continue;
    if (!missing.empty()) missing += ", ";
    missing += name;
  }
  if (!missing.empty()) append_line(out, "Access-Control-Expose-Headers", missing);
}

}  // namespace

bool survives_rewrite(const field& f, const field_list& all, unsigned sent_status) {
  switch (f.id) {
    case field_id::date:
    case field_id::via:
    case field_id::x_request_id:
    case field_id::x_content_type_options:
      return false;
    default:
      break;
  }
  if (describes_body(f, sent_status) || is_hop_by_hop(f, all, sent_status)) return false;
  if (f.id != field_id::other) return true;
  return !is_named_internal(f.name) && !leaks(f);
}

void append_error_fields(std::string& out, const response_head& upstream,
                         const error_field_options& options) {
  const unsigned sent_status = options.sent_status;
  const bool never_stored = is_never_stored(sent_status) || is_never_stored(upstream.status);
  bool challenged = false;
  bool cross_origin = false;
  for (const field& f : upstream.fields) {
    if (iequals(f.name, options.request_id_field)) continue;
    if (!survives_rewrite(f, upstream.fields, sent_status)) continue;
    if (never_stored && is_freshness(f.id)) continue;
    challenged = challenged || f.id == field_id::www_authenticate;
    cross_origin =
        cross_origin || (f.id == field_id::other && iequals(f.name, "access-control-allow-origin"));
    append_line(out, f.name, f.value);
  }
  append_line(out, "Content-Type", options.content_type);
  append_line(out, "X-Content-Type-Options", "nosniff");
  const bool own = upstream.status == 0 && upstream.fields.size() == 0;
  if (own || never_stored) append_line(out, "Cache-Control", "no-store");
  // RFC 9110 section 15.5.2: a 401 must have a challenge.
  if (sent_status == 401 && !challenged && !options.auth_challenge.empty()) {
    append_line(out, "WWW-Authenticate", options.auth_challenge);
  }
  if (options.varies_by_accept && !lists_token(upstream.fields, field_id::vary, "accept") &&
      !lists_token(upstream.fields, field_id::vary, "*")) {
    append_line(out, "Vary", "Accept");
  }
  if (cross_origin) append_exposed(out, upstream.fields, options.request_id_field);
}

}  // namespace errata
