#include "policies/message.hpp"

#include <algorithm>
#include <array>

namespace errata {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

struct known_name {
  std::string_view name;
  field_id id;
};

constexpr std::array known_names = {
    known_name{"accept", field_id::accept},
    known_name{"accept-ranges", field_id::accept_ranges},
    known_name{"age", field_id::age},
    known_name{"allow", field_id::allow},
    known_name{"authorization", field_id::authorization},
    known_name{"baggage", field_id::baggage},
    known_name{"cache-control", field_id::cache_control},
    known_name{"connection", field_id::connection},
    known_name{"content-disposition", field_id::content_disposition},
    known_name{"content-digest", field_id::content_digest},
    known_name{"content-encoding", field_id::content_encoding},
    known_name{"content-language", field_id::content_language},
    known_name{"content-length", field_id::content_length},
    known_name{"content-location", field_id::content_location},
    known_name{"content-md5", field_id::content_md5},
    known_name{"content-range", field_id::content_range},
    known_name{"content-type", field_id::content_type},
    known_name{"cookie", field_id::cookie},
    known_name{"date", field_id::date},
    known_name{"digest", field_id::digest},
    known_name{"etag", field_id::etag},
    known_name{"expect", field_id::expect},
    known_name{"expires", field_id::expires},
    known_name{"forwarded", field_id::forwarded},
    known_name{"host", field_id::host},
    known_name{"http2-settings", field_id::http2_settings},
    known_name{"keep-alive", field_id::keep_alive},
    known_name{"last-modified", field_id::last_modified},
    known_name{"max-forwards", field_id::max_forwards},
    known_name{"origin", field_id::origin},
    known_name{"pragma", field_id::pragma},
    known_name{"proxy-authenticate", field_id::proxy_authenticate},
    known_name{"proxy-authorization", field_id::proxy_authorization},
    known_name{"proxy-connection", field_id::proxy_connection},
    known_name{"refresh", field_id::refresh},
    known_name{"repr-digest", field_id::repr_digest},
    known_name{"retry-after", field_id::retry_after},
    known_name{"set-cookie", field_id::set_cookie},
    known_name{"signature", field_id::signature},
    known_name{"signature-input", field_id::signature_input},
    known_name{"te", field_id::te},
    known_name{"traceparent", field_id::traceparent},
    known_name{"tracestate", field_id::tracestate},
    known_name{"trailer", field_id::trailer},
    known_name{"transfer-encoding", field_id::transfer_encoding},
    known_name{"upgrade", field_id::upgrade},
    known_name{"user-agent", field_id::user_agent},
    known_name{"vary", field_id::vary},
    known_name{"via", field_id::via},
    known_name{"www-authenticate", field_id::www_authenticate},
    known_name{"x-content-type-options", field_id::x_content_type_options},
    known_name{"x-forwarded-for", field_id::x_forwarded_for},
    known_name{"x-forwarded-host", field_id::x_forwarded_host},
    known_name{"x-forwarded-proto", field_id::x_forwarded_proto},
    known_name{"x-real-ip", field_id::x_real_ip},
    known_name{"x-request-id", field_id::x_request_id},
};
static_assert(known_names.size() == static_cast<std::size_t>(field_id::x_request_id));
static_assert(known_names.size() < 64, "field_list keeps one bit a field_id");

// A name is looked up by a hash of its length, first and last letter; a slot holds the few known
// names that share one. Filled at compile time, so that a new row above needs nothing else.
constexpr std::size_t slot_count = 256;
constexpr std::size_t slot_depth = 4;

constexpr std::size_t slot_of(std::string_view name) noexcept {
  const auto first = static_cast<unsigned char>(lower(name.front()));
  const auto last = static_cast<unsigned char>(lower(name.back()));
  return (name.size() * 7U + first * 31U + last * 5U) % slot_count;
}

struct slot_table {
  std::array<std::array<std::uint8_t, slot_depth>, slot_count> rows{};  // 0: empty
  bool overflow = false;
};

constexpr slot_table make_slots() {
  slot_table table;
  for (std::size_t i = 0; i < known_names.size(); ++i) {
    auto& row = table.rows[slot_of(known_names[i].name)];
    std::size_t depth = 0;
    while (depth < slot_depth && row[depth] != 0) ++depth;
    if (depth == slot_depth) {
      table.overflow = true;
      return table;
    }
    row[depth] = static_cast<std::uint8_t>(i + 1);
  }
  return table;
}

constexpr slot_table slots = make_slots();
static_assert(!slots.overflow, "too many known field names share a slot: raise slot_depth");

constexpr bool is_tchar(char c) noexcept {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

}  // namespace

bool iequals(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

field_id identify_field(std::string_view name) noexcept {
  if (name.empty()) return field_id::other;
  for (const std::uint8_t index : slots.rows[slot_of(name)]) {
    if (index == 0) break;
    const known_name& known = known_names[index - 1U];
    if (iequals(known.name, name)) return known.id;
  }
  return field_id::other;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_tchar);
}

bool is_field_value(std::string_view text) noexcept {
  if (text.empty()) return true;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  if (blank(text.front()) || blank(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return c == '\t' || (u >= 0x20 && u != 0x7F);
  });
}

std::string_view trim(std::string_view text) noexcept {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

void field_list::clear() noexcept {
  fields_.clear();
  present_ = 0;
}

void field_list::add(std::string_view name, std::string_view value) {
  add(identify_field(name), name, value);
}

void field_list::add(field_id id, std::string_view name, std::string_view value) {
  fields_.push_back({name, value, id});
  present_ |= std::uint64_t{1} << static_cast<unsigned>(id);
}

bool field_list::has(field_id id) const noexcept {
  return (present_ >> static_cast<unsigned>(id) & 1U) != 0;
}

std::size_t field_list::count(field_id id) const noexcept {
  if (!has(id)) return 0;
  return static_cast<std::size_t>(
      std::count_if(begin(), end(), [id](const field& f) { return f.id == id; }));
}

const field* field_list::find(field_id id) const noexcept {
  if (!has(id)) return nullptr;
  const auto* found = std::find_if(begin(), end(), [id](const field& f) { return f.id == id; });
  return found == end() ? nullptr : found;
}

const field* field_list::find(std::string_view name) const noexcept {
  const auto* found =
      std::find_if(begin(), end(), [name](const field& f) { return iequals(f.name, name); });
  return found == end() ? nullptr : found;
}

std::string_view field_list::value(field_id id) const noexcept {
  const field* found = find(id);
  return found == nullptr ? std::string_view{} : found->value;
}

bool lists_token(const field_list& fields, field_id id, std::string_view token) noexcept {
  if (!fields.has(id)) return false;
  bool found = false;
  for (const field& f : fields) {
    if (f.id != id) continue;
    for_each_member(f.value, [&](std::string_view member) { found |= iequals(member, token); });
  }
  return found;
}

}  // namespace errata
