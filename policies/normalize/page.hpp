// Reads an HTML page into the blocks of text that a person would see, bounded and without
// recursion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace errata {

enum class block_kind : std::uint8_t { title, heading, paragraph, preformatted };

// One run of text between two line ends of the page.
struct page_block {
  block_kind kind = block_kind::paragraph;
  std::string text;  // blanks collapsed; line ends kept in `preformatted`
  // The bold words that it begins with, or the header cell before it, lower case, no colon. It may
  // be a label ("Message") or just bold.
  std::string label;
  std::string rest;     // `text` without such words, blanks collapsed; empty without a label
  bool linked = false;  // all of it is a link
};

struct page {
  std::vector<page_block> blocks;  // none is empty
  bool readable = true;            // false: nested as no page for people is: there are no blocks
};

inline constexpr std::size_t most_page_bytes = 32 * 1024;
inline constexpr std::size_t most_page_blocks = 200;

// `html`: valid UTF-8, of which most_page_bytes are parsed. Scripts, styles, forms, navigation and
// footers are left out. Any thread.
page read_page(std::string_view html);

}  // namespace errata
