// From the bytes of a body to bounded, valid UTF-8: content codings off, charset converted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policies/message.hpp"

namespace errata {

// complete: the whole body. cut: the limit or the bomb guard was hit, or the input ended early:
// `text` is what was decoded until then. opaque: an unknown or broken coding: `text` is empty.
enum class decode_status : std::uint8_t { complete, cut, opaque };

struct decoded {
  std::string text;  // always valid UTF-8, no BOM, no NUL, at most `limit` bytes
  decode_status status = decode_status::complete;
  bool had_coding = false;        // a content coding was taken off
  bool as_declared = true;        // the codings that came off are those that were declared
  bool was_utf8_clean = false;    // the bytes (coding off) were valid UTF-8 as they came, no BOM
  std::string_view charset = "";  // static name of the charset that was used
};

// `fields`: the response's (Content-Encoding, Content-Type are read). `limit`: most bytes out.
//
// Codings (RFC 9110 section 8.4): gzip, x-gzip, deflate (with a zlib wrapper or without, as both
// are in use), br, zstd, identity, up to three of them stacked. What is declared but plainly not
// there is taken as plain; gzip and zstd are recognised by their magic, whatever is declared.
// Decoding stops at `limit`, or past 4 KiB out when it grew more than a hundredfold. Others are
// opaque.
//
// Charset: a byte order mark, the charset of Content-Type, a declaration in the document (HTML
// meta, XML prologue), in this order; without one UTF-8 when valid, else windows-1252. Declarations
// that the bytes contradict lose. What cannot be converted becomes U+FFFD.
//
// Linear in body.size() + limit. Any thread.
decoded decode_body(std::string_view body, const field_list& fields, std::size_t limit);

// Whether the codings that `fields` declare are among those that decode_body() takes off.
bool is_decodable(const field_list& fields);

}  // namespace errata
