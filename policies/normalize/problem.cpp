#include "policies/normalize/problem.hpp"

#include <algorithm>

#include "policies/reason_phrase.hpp"

namespace errata {
namespace {

bool is_uuid(std::string_view text) noexcept {
  constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char f) {
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    return f == 'x' ? hex : c == f;
  });
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(key).append("\":");
  append_json_string(out, value);
}

}  // namespace

void append_problem(std::string& out, const envelope& e, std::string_view title, unsigned status,
                    std::string_view request_id) {
  out += '{';
  const std::string_view phrase = reason_phrase(status);
  const bool blank = e.doc_url.empty();
  append_member(out, "type", blank ? "about:blank" : e.doc_url);
  append_member(out, "title", blank && !phrase.empty() ? phrase : title);
  out.append(",\"status\":").append(std::to_string(status));
  append_member(out, "detail", e.message);
  if (is_uuid(request_id)) {
    append_member(out, "instance", "urn:uuid:" + std::string(request_id));
  }
  append_member(out, "code", e.code);
  if (!e.param.empty()) append_member(out, "param", e.param);
  out += '}';
}

}  // namespace errata
