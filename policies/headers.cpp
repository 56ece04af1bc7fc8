#include "policies/headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace errata {
namespace {

// What belongs to one hop whatever Connection says (RFC 9110 section 7.6.1 and the fields that
// older agents used for the same).
constexpr bool is_always_hop_by_hop(field_id id) noexcept {
  switch (id) {
    case field_id::connection:
    case field_id::http2_settings:
    case field_id::keep_alive:
    case field_id::proxy_authenticate:
    case field_id::proxy_authorization:
    case field_id::proxy_connection:
    case field_id::te:
    case field_id::trailer:
    case field_id::transfer_encoding:
    case field_id::upgrade:
      return true;
    default:
      return false;
  }
}

// What a client must not be able to have removed by naming it in Connection.
constexpr bool is_protected(field_id id) noexcept {
  switch (id) {
    case field_id::authorization:
    case field_id::cookie:
    case field_id::content_length:
    case field_id::content_type:
    case field_id::content_encoding:
    case field_id::date:
    case field_id::forwarded:
    case field_id::host:
    case field_id::retry_after:
    case field_id::set_cookie:
    case field_id::traceparent:
    case field_id::tracestate:
    case field_id::via:
    case field_id::www_authenticate:
    case field_id::x_forwarded_for:
    case field_id::x_forwarded_host:
    case field_id::x_forwarded_proto:
    case field_id::x_real_ip:
    case field_id::x_request_id:
      return true;
    default:
      return false;
  }
}

// What append_request_fields() writes anew.
constexpr bool is_rewritten_in_request(field_id id) noexcept {
  switch (id) {
    case field_id::content_length:
    case field_id::forwarded:
    case field_id::host:
    case field_id::via:
    case field_id::x_forwarded_for:
    case field_id::x_forwarded_host:
    case field_id::x_forwarded_proto:
      return true;
    default:
      return false;
  }
}

// X-Forwarded-Prefix, -Port, -Ssl and whatever else services take from the proxy before them; with
// '_' for '-' too, as imitates_known_field() says.
bool tells_of_hops(std::string_view name) noexcept {
  constexpr std::string_view prefix = "x-forwarded-";
  return name.size() > prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), name.begin(), [](char wanted, char c) {
           return c == '_' ? wanted == '-' : iequals({&c, 1}, {&wanted, 1});
         });
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// Kept lines are copied as "name: value"; one that came like that is one run of bytes.
void append_field(std::string& out, const field& f) {
  const char* const name_end = f.name.data() + f.name.size();
  if (f.value.data() == name_end + 2 && name_end[0] == ':' && name_end[1] == ' ') {
    out.append(f.name.data(), f.name.size() + 2 + f.value.size()).append("\r\n");
  } else {
    append_line(out, f.name, f.value);
  }
}

// Max-Forwards of an OPTIONS is one less at the next hop (RFC 9110 section 7.6.2); what is no
// number says nothing and goes as it came.
void append_counted_down(std::string& out, const field& f) {
  unsigned left = 0;
  const auto* end = f.value.data() + f.value.size();
  const auto parsed = std::from_chars(f.value.data(), end, left);
  if (parsed.ec != std::errc{} || parsed.ptr != end || left == 0) {
    append_field(out, f);
  } else {
    append_line(out, f.name, std::to_string(left - 1));
  }
}

// "Name: a, b, own": the values of all fields `id` as one list with our own member behind.
void append_list(std::string& out, std::string_view name, const field_list& fields, field_id id,
                 bool keep, std::string_view own) {
  out.append(name).append(": ");
  if (keep && fields.has(id)) {
    for (const field& f : fields) {
      if (f.id == id && !f.value.empty()) out.append(f.value).append(", ");
    }
  }
  out.append(own).append("\r\n");
}

void append_forwarded(std::string& out, const request_head& head, const forwarding_facts& facts) {
  out.append("Forwarded: ");
  if (facts.peer_is_trusted && head.fields.has(field_id::forwarded)) {
    for (const field& f : head.fields) {
      if (f.id == field_id::forwarded && !f.value.empty()) out.append(f.value).append(", ");
    }
  }
  // An IPv6 address is bracketed and quoted (RFC 7239 section 6.1).
  const bool is_v6 = facts.peer.find(':') != std::string_view::npos;
  out.append(is_v6 ? "for=\"[" : "for=").append(facts.peer).append(is_v6 ? "]\"" : "");
  if (!facts.authority.empty()) out.append(";host=\"").append(facts.authority).append("\"");
  out.append(";proto=http\r\n");
}

}  // namespace

