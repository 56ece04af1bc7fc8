#include "policies/normalize/html_tokens.hpp"

#include <algorithm>

#include "policies/message.hpp"

namespace errata {
namespace {

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
constexpr bool ends_name(char c) noexcept {
  return is_blank(c) || c == '/' || c == '>';
}

constexpr auto npos = std::string_view::npos;

// Where the '>' is that ends the tag whose name ends at `at`; npos when the page ends before.
std::size_t tag_end(std::string_view text, std::size_t at) noexcept {
  while (at < text.size()) {
    const char c = text[at];
    if (c == '>') return at;
    ++at;
    if (c != '=') continue;
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at == text.size()) return npos;
    if (text[at] == '"' || text[at] == '\'') {
      at = text.find(text[at], at + 1);
      if (at == npos) return npos;
      ++at;
    } else {
      // An equals sign in a value that has no quotes does not begin another.
      while (at < text.size() && !is_blank(text[at]) && text[at] != '>') ++at;
    }
  }
  return npos;
}

}  // namespace

bool html_tokens::next(html_token& token) noexcept {
  while (!rest_.empty()) {
    const char second = rest_[0] == '<' && rest_.size() > 1 ? rest_[1] : '\0';
    if (is_letter(second)) {
      token.kind = html_token_kind::start_tag;
      return take_tag(token, 1);
    }
    if (second == '/' && rest_.size() > 2) {
      if (is_letter(rest_[2])) {
        token.kind = html_token_kind::end_tag;
        return take_tag(token, 2);
      }
      skip_past('>');
    } else if (second == '!' && rest_.starts_with("<!--")) {
      skip_comment();
    } else if (second == '!' || second == '?') {
      skip_past('>');
    } else {
      token.kind = html_token_kind::text;
      token.text = rest_.substr(0, rest_.find('<', 1));
      rest_.remove_prefix(token.text.size());
      return true;
    }
  }
  return false;
}

bool html_tokens::take_tag(html_token& token, std::size_t name_at) noexcept {
  std::size_t name_end = name_at;
  while (name_end < rest_.size() && !ends_name(rest_[name_end])) ++name_end;
  const std::size_t end = tag_end(rest_, name_end);
  if (end == npos) {
    rest_ = {};
    return false;
  }
  token.element = find_html_element(rest_.substr(name_at, name_end - name_at));
  token.closes_itself = rest_[end - 1] == '/';
  rest_.remove_prefix(end + 1);
  return true;
}

void html_tokens::skip_past(char end) noexcept {
  const auto at = rest_.find(end);
  rest_.remove_prefix(at == npos ? rest_.size() : at + 1);
}

void html_tokens::skip_comment() noexcept {
  // "<!-->" and "<!--->" are whole.
  std::string_view inside = rest_.substr(4);
  if (inside.starts_with('>') || inside.starts_with("->")) return skip_past('>');
  for (auto at = inside.find("--"); at != npos; at = inside.find("--", at + 1)) {
    const std::string_view after = inside.substr(at + 2);
    if (!after.starts_with('>') && !after.starts_with("!>")) continue;
    rest_ = after.substr(after[0] == '>' ? 1 : 2);
    return;
  }
  rest_ = {};
}

std::string_view html_tokens::raw_text(const html_element& element) noexcept {
  const std::string_view whole = rest_;
  for (auto at = whole.find("</"); at != npos; at = whole.find("</", at + 2)) {
    const std::string_view after = whole.substr(at + 2);
    const std::size_t length = element.name.size();
    if (!iequals(after.substr(0, length), element.name)) continue;
    if (after.size() > length && !ends_name(after[length])) continue;
    rest_ = after;
    const std::size_t end = tag_end(rest_, std::min(length, rest_.size()));
    rest_.remove_prefix(end == npos ? rest_.size() : end + 1);
    return whole.substr(0, at);
  }
  rest_ = {};
  return whole;
}

std::string_view html_tokens::take_rest() noexcept {
  const std::string_view all = rest_;
  rest_ = {};
  return all;
}

void html_tokens::skip_line_end() noexcept {
  if (rest_.starts_with("\r\n")) {
    rest_.remove_prefix(2);
  } else if (rest_.starts_with('\n') || rest_.starts_with('\r')) {
    rest_.remove_prefix(1);
  }
}

}  // namespace errata
