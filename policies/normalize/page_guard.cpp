#include "policies/normalize/page_guard.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "policies/message.hpp"

namespace errata {
namespace {

// gumbo's time grows with the square of the depth and of the attributes of one tag. These are far
// more than error pages have.
constexpr std::size_t deepest = 256;
constexpr std::size_t most_attributes = 128;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool is_name_char(char c) noexcept {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

// Elements that never have content, or that end by themselves.
constexpr std::array shallow = {
    std::string_view("area"), std::string_view("base"),  std::string_view("br"),
    std::string_view("col"),  std::string_view("embed"), std::string_view("hr"),
    std::string_view("img"),  std::string_view("input"), std::string_view("link"),
    std::string_view("meta"), std::string_view("param"), std::string_view("source"),
    std::string_view("wbr"),  std::string_view("p"),     std::string_view("li"),
    std::string_view("tr"),   std::string_view("td"),    std::string_view("th"),
    std::string_view("dt"),   std::string_view("dd"),    std::string_view("option"),
};

// One tag as the guard sees it.
struct seen_tag {
  std::string_view name;
  bool closing = false;
  std::size_t length = 0;
  std::size_t attributes = 0;  // words outside quotes
};

seen_tag look_at_tag(std::string_view text) noexcept {
  seen_tag tag;
  std::size_t i = 1;
  if (i < text.size() && text[i] == '/') {
    tag.closing = true;
    ++i;
  }
  const std::size_t start = i;
  while (i < text.size() && is_name_char(text[i])) ++i;
  tag.name = text.substr(start, i - start);
  if (tag.name.empty()) return tag;
  char quote = '\0';
  char before = ' ';
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '>') {
      ++i;
      break;
    } else if ((c == '"' || c == '\'') && before == '=') {
      quote = c;
    } else {
      const bool apart = before == ' ' || before == '\n' || before == '\t' || before == '\r' ||
                         before == '/' || before == '"' || before == '\'';
      if (apart && c != ' ' && c != '\n' && c != '\t' && c != '\r') ++tag.attributes;
    }
    before = c;
  }
  tag.length = i;
  return tag;
}

bool is_shallow(std::string_view name) noexcept {
  return std::any_of(shallow.begin(), shallow.end(),
                     [name](std::string_view s) { return iequals(s, name); });
}

// Where the content of a script or style ends.
std::size_t raw_text_end(std::string_view text, std::string_view name) noexcept {
  for (auto at = text.find("</"); at != std::string_view::npos; at = text.find("</", at + 2)) {
    if (iequals(text.substr(at + 2, name.size()), name)) return at;
  }
  return text.size();
}

}  // namespace

bool is_reasonable_markup(std::string_view html) {
  std::vector<std::string_view> open;
  while (true) {
    html.remove_prefix(std::min(html.find('<'), html.size()));
    if (html.empty()) return true;
    const seen_tag tag = look_at_tag(html);
    if (tag.name.empty()) {
      html.remove_prefix(1);
      continue;
    }
    html.remove_prefix(tag.length);
    if (tag.attributes > most_attributes) return false;
    if (iequals(tag.name, "script") || iequals(tag.name, "style")) {
      if (!tag.closing) html.remove_prefix(raw_text_end(html, tag.name));
      continue;
    }
    if (is_shallow(tag.name)) continue;
    if (!tag.closing) {
      open.push_back(tag.name);
      if (open.size() > deepest) return false;
      continue;
    }
    // A closing tag that fits nothing near closes nothing.
    const std::size_t near = open.size() > 8 ? open.size() - 8 : 0;
    for (std::size_t i = open.size(); i-- > near;) {
      if (!iequals(open[i], tag.name)) continue;
      open.resize(i);
      break;
    }
  }
}

}  // namespace errata
