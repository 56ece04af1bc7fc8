#include "policies/normalize/selector.hpp"

#include <algorithm>

namespace errata {
namespace {

constexpr std::string_view notations =
    "wants a place in the body: a JSON pointer such as \"/error/message\", \"xml://Fault/detail\", "
    "\"html://p.error\" or \"re2://^ERR (.+)$\"";

// RFC 6901 section 3: ~0 is '~', ~1 is '/'.
std::string parse_pointer(std::string_view text, json_pointer& out) {
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto end = std::min(text.find('/'), text.size());
    std::string& step = out.steps.emplace_back();
    for (std::size_t i = 0; i < end; ++i) {
      if (text[i] != '~') {
        step += text[i];
      } else if (i + 1 < end && (text[i + 1] == '0' || text[i + 1] == '1')) {
        step += text[++i] == '0' ? '~' : '/';
      } else {
        return "after \"~\" a JSON pointer wants 0 (for \"~\") or 1 (for \"/\")";
      }
    }
    text.remove_prefix(end);
  }
  if (out.steps.size() > json_pointer::most_steps) {
    return "the JSON pointer has more than " + std::to_string(json_pointer::most_steps) + " steps";
  }
  return {};
}

bool take_scheme(std::string_view& text, std::string_view scheme) noexcept {
  if (!text.starts_with(scheme)) return false;
  text.remove_prefix(scheme.size());
  return true;
}

template <class T>
std::string keep(T&& parsed, selector::place& out) {
  out = std::move(parsed.value);
  return std::move(parsed.problem);
}

}  // namespace

parsed_selector selector::parse(std::string_view text) {
  parsed_selector out;
  selector& made = out.value;
  made.text_ = text;
  if (text.size() > longest) {
    out.problem = "a selector has at most " + std::to_string(longest) + " bytes";
  } else if (text.starts_with('/')) {
    json_pointer pointer;
    out.problem = parse_pointer(text, pointer);
    made.where_ = std::move(pointer);
  } else if (take_scheme(text, "xml://")) {
    out.problem = keep(xml_path::parse(text), made.where_);
  } else if (take_scheme(text, "html://")) {
    out.problem = keep(html_query::parse(text), made.where_);
  } else if (take_scheme(text, "re2://")) {
    out.problem = keep(text_pattern::parse(text, text_pattern::groups::capture), made.where_);
  } else if (take_scheme(text, "text://")) {
    made.where_ = literal_text{std::string(text)};
    if (text.empty()) out.problem = "after \"text://\" come the words that are meant";
  } else {
    out.problem = notations;
  }
  return out;
}

}  // namespace errata
