// Which charset a body is in, whatever its labels say, and its text as UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errata {

struct converted_text {
  std::string text;          // valid UTF-8, no BOM, no NUL, at most the limit
  std::string_view charset;  // static name of what was used
  bool clean = false;        // the input was UTF-8 without BOM and NUL: `text` is the input
  bool cut = false;          // the limit was reached
};

// The charset parameter of a Content-Type value, without quotes; empty when there is none.
std::string_view charset_parameter(std::string_view content_type) noexcept;

// The charset that a document declares in its first KiB (<?xml encoding=, <meta charset=,
// <meta content="...; charset=); empty when there is none.
std::string_view declared_in_document(std::string_view bytes) noexcept;

// Converts `bytes`. Order: byte order mark, `content_type`, the document, then a guess. See
// decode.hpp. Linear. Any thread.
converted_text to_utf8(std::string_view bytes, std::string_view content_type, std::size_t limit);

}  // namespace errata
