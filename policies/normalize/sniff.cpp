#include "policies/normalize/sniff.hpp"

#include <algorithm>
#include <array>

#include "policies/message.hpp"
#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";
constexpr std::size_t looked_at = 1024;

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Control characters and replaced bytes: a picture, an archive, protocol buffers. The first bytes
// tell as well as all of them.
bool is_binary(std::string_view text) noexcept {
  constexpr std::size_t first_bytes = 256;
  constexpr std::string_view replaced = "\xEF\xBF\xBD";
  constexpr auto is_odd = [] {
    std::array<bool, 256> odd{};
    for (std::size_t u = 0; u < 0x20; ++u) odd[u] = u != 0x1B && (u < '\t' || u > '\r');
    odd[0x7F] = true;
    return odd;
  }();
  text = text.substr(0, first_bytes);
  std::size_t odd = 0;
  const auto next_control = [text](std::size_t from) {
    return find_marked(text, from,
                       [](sixteen_bytes next) { return next.below(0x20) | next.equal('\x7F'); });
  };
  for (std::size_t i = next_control(0); i < text.size(); i = next_control(i + 1)) {
    odd += is_odd[static_cast<unsigned char>(text[i])] ? 1U : 0U;
  }
  for (auto at = text.find(replaced); at != std::string_view::npos;
       at = text.find(replaced, at + 1))
    ++odd;
  return odd * 10 > text.size();
}

// Without what some services put before JSON so that no script tag can load it.
std::string_view without_guard(std::string_view text) noexcept {
  for (const std::string_view guard : {")]}',", ")]}'", ")]}", "while(1);", "for(;;);", "{}&&"}) {
    if (text.starts_with(guard)) return trimmed(text.substr(guard.size()));
  }
  return text;
}

// The argument of `name({...});`, with what may stand before the name; empty if it is no such call.
std::string_view jsonp_argument(std::string_view text) noexcept {
  constexpr std::size_t longest_prefix = 160;
  if (text.ends_with(';')) text.remove_suffix(1);
  text = trimmed(text);
  if (!text.ends_with(')')) return {};
  text.remove_suffix(1);
  for (auto open = text.find('('); open != std::string_view::npos && open < longest_prefix;
       open = text.find('(', open + 1)) {
    const std::string_view argument = trimmed(text.substr(open + 1));
    const bool named = open > 0 && (is_letter(text[open - 1]) || text[open - 1] == '_' ||
                                    (text[open - 1] >= '0' && text[open - 1] <= '9'));
    if (named && (argument.starts_with('{') || argument.starts_with("[{"))) return argument;
  }
  return {};
}

// JSON that starts on a line of its own, or right after a tag, and reaches to the end of the text:
// what is left of an answer when an interpreter printed its notices first.
std::string_view json_at_the_end(std::string_view text) noexcept {
  if (!text.ends_with('}') && !text.ends_with("}]")) return {};
  for (auto open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const auto next = text.find_first_not_of(blanks, open + 1);
    if (next == std::string_view::npos || (text[next] != '"' && text[next] != '}')) continue;
    const auto before = open == 0 ? std::string_view::npos : text.find_last_not_of(" \t", open - 1);
    if (before == std::string_view::npos || text[before] == '\n' || text[before] == '>') {
      return text.substr(open);
    }
  }
  return {};
}

// name=value&name=value, of which OAuth's errors are made where they are not JSON.
bool is_form(std::string_view text) noexcept {
  if (text.size() > looked_at || text.find_first_of(blanks) != std::string_view::npos) return false;
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return is_letter(c) || c == '_'; }) &&
         text.find_first_of("<>{}\"") == std::string_view::npos;
}

bool is_html_name(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 34> names = {
      "html",   "head",  "body",    "title", "h1",      "h2",     "h3",   "h4",   "p",
      "div",    "span",  "br",      "b",     "i",       "strong", "em",   "pre",  "center",
      "font",   "table", "ul",      "ol",    "li",      "a",      "hr",   "meta", "style",
      "script", "link",  "section", "main",  "article", "img",    "form",
  };
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return iequals(known, name); });
}