connection_options::connection_options(const field_list& fields) {
  if (!fields.has(field_id::connection)) return;
  for (const field& f : fields) {
    if (f.id != field_id::connection) continue;
    for_each_member(f.value, [&](std::string_view name) {
      if (names.size() == names.capacity()) {
        overflow = true;
      } else {
        names.push_back(name);
      }
    });
  }
}

bool connection_options::nominates(std::string_view name) const noexcept {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view listed) { return iequals(listed, name); });
}

bool is_hop_by_hop(const field& f, const connection_options& nominated) noexcept {
  if (is_always_hop_by_hop(f.id)) return true;
  return !nominated.names.empty() && !is_protected(f.id) && nominated.nominates(f.name);
}

bool imitates_known_field(std::string_view name) noexcept {
  if (name.find('_') == std::string_view::npos || name.size() > 32) return false;
  std::array<char, 32> dashed;
  std::transform(name.begin(), name.end(), dashed.begin(),
                 [](char c) { return c == '_' ? '-' : c; });
  return identify_field({dashed.data(), name.size()}) != field_id::other;
}

bool append_request_fields(std::string& out, const request_head& head,
                           const forwarding_facts& facts) {
  const connection_options nominated(head.fields);
  if (nominated.overflow) return false;
  append_line(out, "Host", facts.authority.empty() ? facts.endpoint : facts.authority);
  for (const field& f : head.fields) {
    if (is_rewritten_in_request(f.id) || is_hop_by_hop(f, nominated)) continue;
    // tracestate means nothing without a valid traceparent (W3C trace-context section 3.3).
    if (!facts.pass_trace && (f.id == field_id::traceparent || f.id == field_id::tracestate))
      continue;
    const bool told =
        f.id == field_id::x_real_ip || (f.id == field_id::other && tells_of_hops(f.name));
    if (told && !facts.peer_is_trusted) continue;
    if (iequals(f.name, facts.request_id_field)) continue;
    if (f.id == field_id::other && imitates_known_field(f.name)) continue;
    if (f.id == field_id::max_forwards && head.method == "OPTIONS") {
      append_counted_down(out, f);
    } else {
      append_field(out, f);
    }
  }
  append_line(out, facts.request_id_field, facts.request_id);

  const bool keep = facts.peer_is_trusted;
  const field_list& fields = head.fields;
  out.append("Via: ");
  if (fields.has(field_id::via)) {
    for (const field& f : fields) {
      if (f.id == field_id::via && !f.value.empty()) out.append(f.value).append(", ");
    }
  }
  out.append(head.version_minor >= 1 ? "1.1 " : "1.0 ").append(facts.pseudonym).append("\r\n");
  append_list(out, "X-Forwarded-For", fields, field_id::x_forwarded_for, keep, facts.peer);
  const auto told_proto = fields.value(field_id::x_forwarded_proto);
  append_line(out, "X-Forwarded-Proto", keep && !told_proto.empty() ? told_proto : "http");
  const auto told_host = fields.value(field_id::x_forwarded_host);
  const auto host = keep && !told_host.empty() ? told_host : facts.authority;
  if (!host.empty()) append_line(out, "X-Forwarded-Host", host);
  append_forwarded(out, head, facts);
  return true;
}

void append_response_fields(std::string& out, const response_head& head,
                            std::string_view request_id_field) {
  const connection_options nominated(head.fields);
  bool dated = false;
  for (const field& f : head.fields) {
    if (f.id == field_id::date && std::exchange(dated, true)) continue;
    if (f.id == field_id::content_length || is_hop_by_hop(f, nominated)) continue;
    if (iequals(f.name, request_id_field)) continue;
    append_field(out, f);
  }
}

void append_upgrade(std::string& out, const response_head& head, unsigned sent_status) {
  if (sent_status != 426 || !head.fields.has(field_id::upgrade)) return;
  for (const field& f : head.fields) {
    if (f.id == field_id::upgrade) append_field(out, f);
  }
  append_line(out, "Connection", "Upgrade");
}

bool went_through(const field_list& fields, std::string_view pseudonym) noexcept {
  if (!fields.has(field_id::via)) return false;
  bool found = false;
  for (const field& f : fields) {
    if (f.id != field_id::via) continue;
    for_each_member(f.value, [&](std::string_view member) {
      const auto space = member.find(' ');
      if (space == std::string_view::npos) return;
      auto by = trim(member.substr(space));
      by = by.substr(0, by.find(' '));
      found |= by == pseudonym;
    });
  }
  return found;
}

}  // namespace errata
