#include "policies/normalize/soft_error.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/charset.hpp"
#include "policies/normalize/decode.hpp"

namespace errata {
namespace {

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> list) noexcept {
  return std::any_of(list.begin(), list.end(),
                     [text](std::string_view one) { return iequals(text, one); });
}

// What a client reads as it comes, or what nobody writes a sentence in.
bool is_never_held(std::string_view content_type) noexcept {
  const std::string_view media = trim(content_type.substr(0, content_type.find(';')));
  const auto slash = std::min(media.find('/'), media.size());
  if (is_any_of(media.substr(0, slash), {"image", "audio", "video", "font", "multipart"})) {
    return true;
  }
  const std::string_view subtype = media.substr(std::min(slash + 1, media.size()));
  return is_any_of(subtype, {"event-stream", "x-ndjson", "ndjson", "jsonl", "x-jsonlines",
                             "json-seq", "stream+json", "grpc", "grpc+proto"});
}

template <class Place>
bool looks_for(const shape_rule& rule) noexcept {
  return std::any_of(rule.when.begin(), rule.when.end(), [](const body_test& test) {
    return std::holds_alternative<Place>(test.where.where());
  });
}

// Whether bytes of which these are the first can be text in a charset of single bytes or UTF-8.
bool is_plain_text(std::string_view begun) noexcept {
  return begun.find('\0') == std::string_view::npos;
}

// UTF-16 or UTF-32, said or marked: then the first character is not the first byte.
bool may_be_wide(std::string_view begun, std::string_view content_type) noexcept {
  const std::string_view charset = charset_parameter(content_type);
  if (iequals(charset.substr(0, 5), "utf-1") || iequals(charset.substr(0, 5), "utf-3")) return true;
  const std::string_view marks = "\xFE\xFF\xFE";
  return begun.size() == 1 ? marks.find(begun) != std::string_view::npos
                           : !begun.empty() && marks.find(begun.substr(0, 2)) != marks.npos;
}

}  // namespace

bool may_be_soft_error(const shape_rules& rules, std::string_view method,
                       const response_head& response) {
  const unsigned status = response.status;
  if (status < 200 || status > 299 || status == 204 || status == 205 || status == 206) return false;
  if (rules.empty() || method == "HEAD" || method == "CONNECT") return false;
  if (is_never_held(response.fields.value(field_id::content_type))) return false;
  if (!is_decodable(response.fields)) return false;
  return std::any_of(rules.begin(), rules.end(),
                     [&](const auto& rule) { return rule->fits_head(response); });
}

bool may_still_be_soft_error(const shape_rules& rules, const response_head& response,
                             std::string_view begun) {
  begun = begun.substr(0, telling_bytes);
  if (response.fields.has(field_id::content_encoding) ||
      may_be_wide(begun, response.fields.value(field_id::content_type))) {
    return true;
  }
  if (!is_plain_text(begun)) return false;
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  // A mark that has only come in part is one.
  if (begun.size() < mark.size() && mark.starts_with(begun)) return true;
  if (begun.starts_with(mark)) begun.remove_prefix(mark.size());
  const auto first = begun.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return true;
  const char c = begun[first];
  return std::any_of(rules.begin(), rules.end(), [&](const auto& rule) {
    if (looks_for<json_pointer>(*rule) && c != '{' && c != '[') return false;
    if (looks_for<xml_path>(*rule) && c != '<') return false;
    return rule->fits_head(response);
  });
}

}  // namespace errata
