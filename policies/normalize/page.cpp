#include "policies/normalize/page.hpp"

#include <gumbo.h>

#include <algorithm>

#include "policies/normalize/html_tree.hpp"
#include "policies/normalize/markup.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t most_block_bytes = 8 * 1024;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

enum class tag_role { in_line, block, heading, title, pre, header_cell, line_break, skip };

tag_role role_of(GumboTag tag) noexcept {
  switch (tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_NOSCRIPT:
      return tag_role::skip;
    case GUMBO_TAG_TITLE:
      return tag_role::title;
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
      return tag_role::heading;
    case GUMBO_TAG_PRE:
      return tag_role::pre;
    case GUMBO_TAG_TH:
    case GUMBO_TAG_DT:
      return tag_role::header_cell;
    case GUMBO_TAG_BR:
    case GUMBO_TAG_HR:
      return tag_role::line_break;
    case GUMBO_TAG_A:
    case GUMBO_TAG_ABBR:
    case GUMBO_TAG_B:
    case GUMBO_TAG_BIG:
    case GUMBO_TAG_CITE:
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_I:
    case GUMBO_TAG_KBD:
    case GUMBO_TAG_LABEL:
    case GUMBO_TAG_Q:
    case GUMBO_TAG_S:
    case GUMBO_TAG_SAMP:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_SUB:
    case GUMBO_TAG_SUP:
    case GUMBO_TAG_TT:
    case GUMBO_TAG_U:
    case GUMBO_TAG_VAR:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INPUT:
      return tag_role::in_line;
    default:
      return tag_role::block;
  }
}

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

std::string as_label(std::string_view text) {
  while (!text.empty() && (text.back() == ':' || text.back() == ' ')) text.remove_suffix(1);
  std::string label(text.substr(0, 40));
  std::transform(label.begin(), label.end(), label.begin(), lower);
  return label;
}

// Walks the tree and collects blocks.
class block_reader {
 public:
  explicit block_reader(page& into) : page_(into) {}

  void read(const GumboNode* root) {
    stack_.push_back({root, 0});
    enter(root);
    while (!stack_.empty() && page_.blocks.size() < most_page_blocks) {
      frame& top = stack_.back();
      const GumboVector* children = children_of(top.node);
      if (children == nullptr || top.next >= children->length) {
        leave(top.node);
        stack_.pop_back();
        continue;
      }
      const auto* child = static_cast<const GumboNode*>(children->data[top.next++]);
      if (child->type == GUMBO_NODE_ELEMENT) {
        if (role_of(child->v.element.tag) == tag_role::skip) continue;
        enter(child);
        stack_.push_back({child, 0});
      } else if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE ||
                 child->type == GUMBO_NODE_CDATA) {
        add(child->v.text.text);
      }
    }
    flush();
  }

 private:
  struct frame {
    const GumboNode* node;
    unsigned next;
  };

  static const GumboVector* children_of(const GumboNode* node) noexcept {
    if (node->type == GUMBO_NODE_ELEMENT) return &node->v.element.children;
    return node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children : nullptr;
  }

  void enter(const GumboNode* node) {
    if (node->type != GUMBO_NODE_ELEMENT) return;
    const GumboTag tag = node->v.element.tag;
    switch (role_of(tag)) {
      case tag_role::in_line:
        if (is_bold(tag) && is_blank(text_)) label_from_ = text_.size();
        if (tag == GUMBO_TAG_A) ++links_;
        return;
      case tag_role::line_break:
        if (pre_ == 0) {
          flush();
        } else {
          text_.push_back('\n');
        }
        return;
      case tag_role::heading:
        flush();
        ++headings_;
        return;
      case tag_role::title:
        flush();
        ++titles_;
        return;
      case tag_role::pre:
        flush();
        ++pre_;
        return;
      default:
        flush();
    }
  }

  void leave(const GumboNode* node) {
    if (node->type != GUMBO_NODE_ELEMENT) return;
    const GumboTag tag = node->v.element.tag;
    switch (role_of(tag)) {
      case tag_role::in_line:
        if (is_bold(tag) && label_from_ != std::string::npos) {
          label_ = as_label(collapse_blanks(text_));
          label_end_ = text_.size();
          label_from_ = std::string::npos;
        }
        if (tag == GUMBO_TAG_A) --links_;
        return;
      case tag_role::line_break:
        return;
      case tag_role::heading:
        flush();
        --headings_;
        return;
      case tag_role::title:
        flush();
        --titles_;
        return;
      case tag_role::pre:
        flush();
        --pre_;
        return;
      case tag_role::header_cell: {
        std::string label = as_label(collapse_blanks(text_));
        forget();
        cell_label_ = std::move(label);
        return;
      }
      default:
        flush();
    }
  }

  static bool is_bold(GumboTag tag) noexcept {
    return tag == GUMBO_TAG_B || tag == GUMBO_TAG_STRONG;
  }

  void add(const char* text) {
    const std::size_t room = most_block_bytes - std::min(most_block_bytes, text_.size());
    const std::string_view piece = utf8_prefix(std::string_view(text), room);
    if (!is_blank(piece)) (links_ > 0 ? linked_ : unlinked_) = true;
    text_.append(piece);
  }

  void forget() {
    text_.clear();
    label_.clear();
    label_end_ = 0;
    label_from_ = std::string::npos;
    linked_ = unlinked_ = false;
  }

  void flush() {
    page_block block;
    block.kind = titles_ > 0     ? block_kind::title
                 : headings_ > 0 ? block_kind::heading
                 : pre_ > 0      ? block_kind::preformatted
                                 : block_kind::paragraph;
    block.linked = linked_ && !unlinked_;
    block.text = collapse_blanks(text_);
    if (!block.text.empty()) {
      std::string_view rest = text_;
      if (!label_.empty()) {
        block.label = std::move(label_);
        rest.remove_prefix(label_end_);
        rest.remove_prefix(std::min(rest.find_first_not_of(" :\t\r\n"), rest.size()));
      } else {
        block.label = std::move(cell_label_);
      }
      block.rest = collapse_blanks(rest);
      if (pre_ > 0) block.text = text_;
      cell_label_.clear();
      page_.blocks.push_back(std::move(block));
    }
    forget();
  }

  page& page_;
  std::vector<frame> stack_;
  std::string text_;
  std::string label_;       // the bold words that the block began with
  std::string cell_label_;  // the header cell before this one
  std::size_t label_from_ = std::string::npos;
  std::size_t label_end_ = 0;
  int links_ = 0;
  int headings_ = 0;
  int titles_ = 0;
  int pre_ = 0;
  bool linked_ = false;
  bool unlinked_ = false;
};

}  // namespace

page read_page(std::string_view html) {
  page result;
  if (html.empty()) return result;
  const html_tree tree(html);
  result.readable = tree.document() != nullptr;
  if (result.readable) block_reader(result).read(tree.document());
  return result;
}

}  // namespace errata
