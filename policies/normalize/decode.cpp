#include "policies/normalize/decode.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/charset.hpp"
#include "policies/normalize/inflate.hpp"
#include "policies/normalize/unbrotli.hpp"
#include "policies/normalize/unzstd.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t max_codings = 3;

enum class coding : std::uint8_t { identity, gzip, deflate, brotli, zstd, unknown };

coding identify_coding(std::string_view token) noexcept {
  if (iequals(token, "gzip") || iequals(token, "x-gzip")) return coding::gzip;
  if (iequals(token, "deflate") || iequals(token, "x-deflate")) return coding::deflate;
  if (iequals(token, "br")) return coding::brotli;
  if (iequals(token, "zstd")) return coding::zstd;
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

// The coding whose magic the bytes begin with; `declared` where they have none. deflate and br have
// no magic.
coding coding_of(std::string_view bytes, coding declared) noexcept {
  if (bytes.starts_with("\x1F\x8B\x08")) return coding::gzip;
  return has_zstd_magic(bytes) ? coding::zstd : declared;
}

decompressed decompress(std::string_view bytes, coding c, std::size_t limit) {
  switch (c) {
    case coding::gzip:
      return inflate_bytes(bytes, inflate_format::gzip, limit);
    case coding::deflate:
      return inflate_bytes(bytes, inflate_format::deflate, limit);
    case coding::brotli:
      return unbrotli_bytes(bytes, limit);
    case coding::zstd:
      return unzstd_bytes(bytes, limit);
    default:
      return {};
  }
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
  std::string own = {};
  decode_status status = decode_status::complete;
  std::size_t layers = 0;
  bool as_declared = true;

  void take_off(coding c, std::size_t limit) {
    decompressed result = decompress(bytes, c, limit);
    // br has neither a magic nor a checksum: noise may begin like a stream of it.
    const bool noise = c == coding::brotli && result.status == decompress_status::cut &&
                       !is_plain_text(result.bytes);
    if (noise || result.status == decompress_status::broken) {
      status = decode_status::opaque;
      return;
    }
    if (result.status == decompress_status::cut) status = decode_status::cut;
    own = std::move(result.bytes);
    bytes = own;
    ++layers;
  }
};

// Fills `p` in place: its view may point into its own string.
void peel(peeled& p, const field_list& fields, std::size_t limit) {
  const coding_list codings = declared_codings(fields);
  for (std::size_t i = codings.size; i-- > 0;) {
    if (p.bytes.empty() || is_plain_text(p.bytes)) {  // a wrong declaration
      p.as_declared = false;
      break;
    }
    if (codings.too_many || codings.applied[i] == coding::unknown) {
      p.status = decode_status::opaque;
      return;
    }
    // The magic tells, whatever the name that it goes by.
    const coding found = coding_of(p.bytes, codings.applied[i]);
    if (found != codings.applied[i]) p.as_declared = false;
    p.take_off(found, limit);
    if (p.status == decode_status::opaque) return;
  }
  while (p.layers < max_codings) {
    const coding found = coding_of(p.bytes, coding::identity);
    if (found == coding::identity) return;
    p.as_declared = false;
    p.take_off(found, limit);
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
  peeled p{.bytes = body};
  peel(p, fields, limit);
  result.had_coding = p.layers > 0;
  result.as_declared = p.as_declared;
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
