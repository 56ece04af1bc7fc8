// HTTP/1.1 as the tests see it: heads and bodies taken from a byte_stream, kept as the bytes that
// came. Written apart from the proxy's own parser, so that the two cannot be wrong together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/byte_stream.hpp"

namespace errata::testing {

struct text_field {
  std::string name;
  std::string value;
};

// A start line and fields in the order they came, repeats kept. Names are looked up case-blind.
struct text_head {
  std::string raw;  // with the empty line
  std::string start_line;
  std::vector<text_field> fields;
  bool well_formed = false;  // each line ends in CRLF and is `token:value`

  std::size_t count(std::string_view name) const;
  bool has(std::string_view name) const { return count(name) > 0; }
  std::string value(std::string_view name) const;  // the first; empty when there is none
  std::vector<std::string> values(std::string_view name) const;
  // The names in order, in lower case, joined by a space.
  std::string names() const;
};

text_head parse_head(std::string raw);

enum class framing : std::uint8_t { none, length, chunked, until_close };

struct text_body {
  framing by = framing::none;
  std::string content;                   // without chunk framing
  std::string raw;                       // as it came
  std::vector<std::string> chunk_lines;  // each size line, with its extensions, without CRLF
  std::string trailers;                  // lines after the last chunk, without the empty line
  bool complete = false;                 // the whole of it came, rightly framed
};

// Reads the body of a request (never until close) or of a response that has one.
text_body read_request_body(byte_stream& stream, const text_head& head);
text_body read_response_body(byte_stream& stream, const text_head& head);

bool same_name(std::string_view a, std::string_view b);

// `content` in chunks of `size` bytes, with the last chunk.
std::string in_chunks(std::string_view content, std::size_t size);

// `size` bytes, different at every place, so that a shifted or mixed-up body is seen.
std::string patterned(std::size_t size, unsigned seed = 1);

}  // namespace errata::testing
