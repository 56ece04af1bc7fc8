#include "policies/normalize/page_blocks.hpp"

#include <algorithm>
#include <utility>

#include "policies/normalize/html_references.hpp"
#include "policies/normalize/markup.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t most_block_bytes = 8 * 1024;
constexpr std::size_t longest_label = 40;

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

std::string as_label(std::string_view text) {
  while (!text.empty() && (text.back() == ':' || text.back() == ' ')) text.remove_suffix(1);
  std::string label(utf8_prefix(text, longest_label));
  std::transform(label.begin(), label.end(), label.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return label;
}

// Line ends as one character, as a browser reads them.
std::string with_plain_line_ends(std::string text) {
  if (text.find('\r') == std::string::npos) return text;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out.push_back('\n');
    }
  }
  return out;
}

}  // namespace

void page_blocks::note_link(std::string_view text, bool linked) noexcept {
  bool& seen = linked ? linked_ : unlinked_;
  if (!seen && !is_blank(text)) seen = true;
}

void page_blocks::add(std::string_view raw, bool linked) {
  const std::size_t before = text_.size();
  if (before >= most_block_bytes) return note_link(raw, linked);
  append_resolved(text_, raw);
  if (text_.size() > most_block_bytes) text_.resize(utf8_prefix(text_, most_block_bytes).size());
  note_link(std::string_view(text_).substr(before), linked);
}

void page_blocks::add_plain(std::string_view text, bool linked) {
  const std::size_t room = most_block_bytes - std::min(most_block_bytes, text_.size());
  text_.append(utf8_prefix(text, room));
  note_link(text, linked);
}

void page_blocks::begin_bold() noexcept {
  if (is_blank(text_)) bold_from_start_ = true;
}

void page_blocks::end_bold() {
  if (!bold_from_start_) return;
  label_ = as_label(collapse_blanks(text_));
  label_end_ = text_.size();
  bold_from_start_ = false;
}

void page_blocks::end_block(block_kind kind) {
  std::string line = collapse_blanks(text_);
  if (!line.empty()) {
    page_block& block = page_.blocks.emplace_back();
    block.kind = kind;
    block.linked = linked_ && !unlinked_;
    std::string_view rest = line;
    if (!label_.empty()) {
      block.label = std::move(label_);
      rest = std::string_view(text_).substr(label_end_);
      rest.remove_prefix(std::min(rest.find_first_not_of(" :\t\r\n"), rest.size()));
    } else {
      block.label = std::move(cell_label_);
    }
    if (!block.label.empty()) block.rest = collapse_blanks(rest);
    block.text =
        kind == block_kind::preformatted ? with_plain_line_ends(std::move(text_)) : std::move(line);
    cell_label_.clear();
  }
  forget();
}

void page_blocks::end_header_cell() {
  cell_label_ = as_label(collapse_blanks(text_));
  forget();
}

void page_blocks::forget() noexcept {
  text_.clear();
  label_.clear();
  label_end_ = 0;
  bold_from_start_ = false;
  linked_ = unlinked_ = false;
}

}  // namespace errata
