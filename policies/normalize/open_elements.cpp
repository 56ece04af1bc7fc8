#include "policies/normalize/open_elements.hpp"

namespace errata {
namespace {

constexpr bool ends_search(html_kind kind) noexcept {
  return kind == html_kind::table || kind == html_kind::cell || kind == html_kind::header_cell ||
         kind == html_kind::skip_scope;
}

constexpr bool is_description(html_kind kind) noexcept {
  return kind == html_kind::term || kind == html_kind::description;
}

}  // namespace

bool open_elements::top_is(html_kind kind) const noexcept {
  return !stack_.empty() && stack_.back().element->kind == kind;
}

void open_elements::push(const html_element& element, const text_format& before) {
  stack_.push_back({&element, before, false});
  ++count_[place(element.kind)];
  ++count_by_element_[index_of(element)];
}

void open_elements::pop() {
  const open_element& last = stack_.back();
  if (!last.ended) {
    --count_[place(last.element->kind)];
    --count_by_element_[index_of(*last.element)];
  }
  stack_.pop_back();
}

void open_elements::end(std::size_t depth) noexcept {
  open_element& one = stack_[depth];
  one.ended = true;
  --count_[place(one.element->kind)];
  --count_by_element_[index_of(*one.element)];
}

std::optional<std::size_t> open_elements::find(const html_element& element) const noexcept {
  if (element.kind == html_kind::heading) return find(html_kind::heading);
  if (count_by_element_[index_of(element)] == 0) return std::nullopt;
  for (std::size_t i = stack_.size(); i-- > 0;) {
    const open_element& one = stack_[i];
    if (one.element == &element && !one.ended) return i;
    if (ends_search(one.element->kind)) break;
  }
  return std::nullopt;
}

std::optional<std::size_t> open_elements::find(html_kind kind) const noexcept {
  if (!is_open(kind)) return std::nullopt;
  for (std::size_t i = stack_.size(); i-- > 0;) {
    const html_kind one = stack_[i].element->kind;
    if (one == kind && !stack_[i].ended) return i;
    // A paragraph around a button is not ended inside it.
    if (ends_search(one) || (kind == html_kind::paragraph && one == html_kind::button)) break;
  }
  return std::nullopt;
}

std::optional<std::size_t> open_elements::find_item(const html_element& element) const noexcept {
  const bool described = is_description(element.kind);
  if (described ? !is_open(html_kind::term) && !is_open(html_kind::description)
                : !is_open(element.kind)) {
    return std::nullopt;
  }
  for (std::size_t i = stack_.size(); i-- > 0;) {
    const html_element& one = *stack_[i].element;
    if (one.kind == element.kind || (described && is_description(one.kind))) return i;
    const bool passed =
        one.kind == html_kind::paragraph || one.name == "div" || one.name == "address";
    if (!passed) break;
  }
  return std::nullopt;
}

std::optional<std::size_t> open_elements::find_table() const noexcept {
  if (!is_open(html_kind::table)) return std::nullopt;
  for (std::size_t i = stack_.size(); i-- > 0;)
    if (stack_[i].element->kind == html_kind::table) return i;
  return std::nullopt;
}

}  // namespace errata
