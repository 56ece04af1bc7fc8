#include "policies/normalize/html_query.hpp"

#include <gumbo.h>

#include <algorithm>

#include "policies/message.hpp"
#include "policies/normalize/html_tree.hpp"
#include "policies/normalize/markup.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t most_text = 4096;
constexpr std::string_view blanks = " \t\r\n\f";

bool is_word_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

class query_parser {
 public:
  explicit query_parser(std::string_view text) : rest_(text) {}

  parsed_html_query parse() {
    parsed_html_query out;
    bool child = false;
    skip_blanks();
    do {
      html_query::element_test element;
      element.child = child;
      read_element(element);
      out.value.elements.push_back(std::move(element));
      if (out.value.elements.size() > html_query::most_elements) {
        fault_ =
            "the selector has more than " + std::to_string(html_query::most_elements) + " elements";
      }
      if (fault_.empty() && take('@')) {
        out.value.attribute = word();
        if (!rest_.empty() && fault_.empty()) fault_ = "an attribute stands at the end";
        break;
      }
      skip_blanks();
      child = take('>');
      skip_blanks();
    } while (fault_.empty() && (child || !rest_.empty()));
    out.problem = std::move(fault_);
    return out;
  }

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string word() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_word_char);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    if (out.empty() && fault_.empty()) {
      fault_ = rest_.empty() ? "the selector ends where a name is wanted"
                             : "a name is wanted where \"" + std::string(utf8_prefix(rest_, 8)) +
                                   "\" stands; there are tags, #id, .class, [attribute], "
                                   "[attribute=value], \">\" and @attribute";
    }
    return out;
  }

  void read_element(html_query::element_test& out) {
    if (rest_.empty() || (!take('*') && !rest_.starts_with('#') && !rest_.starts_with('.') &&
                          !rest_.starts_with('['))) {
      out.tag = word();
    }
    while (fault_.empty()) {
      if (take('#')) {
        out.id = word();
      } else if (take('.')) {
        out.classes.push_back(word());
      } else if (take('[')) {
        read_attribute(out);
      } else {
        break;
      }
    }
    const bool ends = rest_.empty() || rest_.front() == '>' || rest_.front() == '@' ||
                      blanks.find(rest_.front()) != std::string_view::npos;
    if (!ends) word();
    if (!ends && fault_.empty()) fault_ = "after \"*\" comes a \"#\", \".\", \"[\" or a blank";
  }

  void read_attribute(html_query::element_test& out) {
    html_query::attribute_test& test = out.attributes.emplace_back();
    test.name = word();
    if (take('=')) {
      const char quote = rest_.empty() ? '\0' : rest_.front();
      if (quote == '"' || quote == '\'') {
        const auto end = rest_.find(quote, 1);
        if (end == std::string_view::npos) {
          fault_ = "the quotation marks around an attribute's value are not closed";
          return;
        }
        test.value = std::string(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
      } else {
        test.value = word();
      }
    }
    if (!take(']') && fault_.empty()) fault_ = "a \"[\" is not closed";
  }

  std::string_view rest_;
  std::string fault_;
};

std::string_view tag_of(const GumboElement& element) noexcept {
  if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag);
  GumboStringPiece original = element.original_tag;
  gumbo_tag_from_original_text(&original);
  return original.data == nullptr ? std::string_view()
                                  : std::string_view(original.data, original.length);
}

std::optional<std::string_view> attribute_of(const GumboElement& element, const std::string& name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name.c_str());
  if (found == nullptr) return {};
  return std::string_view(found->value);
}

bool has_class(std::string_view list, std::string_view wanted) noexcept {
  while (!list.empty()) {
    list.remove_prefix(std::min(list.find_first_not_of(blanks), list.size()));
    const auto end = std::min(list.find_first_of(blanks), list.size());
    if (end > 0 && list.substr(0, end) == wanted) return true;
    list.remove_prefix(end);
  }
  return false;
}

bool fits(const html_query::element_test& wanted, const GumboElement& element) {
  if (!wanted.tag.empty() && !iequals(tag_of(element), wanted.tag)) return false;
  if (!wanted.id.empty() && attribute_of(element, "id") != wanted.id) return false;
  if (!wanted.classes.empty()) {
    const std::string_view list = attribute_of(element, "class").value_or(std::string_view());
    for (const std::string& one : wanted.classes) {
      if (!has_class(list, one)) return false;
    }
  }
  return std::all_of(wanted.attributes.begin(), wanted.attributes.end(), [&](const auto& test) {
    const auto value = attribute_of(element, test.name);
    return value && (!test.value || *value == *test.value);
  });
}

