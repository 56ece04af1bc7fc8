// The elements that are open at some place of an HTML page, and which of them a tag closes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "policies/normalize/html_elements.hpp"

namespace errata {

// What formatting is in force: it outlives the blocks that it was opened in, but not a cell.
struct text_format {
  std::uint32_t bold = 0;         // how many b and strong are open
  std::size_t bold_depth = 0;     // how many elements were open where the outermost one began
  bool bold_interrupted = false;  // its container was closed: it goes on with the next text
  bool link = false;              // an a is open
  bool link_outside = false;      // so was one around this cell
};

struct open_element {
  const html_element* element = nullptr;
  text_format before;  // of an element that keeps its formatting to itself
  bool ended = false;  // closed while others in it were open; goes when they go
};

// Elements without an effect of their own (span) are not among them. Searches end at tables, cells
// and objects, as browsers have it (HTML Living Standard, section 13.2.4.2), so that what is in a
// cell closes nothing outside.
class open_elements {
 public:
  bool empty() const noexcept { return stack_.empty(); }
  std::size_t size() const noexcept { return stack_.size(); }
  const open_element& top() const noexcept { return stack_.back(); }
  bool top_is(html_kind kind) const noexcept;
  bool is_open(html_kind kind) const noexcept { return count_[place(kind)] > 0; }

  void push(const html_element& element, const text_format& before);
  void pop();
  // The innermost one is closed, but not what is in it.
  void end(std::size_t depth) noexcept;

  // Where the innermost one is that a closing tag of `element` closes: 0 for the outermost. Any
  // heading's closes any heading.
  std::optional<std::size_t> find(const html_element& element) const noexcept;
  std::optional<std::size_t> find(html_kind kind) const noexcept;
  // Where the list item or description is that a new one ends.
  std::optional<std::size_t> find_item(const html_element& element) const noexcept;
  // Where the innermost table is.
  std::optional<std::size_t> find_table() const noexcept;

 private:
  static std::size_t place(html_kind kind) noexcept { return static_cast<std::size_t>(kind); }

  std::vector<open_element> stack_;
  std::array<std::uint16_t, 32> count_{};  // of each kind, those that have ended left out
  std::array<std::uint16_t, html_element_count> count_by_element_{};
};

}  // namespace errata
