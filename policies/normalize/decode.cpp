#include "policies/normalize/decode.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/charset.hpp"
#include "policies/normalize/inflate.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t max_codings = 3;

enum class coding : std::uint8_t { identity, gzip, deflate, unknown };

coding identify_coding(std::string_view token) noexcept {
  if (iequals(token, "gzip") || iequals(token, "x-gzip")) return coding::gzip;
  if (iequals(token, "deflate") || iequals(token, "x-deflate")) return coding::deflate;
  if (iequals(token, "identity") || iequals(token, "none")) return coding::identity;
  return coding::unknown;
}

struct coding_list {
  std::array<coding, max_codings> applied{};  // in the order they were applied
  std::size_t size = 0;
  bool too_many = false;
};

coding_list declared_codings(const field_list& fields) {
  coding_list list;
  if (!fields.has(field_id::content_encoding)) return list;
  for (const field& f : fields) {
    if (f.id != field_id::content_encoding) continue;
    for_each_member(f.value, [&list](std::string_view token) {
      const coding c = identify_coding(token);
      if (c == coding::identity) return;
      if (list.size == max_codings) {
        list.too_many = true;
      } else {
        list.applied[list.size++] = c;
      }
    });
  }
  return list;
}

bool has_gzip_magic(std::string_view bytes) noexcept {
  return bytes.substr(0, 3) == std::string_view("\x1F\x8B\x08", 3);
}

// Whether bytes that are said to be compressed are in fact text. Compressed bytes have control
// characters all over, and about half of them are above 7F.
bool is_plain_text(std::string_view bytes) noexcept {
  const std::string_view head = bytes.substr(0, 512);
  std::size_t high = 0;
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0x7F || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')) return false;
    if (byte >= 0x80) ++high;
  }
  return high * 4 <= head.size() || is_utf8(bytes);
}

// The body while its codings come off: either still the caller's bytes or our own.
struct peeled {
  std::string_view bytes;
  std::string own;
  decode_status status = decode_status::complete;
  bool had_coding = false;

  void take_off(inflate_format format, std::size_t limit) {
    inflated result = inflate_bytes(bytes, format, limit);
    if (result.status == inflate_status::broken) {
      status = decode_status::opaque;
      return;
    }
    if (result.status == inflate_status::cut) status = decode_status::cut;
    own = std::move(result.bytes);
    bytes = own;
    had_coding = true;
  }
};

// Fills `p` in place: its view may point into its own string.
void peel(peeled& p, const field_list& fields, std::size_t limit) {
  const coding_list codings = declared_codings(fields);
  std::size_t layers = 0;
  for (std::size_t i = codings.size; i-- > 0;) {
    if (p.bytes.empty() || is_plain_text(p.bytes)) break;  // a wrong declaration
    if (codings.too_many || codings.applied[i] == coding::unknown) {
      p.status = decode_status::opaque;
      return;
    }
    ++layers;
    // The magic tells gzip, whatever the name that it goes by.
    const bool gzip = has_gzip_magic(p.bytes) || codings.applied[i] == coding::gzip;
    p.take_off(gzip ? inflate_format::gzip : inflate_format::deflate, limit);
    if (p.status == decode_status::opaque) return;
  }
  while (layers < max_codings && has_gzip_magic(p.bytes)) {
    ++layers;
    p.take_off(inflate_format::gzip, limit);
    if (p.status == decode_status::opaque) return;
  }
}

}  // namespace

bool is_decodable(const field_list& fields) {
  const coding_list codings = declared_codings(fields);
  const auto end = codings.applied.begin() + static_cast<std::ptrdiff_t>(codings.size);
  return !codings.too_many && std::find(codings.applied.begin(), end, coding::unknown) == end;
}

decoded decode_body(std::string_view body, const field_list& fields, std::size_t limit) {
  decoded result;
  peeled p{body, {}, decode_status::complete, false};
  peel(p, fields, limit);
  result.had_coding = p.had_coding;
  result.status = p.status;
  if (p.status == decode_status::opaque) return result;
  converted_text converted = to_utf8(p.bytes, fields.value(field_id::content_type), limit);
  result.text = std::move(converted.text);
  result.charset = converted.charset;
  result.was_utf8_clean = converted.clean;
  if (converted.cut) result.status = decode_status::cut;
  return result;
}

}  // namespace errata
