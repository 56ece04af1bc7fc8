// Cuts an HTML page into tags and the text between them, in one pass and without allocating.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/normalize/html_elements.hpp"

namespace errata {

enum class html_token_kind : std::uint8_t { text, start_tag, end_tag };

struct html_token {
  html_token_kind kind = html_token_kind::text;
  std::string_view text;                  // of `text`: references still in it
  const html_element* element = nullptr;  // of tags; nullptr for an element that HTML does not have
  bool closes_itself = false;             // "<x/>", which counts in SVG only
};

// The tokenizer of the HTML Living Standard, section 13.2.5, without attributes: comments,
// declarations and tags that the page's end cuts off are passed over, "<" that opens nothing is
// text. Several text tokens may follow each other.
class html_tokens {
 public:
  // `page`: any bytes; must outlive this and its tokens.
  explicit html_tokens(std::string_view page) noexcept : rest_(page) {}

  // False at the end.
  bool next(html_token& token) noexcept;

  // To be called after the start tag of an element in which tags mean nothing (script, title):
  // what is before its closing tag. The closing tag is passed over.
  std::string_view raw_text(const html_element& element) noexcept;

  // All that is left, which is then no more.
  std::string_view take_rest() noexcept;

  // Passes over one line end, which does not count at the start of a pre.
  void skip_line_end() noexcept;

 private:
  bool take_tag(html_token& token, std::size_t name_at) noexcept;
  void skip_past(char end) noexcept;
  void skip_comment() noexcept;

  std::string_view rest_;
};

}  // namespace errata
