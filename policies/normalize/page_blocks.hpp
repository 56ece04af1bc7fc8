// Collects the text of a page into blocks: where each ends is told by whoever reads the page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policies/normalize/page.hpp"

namespace errata {

class page_blocks {
 public:
  // Blocks go to `into`, which must outlive this.
  explicit page_blocks(page& into) noexcept : page_(into) {}

  // `raw`: valid UTF-8 with its references. Of one block 8 KiB are kept. `linked`: inside a link.
  void add(std::string_view raw, bool linked);
  // The same without references.
  void add_plain(std::string_view text, bool linked);
  void add_line_end() { text_.push_back('\n'); }

  // Bold text begins and ends; where it begins the block, it becomes its label.
  void begin_bold() noexcept;
  void begin_bold_here() noexcept { bold_from_start_ = true; }  // all of the block so far is bold
  void end_bold();

  // Ends the block; without text there is none.
  void end_block(block_kind kind);
  // What came since the last block is no block but the label of the next.
  void end_header_cell();

  bool full() const noexcept { return page_.blocks.size() >= most_page_blocks; }

 private:
  void note_link(std::string_view text, bool linked) noexcept;
  void forget() noexcept;

  page& page_;
  std::string text_;
  std::string label_;       // the bold words that the block began with
  std::string cell_label_;  // the header cell before this one
  std::size_t label_end_ = 0;
  bool bold_from_start_ = false;
  bool linked_ = false;
  bool unlinked_ = false;
};

}  // namespace errata
