#include "policies/normalize/page.hpp"

#include "policies/normalize/html_tokens.hpp"
#include "policies/normalize/open_elements.hpp"
#include "policies/normalize/page_blocks.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

// Browsers stop nesting at twice as much, and no error page comes near.
constexpr std::size_t deepest = 256;

constexpr bool is_skipped(html_kind kind) noexcept {
  return kind == html_kind::skip || kind == html_kind::skip_scope || kind == html_kind::form ||
         kind == html_kind::button || kind == html_kind::select || kind == html_kind::svg;
}

// Elements at whose end the formatting is what it was before them.
constexpr bool keeps_format(html_kind kind) noexcept {
  return kind == html_kind::cell || kind == html_kind::header_cell ||
         kind == html_kind::skip_scope || kind == html_kind::button;
}

// What ends an SVG drawing that it stands in: plain HTML that is not closed either.
constexpr bool leaves_drawing(const html_element& e) noexcept {
  switch (e.kind) {
    case html_kind::bold:
    case html_kind::block:
    case html_kind::paragraph:
    case html_kind::heading:
    case html_kind::pre:
    case html_kind::list_item:
    case html_kind::term:
    case html_kind::description:
    case html_kind::table:
    case html_kind::line_break:
    case html_kind::document:
      return true;
    default:
      return false;
  }
}

// Follows the tags of a page and tells where its blocks begin and end. It keeps no tree: of what a
// browser would build only the open elements are known, and misnested ones are closed as a browser
// closes them.
class page_reader {
 public:
  explicit page_reader(page& into) noexcept : page_(into), blocks_(into) {}

  void read(std::string_view html) {
    html_tokens tokens(html);
    html_token token;
    while (page_.readable && !blocks_.full() && tokens.next(token)) {
      if (token.kind == html_token_kind::text) {
        add(token.text);
      } else if (token.kind == html_token_kind::end_tag) {
        close(token.element);
      } else {
        open(token, tokens);
      }
    }
    pop_to(0);
    if (format_.bold > 0) blocks_.end_bold();
    end_block();
  }

 private:
  bool is_linked() const noexcept { return format_.link || format_.link_outside; }

  block_kind kind() const noexcept {
    if (open_.is_open(html_kind::heading)) return block_kind::heading;
    return open_.is_open(html_kind::pre) ? block_kind::preformatted : block_kind::paragraph;
  }

  void end_block() {
    if (skipping_ == 0 && !blocks_.full()) blocks_.end_block(kind());
  }

  void add(std::string_view text) {
    if (skipping_ > 0) return;
    if (format_.bold_interrupted) {
      format_.bold_interrupted = false;
      format_.bold_depth = open_.size();
      blocks_.begin_bold();
    }
    blocks_.add(text, is_linked());
  }

  void push(const html_element& e) {
    if (open_.size() >= deepest) {
      page_.readable = false;
      return;
    }
    if (!is_skipped(e.kind)) end_block();
    open_.push(e, format_);
    if (is_skipped(e.kind)) ++skipping_;
    if (keeps_format(e.kind)) format_ = {.link_outside = is_linked()};
  }

  void pop() {
    const open_element last = open_.top();
    const html_kind kind = last.element->kind;
    if (is_skipped(kind)) {
      --skipping_;
    } else if (skipping_ == 0) {
      if (format_.bold > 0) blocks_.end_bold();
      if (kind == html_kind::term || kind == html_kind::header_cell) {
        blocks_.end_header_cell();
      } else {
        end_block();
      }
    }
    open_.pop();
    if (keeps_format(kind)) format_ = last.before;
    if (format_.bold > 0 && open_.size() < format_.bold_depth) format_.bold_interrupted = true;
  }

  void pop_to(std::size_t depth) {
    while (open_.size() > depth || (!open_.empty() && open_.top().ended)) pop();
  }
  void pop_to(std::optional<std::size_t> depth) {
    if (depth) pop_to(*depth);
  }

  void open(const html_token& token, html_tokens& tokens) {
    if (token.element == nullptr) {
      ++strangers_;
      return end_block();
    }
    const html_element& e = *token.element;
    if (open_.is_open(html_kind::svg)) {
      if (!leaves_drawing(e)) {
        if (e.kind == html_kind::svg && !token.closes_itself) push(e);
        return;
      }
      pop_to(open_.find(html_kind::svg));
    }
    if (open_.is_open(html_kind::select) && !leaves_select(e)) {
      if (e.kind == html_kind::raw) tokens.raw_text(e);
      return;
    }
    if (e.ends_paragraph) pop_to(open_.find(html_kind::paragraph));
    open_in_flow(e, token, tokens);
  }

  // Ends the select where a tag does. Whether the tag has a meaning outside, too.
  bool leaves_select(const html_element& e) {
    const bool field = e.name == "input" || e.name == "textarea" || e.name == "keygen";
    const bool part = e.kind == html_kind::table || e.kind == html_kind::row ||
                      e.kind == html_kind::cell || e.kind == html_kind::header_cell;
    if (field || part || e.kind == html_kind::select) pop_to(open_.find(html_kind::select));
    return field || part;
  }

