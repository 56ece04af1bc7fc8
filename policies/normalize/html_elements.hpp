// Knows the elements of HTML, as far as they matter for the text that a page shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace errata {

// What an element does to the text around it, and what may be inside (HTML Living Standard, section
// 13.2.6, of which reading a page needs little).
enum class html_kind : std::uint8_t {
  in_line,      // nothing
  bold,         // b, strong
  link,         // a
  void_block,   // a block without content: meta
  line_break,   // br, hr
  document,     // html, head, body: their tags say nothing that is not known without them
  block,        // any other that begins and ends a line
  paragraph,    // ends by itself where another block begins
  heading,      //
  pre,          //
  list_item,    // li
  term,         // dt, the header of what follows
  description,  // dd
  table,        //
  row,          // tr and the groups of rows and columns
  cell,         // td, caption
  header_cell,  // th
  title,        // text without tags
  raw,          // no text for readers up to the closing tag: script
  raw_shown,    // text without tags and references: xmp
  skip,         // not shown, may hold anything: nav
  skip_scope,   // the same, and what is opened outside is not closed inside: object
  form,         // not shown
  button,       // not shown, not nested
  select,       // not shown, holds options
  svg,          // not shown, not HTML inside
};

struct html_element {
  std::string_view name;
  html_kind kind;
  bool ends_paragraph = false;  // its start tag does
};

inline constexpr std::size_t html_element_count = 117;

// The element of that name, in any case; nullptr for one that HTML does not have.
const html_element* find_html_element(std::string_view name) noexcept;

// Its place among all of them, below html_element_count.
std::size_t index_of(const html_element& element) noexcept;

}  // namespace errata