// Whether the element at the start of `text` (without its '<') holds another one, or the text
// breaks off within a closing tag: XML that was cut, which a sentence with a <name> in it is not.
bool is_cut_markup(std::string_view text) noexcept {
  const auto close = std::min(text.find('>'), text.size());
  const std::string_view inside = trimmed(text.substr(close).substr(close < text.size() ? 1 : 0));
  if (inside.size() > 1 && inside[0] == '<' && is_letter(inside[1])) return true;
  const auto last = text.rfind('<');
  return last != std::string_view::npos && text.substr(last).starts_with("</") &&
         text.find('>', last) == std::string_view::npos;
}

// What a text is that starts with '<': comments, the prologue and the document type are passed.
body_kind markup_kind(std::string_view text) noexcept {
  bool prologue = false;
  for (int passed = 0; passed < 8; ++passed) {
    text = trimmed(text);
    if (text.starts_with("<?")) {
      prologue = prologue || text.starts_with("<?xml");
      const auto end = text.find("?>");
      if (end == std::string_view::npos) return body_kind::xml;
      text.remove_prefix(end + 2);
    } else if (text.starts_with("<!--")) {
      const auto end = text.find("-->");
      if (end == std::string_view::npos) return body_kind::html;
      text.remove_prefix(end + 3);
    } else if (text.starts_with("<!")) {
      if (iequals(text.substr(0, 14), "<!doctype html")) return body_kind::html;
      if (!prologue) return body_kind::html;
      return body_kind::xml;
    } else {
      break;
    }
  }
  if (!text.starts_with('<')) return body_kind::text;
  text.remove_prefix(1);
  const auto end = text.find_first_of(" \t\r\n/>");
  const std::string_view name = text.substr(0, std::min(end, std::size_t{64}));
  if (name.empty() || !is_letter(name.front())) return prologue ? body_kind::xml : body_kind::text;
  if (prologue ? iequals(name, "html") : is_html_name(name)) return body_kind::html;
  // An element that is not HTML's is XML only if it is closed at the end.
  const auto close = text.rfind("</");
  const bool closed = close != std::string_view::npos && text.substr(close + 2).starts_with(name);
  const bool xml = prologue || closed || text.ends_with("/>") || is_cut_markup(text);
  return xml ? body_kind::xml : body_kind::text;
}

}  // namespace

sniffed sniff(std::string_view text) noexcept {
  text = trimmed(text);
  if (text.empty()) return {};
  if (!text.starts_with("{\"") && is_binary(text)) return {body_kind::binary, text};
  text = without_guard(text);
  if (text.empty()) return {};
  switch (text.front()) {
    case '{':
      return {body_kind::json, text};
    case '[':
    case '"':
      // Logs and quoted sentences start like this too.
      return {body_kind::json, text, body_kind::text};
    case '<': {
      const body_kind kind = markup_kind(text);
      const std::string_view behind = json_at_the_end(text);
      if (kind != body_kind::xml && !behind.empty()) return {body_kind::json, behind, kind};
      return {kind, text};
    }
    default:
      break;
  }
  if (text == "null" || text == "true" || text == "false") return {};
  if (const std::string_view argument = jsonp_argument(text); !argument.empty()) {
    return {body_kind::json, argument, body_kind::text};
  }
  if (const std::string_view behind = json_at_the_end(text); !behind.empty()) {
    return {body_kind::json, behind, body_kind::text};
  }
  if (is_form(text)) return {body_kind::form, text};
  // Objects of other languages, with single quotes: nobody's sentence.
  if (text.find("{'") != std::string_view::npos && text.ends_with('}')) {
    return {body_kind::json, text.substr(text.find("{'"))};
  }
  return {body_kind::text, text};
}

}  // namespace errata
