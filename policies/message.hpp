// Non-owning views of an HTTP/1.1 head: what every policy reads and no policy keeps.
//
// Lifetimes: every view points into the buffer that the head was parsed from (or into a string that
// the caller owns) and dies with it. Nothing here owns text. Threads: plain values, no sharing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace errata {

// The field names that errata acts upon. Everything else is field_id::other and is forwarded as it
// came (RFC 9110 section 5.1: a proxy forwards unrecognised fields).
enum class field_id : std::uint8_t {
  other,
  accept,
  accept_ranges,
  age,
  allow,
  authorization,
  baggage,
  cache_control,
  connection,
  content_disposition,
  content_digest,
  content_encoding,
  content_language,
  content_length,
  content_location,
  content_md5,
  content_range,
  content_type,
  cookie,
  date,
  digest,
  etag,
  expect,
  expires,
  forwarded,
  host,
  http2_settings,
  keep_alive,
  last_modified,
  max_forwards,
  origin,
  pragma,
  proxy_authenticate,
  proxy_authorization,
  proxy_connection,
  refresh,
  repr_digest,
  retry_after,
  set_cookie,
  signature,
  signature_input,
  te,
  traceparent,
  tracestate,
  trailer,
  transfer_encoding,
  upgrade,
  user_agent,
  vary,
  via,
  www_authenticate,
  x_content_type_options,
  x_forwarded_for,
  x_forwarded_host,
  x_forwarded_proto,
  x_real_ip,
  x_request_id,
};

// Case-blind (RFC 9110 section 5.1); `other` for a name not in the list above.
field_id identify_field(std::string_view name) noexcept;

// ASCII case-blind comparison. Never reads past either end.
bool iequals(std::string_view a, std::string_view b) noexcept;

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) noexcept;

// Whether `text` may be sent as a field value: no CR, LF, NUL or other control character but HTAB,
// no leading or trailing white space (RFC 9110 section 5.5). The one gate for every value that the
// HTTP parser did not produce: JSON strings, configuration, host names.
bool is_field_value(std::string_view text) noexcept;

// Without leading and trailing SP and HTAB.
std::string_view trim(std::string_view text) noexcept;

struct field {
  std::string_view name;   // as it came
  std::string_view value;  // without surrounding white space
  field_id id = field_id::other;
};

// The fields of one head in the order they came, repeats kept. Absence of a known field is known
// without a search. Keeps its capacity over clear(), so that a reused list does not allocate.
class field_list {
 public:
  void clear() noexcept;
  void add(std::string_view name, std::string_view value);
  void add(field_id id, std::string_view name, std::string_view value);

  bool has(field_id id) const noexcept;
  std::size_t count(field_id id) const noexcept;
  // The first field of that id or name; nullptr when there is none.
  const field* find(field_id id) const noexcept;
  const field* find(std::string_view name) const noexcept;
  // The first value, or an empty view.
  std::string_view value(field_id id) const noexcept;

  std::size_t size() const noexcept { return fields_.size(); }
  const field* begin() const noexcept { return fields_.data(); }
  const field* end() const noexcept { return fields_.data() + fields_.size(); }

 private:
  std::vector<field> fields_;
  std::uint64_t present_ = 0;  // one bit a field_id
};

struct request_head {
  std::string_view method;
  std::string_view target;  // as it came: any of the four forms of RFC 9112 section 3.2
  int version_minor = 1;    // HTTP/1.x
  field_list fields;
};

struct response_head {
  unsigned status = 0;  // as it came: 0 to 999
  std::string_view reason;
  int version_minor = 1;
  field_list fields;
};

// Calls `f(std::string_view member)` for each non-empty member of a comma-separated list
// (RFC 9110 section 5.6.1), trimmed. Quoted strings are not special: use only for token lists.
template <class F>
void for_each_member(std::string_view list, F&& f) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto member = trim(list.substr(0, comma));
    if (!member.empty()) f(member);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

// Whether any field `id` lists `token` (case-blind).
bool lists_token(const field_list& fields, field_id id, std::string_view token) noexcept;

}  // namespace errata
