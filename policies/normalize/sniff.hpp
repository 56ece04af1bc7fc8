// What a body really is, whatever its Content-Type says.
#pragma once

#include <cstdint>
#include <string_view>

namespace errata {

enum class body_kind : std::uint8_t { empty, json, xml, html, form, text, binary };

struct sniffed {
  body_kind kind = body_kind::empty;
  // The document itself: white space, JSONP calls, guards against JSON hijacking and notices that
  // an interpreter printed before it are left out. A view into what was sniffed.
  std::string_view document;
  // What the whole is if `document` turns out not to be JSON after all; json if there is nothing
  // else that it could be.
  body_kind otherwise = body_kind::json;
};

// `text`: valid UTF-8. Looks at the first KiB, and for JSON behind a notice once through the text.
sniffed sniff(std::string_view text) noexcept;

}  // namespace errata