const GumboVector* children_of(const GumboNode* node) noexcept {
  if (node->type == GUMBO_NODE_ELEMENT) return &node->v.element.children;
  return node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children : nullptr;
}

// Walks the page once. For each open element it knows which beginnings of the query end at it, and
// which at it or around it, so that no element is looked at twice.
class query_walk {
 public:
  explicit query_walk(const html_query& query) : query_(query) {}

  const GumboNode* first(const GumboNode* document) {
    stack_.push_back({document, 0, 0, 0});
    while (!stack_.empty()) {
      open_element& top = stack_.back();
      const GumboVector* children = children_of(top.node);
      if (children == nullptr || top.next >= children->length) {
        stack_.pop_back();
        continue;
      }
      const auto* child = static_cast<const GumboNode*>(children->data[top.next++]);
      if (child->type != GUMBO_NODE_ELEMENT) continue;
      const unsigned ends_here = beginnings_at(child->v.element, top);
      const bool whole = (ends_here >> (query_.elements.size() - 1) & 1U) != 0;
      if (whole && has_attribute(child->v.element)) return child;
      stack_.push_back({child, 0, ends_here, ends_here | top.around});
    }
    return nullptr;
  }

 private:
  struct open_element {
    const GumboNode* node;
    unsigned next;
    unsigned here;    // bit i: the first i + 1 elements of the query end at this one
    unsigned around;  // at this one or one around it
  };

  bool has_attribute(const GumboElement& element) const {
    return query_.attribute.empty() || attribute_of(element, query_.attribute).has_value();
  }

  unsigned beginnings_at(const GumboElement& element, const open_element& parent) const {
    unsigned found = 0;
    for (std::size_t i = 0; i < query_.elements.size(); ++i) {
      const html_query::element_test& wanted = query_.elements[i];
      const unsigned before = wanted.child ? parent.here : parent.around;
      if (i > 0 && (before >> (i - 1) & 1U) == 0) continue;
      if (fits(wanted, element)) found |= 1U << i;
    }
    return found;
  }

  const html_query& query_;
  std::vector<open_element> stack_;
};

bool is_in_line(GumboTag tag) noexcept {
  switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_ABBR:
    case GUMBO_TAG_B:
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_I:
    case GUMBO_TAG_KBD:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_TT:
    case GUMBO_TAG_U:
      return true;
    default:
      return false;
  }
}

bool is_unseen(GumboTag tag) noexcept {
  return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_TEMPLATE;
}

std::string text_of(const GumboNode* root) {
  std::string text;
  std::vector<std::pair<const GumboNode*, unsigned>> open{{root, 0}};
  while (!open.empty() && text.size() < most_text) {
    auto& [node, next] = open.back();
    const GumboVector* children = children_of(node);
    if (children == nullptr || next >= children->length) {
      if (!is_in_line(node->v.element.tag)) text += ' ';
      open.pop_back();
      continue;
    }
    const auto* child = static_cast<const GumboNode*>(children->data[next++]);
    if (child->type == GUMBO_NODE_ELEMENT) {
      if (is_unseen(child->v.element.tag)) continue;
      if (!is_in_line(child->v.element.tag)) text += ' ';
      open.emplace_back(child, 0);
    } else if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE ||
               child->type == GUMBO_NODE_CDATA) {
      text += utf8_prefix(child->v.text.text, most_text - text.size());
    }
  }
  return collapse_blanks(text);
}

}  // namespace

parsed_html_query html_query::parse(std::string_view text) {
  return query_parser(text).parse();
}

std::optional<std::string> find_in(const html_tree& page, const html_query& query) {
  if (page.document() == nullptr || query.elements.empty()) return {};
  const GumboNode* found = query_walk(query).first(page.document());
  if (found == nullptr) return {};
  if (query.attribute.empty()) return text_of(found);
  const auto value = attribute_of(found->v.element, query.attribute);
  return collapse_blanks(utf8_prefix(value.value_or(std::string_view()), most_text));
}

}  // namespace errata
