// The canonical error envelope: writing it, and recognising it exactly. See docs/envelope.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policies/catalog.hpp"

namespace errata {

inline constexpr std::size_t max_message_bytes = 512;

// The members of one envelope, in the order they are written. An empty `param` or `doc_url` is
// left out. The caller guarantees valid UTF-8.
struct envelope {
  std::string_view type;
  std::string_view message;
  std::string_view code;
  std::string_view param;
  std::string_view doc_url;
};

// Appends `{"error":{...}}`, compact, escaped (RFC 8259 section 7; control characters, and
// U+2028 and U+2029 for the sake of old JavaScript). Allocates only what `out` needs to grow.
void append_envelope(std::string& out, const envelope& e);

// Appends `text`, valid UTF-8, as a JSON string with the same escapes.
void append_json_string(std::string& out, std::string_view text);

// ^[a-z][a-z0-9_]{1,62}$, no doubled or trailing underscore.
bool is_code(std::string_view text) noexcept;

// Whether `body` is the canonical envelope to the letter, so that it may pass untouched: one JSON
// object with the one member `error`, in it only the five members, each once, all strings, `type`
// the catalog's for `status`, `code` by is_code(), `message` within its bounds.
// `body` is the decoded text. Linear in its size, bounded in depth.
bool is_canonical(std::string_view body, unsigned status, const catalog& types);

}  // namespace errata
