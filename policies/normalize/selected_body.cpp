#include "policies/normalize/selected_body.hpp"

#include <boost/json.hpp>

#include "policies/normalize/phrases.hpp"
#include "policies/normalize/sniff.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr std::size_t max_parse_depth = 32;

std::string bounded(std::string_view text) {
  return std::string(trimmed(utf8_prefix(trimmed(text), most_selected_bytes)));
}

std::string text_of(const json::value& value) {
  if (const json::string* text = value.if_string()) return bounded({text->data(), text->size()});
  if (value.is_number() || value.is_bool()) return json::serialize(value);
  return {};
}

// RFC 6901 section 4: digits without a leading zero.
std::optional<std::size_t> as_index(std::string_view step) noexcept {
  constexpr std::size_t most_digits = 9;
  if (step.empty() || step.size() > most_digits || (step.size() > 1 && step[0] == '0')) return {};
  std::size_t index = 0;
  for (const char c : step) {
    if (c < '0' || c > '9') return {};
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

}  // namespace

std::optional<selected_body::found> selected_body::select(const selector& where) {
  return std::visit([this](const auto& place) { return in(place); }, where.where());
}

void selected_body::parse_json() {
  json_tried_ = true;
  std::string_view document = trimmed(text_);
  const bool strict = how_ == strictness::success;
  if (!strict) {
    const sniffed body = sniff(text_);
    if (body.kind != body_kind::json) return;
    document = body.document;
  }
  if (!document.starts_with('{') && !document.starts_with('[')) return;
  json::parse_options options;
  options.max_depth = max_parse_depth;
  json::parser parser(json::storage_ptr(), options);
  json::error_code ec;
  const std::size_t used = parser.write_some(document.data(), document.size(), ec);
  if (ec || (strict && used != document.size())) return;
  json_ = parser.release();
}

std::optional<selected_body::found> selected_body::in(const json_pointer& pointer) {
  if (!json_tried_) parse_json();
  if (!json_) return {};
  const json::value* at = &*json_;
  for (const std::string& step : pointer.steps) {
    if (const json::object* object = at->if_object()) {
      at = object->if_contains(step);
    } else if (const json::array* array = at->if_array()) {
      const auto index = as_index(step);
      at = index ? array->if_contains(*index) : nullptr;
    } else {
      at = nullptr;
    }
    if (at == nullptr) return {};
  }
  return found{at, text_of(*at)};
}

std::optional<selected_body::found> selected_body::in(const xml_path& path) {
  if (xml_ == nullptr) {
    const std::string_view document = trimmed(text_);
    xml_ = std::make_unique<xml_tree>(document.starts_with('<') ? document : std::string_view());
  }
  const auto text = xml_->find(path);
  if (!text) return {};
  return found{nullptr, bounded(*text)};
}

std::optional<selected_body::found> selected_body::in(const html_query& query) {
  if (html_ == nullptr) html_ = std::make_unique<html_tree>(text_);
  const auto text = find_in(*html_, query);
  if (!text) return {};
  return found{nullptr, bounded(*text)};
}

std::optional<selected_body::found> selected_body::in(const text_pattern& pattern) {
  const auto text = pattern.capture(text_);
  if (!text) return {};
  return found{nullptr, bounded(*text)};
}

std::optional<selected_body::found> selected_body::in(const literal_text& literal) const {
  return found{nullptr, literal.text};
}

}  // namespace errata