  void open_in_flow(const html_element& e, const html_token& token, html_tokens& tokens) {
    switch (e.kind) {
      case html_kind::in_line:
      case html_kind::document:
        return;
      case html_kind::bold:
        return open_bold();
      case html_kind::link:
        format_.link = true;
        return;
      case html_kind::void_block:
        return end_block();
      case html_kind::line_break:
        return break_line();
      case html_kind::raw:
        tokens.raw_text(e);
        return;
      case html_kind::raw_shown:
      case html_kind::title:
        return read_raw(e, tokens);
      case html_kind::row:
      case html_kind::cell:
      case html_kind::header_cell:
        return open_in_table(e);
      case html_kind::table:
        if (open_.top_is(html_kind::table)) pop_to(open_.size() - 1);
        return push(e);
      case html_kind::heading:
        if (open_.top_is(html_kind::heading)) pop_to(open_.size() - 1);
        return push(e);
      case html_kind::list_item:
      case html_kind::term:
      case html_kind::description:
        pop_to(open_.find_item(e));
        return push(e);
      case html_kind::button:
        pop_to(open_.find(html_kind::button));
        return push(e);
      case html_kind::form:
        // Between the cells of a table a form holds nothing, and forms do not nest.
        if (!open_.top_is(html_kind::table) && !open_.is_open(html_kind::form)) push(e);
        return;
      case html_kind::svg:
        if (!token.closes_itself) push(e);
        return;
      case html_kind::pre:
        tokens.skip_line_end();
        return push(e);
      default:
        push(e);
    }
  }

  void open_bold() {
    if (format_.bold++ == 0) {
      format_.bold_depth = open_.size();
      format_.bold_interrupted = false;
    }
    if (skipping_ == 0) blocks_.begin_bold();
  }

  void break_line() {
    if (skipping_ > 0) return;
    if (open_.is_open(html_kind::pre)) {
      blocks_.add_line_end();
    } else {
      end_block();
    }
  }

  void read_raw(const html_element& e, html_tokens& tokens) {
    const std::string_view text = e.name == "plaintext" ? tokens.take_rest() : tokens.raw_text(e);
    if (skipping_ > 0) return;
    end_block();
    if (blocks_.full()) return;
    if (e.kind == html_kind::title) {
      blocks_.add(text, is_linked());
      blocks_.end_block(block_kind::title);
    } else {
      blocks_.add_plain(text, is_linked());
      end_block();
    }
  }

  // Rows are not kept: they begin where cells end.
  void open_in_table(const html_element& e) {
    const auto table = open_.find_table();
    if (!table) return;
    pop_to(*table + 1);
    if (e.kind == html_kind::row) {
      end_block();
    } else {
      push(e);
    }
  }

  void close(const html_element* e) {
    if (e == nullptr) {
      if (strangers_ == 0) return;
      --strangers_;
      return end_block();
    }
    if (open_.is_open(html_kind::select) && !leaves_select(*e)) return;
    switch (e->kind) {
      case html_kind::bold:
        return close_bold();
      case html_kind::link:
        format_.link = false;
        return;
      case html_kind::line_break:
        if (e->name == "br") break_line();
        return;
      case html_kind::paragraph: {
        const auto depth = open_.find(html_kind::paragraph);
        // A closing tag alone is an empty paragraph.
        return depth ? pop_to(*depth) : end_block();
      }
      case html_kind::row:
        if (const auto table = open_.find_table()) {
          pop_to(*table + 1);
          end_block();
        }
        return;
      case html_kind::table:
        return pop_to(open_.find_table());
      case html_kind::form:
        return close_form(*e);
      default:
        return pop_to(open_.find(*e));
    }
  }

  void close_bold() {
    if (format_.bold == 0) return;
    // Around blocks that are still open a browser carries it into them.
    if (skipping_ == 0) {
      if (open_.size() > format_.bold_depth) blocks_.begin_bold_here();
      blocks_.end_bold();
    }
    if (--format_.bold == 0) format_.bold_interrupted = false;
  }

  // Ends a form, but not the elements in it that are still open.
  void close_form(const html_element& e) {
    const auto depth = open_.find(e);
    if (!depth) return;
    while (open_.size() > *depth + 1 &&
           (open_.top_is(html_kind::paragraph) || open_.top_is(html_kind::list_item) ||
            open_.top_is(html_kind::term) || open_.top_is(html_kind::description))) {
      pop();
    }
    if (open_.size() == *depth + 1) return pop_to(*depth);
    open_.end(*depth);
  }

  page& page_;
  page_blocks blocks_;
  open_elements open_;
  text_format format_;
  std::size_t skipping_ = 0;   // how many open elements are not shown
  std::size_t strangers_ = 0;  // elements that HTML does not have, not closed yet
};

// A tag that the end of the page cuts off is no text, which a parser takes it for in a title.
std::string_view without_cut_tag(std::string_view html) noexcept {
  const auto open = html.rfind('<');
  if (open == std::string_view::npos || html.find('>', open) != std::string_view::npos) return html;
  const std::string_view after = html.substr(open + 1, 1);
  const bool tag = after.empty() || after[0] == '/' || after[0] == '!' ||
                   (after[0] >= 'a' && after[0] <= 'z') || (after[0] >= 'A' && after[0] <= 'Z');
  return tag ? html.substr(0, open) : html;
}

}  // namespace

page read_page(std::string_view html) {
  page result;
  page_reader(result).read(without_cut_tag(utf8_prefix(html, most_page_bytes)));
  if (!result.readable) result.blocks.clear();
  return result;
}

}  // namespace errata
