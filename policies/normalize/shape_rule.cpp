#include "policies/normalize/shape_rule.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "policies/normalize/code_name.hpp"

namespace errata {
namespace {

namespace json = boost::json;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool same_scalar(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number() && (a.is_double() || b.is_double())) {
    return a.to_number<double>() == b.to_number<double>();
  }
  return a == b;
}

// A scalar of the configuration beside a text that has no types.
bool same_text(const json::value& wanted, std::string_view text) {
  if (const json::string* string = wanted.if_string()) {
    return std::string_view(string->data(), string->size()) == text;
  }
  return json::serialize(wanted) == text;
}

bool is_one_of(const selected_body::found& found, const std::vector<json::value>& values) {
  return std::any_of(values.begin(), values.end(), [&found](const json::value& wanted) {
    return found.json != nullptr ? same_scalar(*found.json, wanted) : same_text(wanted, found.text);
  });
}

// The code as the upstream spells it, or the operator's own; empty: there is none.
struct spelled_code {
  std::string text;
  const selector* from = nullptr;
};

spelled_code spell_code(const shape_rule& rule, selected_body& body) {
  for (const selector& where : rule.code) {
    auto found = body.select(where);
    if (found && !found->text.empty()) return {std::move(found->text), &where};
  }
  return {};
}

unsigned status_for(const shape_rule& rule, const spelled_code& code, unsigned status) {
  const auto mapped = rule.status_of_code.find(code.text);
  if (mapped != rule.status_of_code.end()) return mapped->second;
  if (rule.status != 0) return rule.status;
  return status >= 400 ? status : 0;
}

void read_code(const shape_rule& rule, const spelled_code& code, shape_reading& out) {
  if (code.from == nullptr) return;
  out.own_code_origin = code.from->text();
  if (const auto mapped = rule.codes.find(code.text); mapped != rule.codes.end()) {
    out.own_code = mapped->second;
  } else if (code.from->is_literal()) {
    out.own_code = std::get<literal_text>(code.from->where()).text;
  } else {
    out.found.code = to_code(code.text);
    if (is_noise_code(out.found.code) || is_status_name(out.found.code, out.status)) {
      out.found.code.clear();
    }
    if (!out.found.code.empty()) out.found.code_origin = code.from->text();
  }
}

// All that the places yield: what proves unfit to be shown makes room for the next.
void read_messages(const shape_rule& rule, selected_body& body, shape_reading& out) {
  for (const selector& where : rule.message) {
    if (where.is_literal()) {
      out.own_message = std::get<literal_text>(where.where()).text;
      return;
    }
    auto found = body.select(where);
    if (!found || found->text.empty()) continue;
    out.found.add({std::move(found->text), where.text()});
  }
}

void read_param(const shape_rule& rule, selected_body& body, shape_reading& out) {
  for (const selector& where : rule.param) {
    auto found = body.select(where);
    if (!found || found->text.empty()) continue;
    out.found.param = std::move(found->text);
    out.found.param_origin = where.text();
    return;
  }
}

}  // namespace

std::optional<status_range> status_range::parse(std::string_view text) noexcept {
  if (text.size() != 3 || text[0] < '1' || text[0] > '5') return {};
  const auto hundreds = static_cast<unsigned>(text[0] - '0') * 100;
  if (text.substr(1) == "xx") return status_range{hundreds, hundreds + 99};
  if (!is_digit(text[1]) || !is_digit(text[2])) return {};
  const unsigned status =
      hundreds + static_cast<unsigned>(text[1] - '0') * 10 + static_cast<unsigned>(text[2] - '0');
  return status_range{status, status};
}

std::optional<media_range> media_range::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  media_range out;
  out.type_ = text.substr(0, slash);
  out.subtype_ = text.substr(slash + 1);
  const auto is_part = [](std::string_view part) {
    return is_token(part) && (part.find('*') == std::string_view::npos || part == "*");
  };
  std::string_view ending = out.subtype_;
  if (ending.starts_with("*+")) ending.remove_prefix(2);
  if (!is_part(out.type_) || !is_part(ending)) return {};
  return out;
}

bool media_range::matches(std::string_view content_type) const noexcept {
  const std::string_view media = trim(content_type.substr(0, content_type.find(';')));
  const auto slash = media.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view subtype = media.substr(slash + 1);
  if (type_ != "*" && !iequals(media.substr(0, slash), type_)) return false;
  if (subtype_ == "*") return true;
  if (!subtype_.starts_with("*+")) return iequals(subtype, subtype_);
  const std::string_view ending = std::string_view(subtype_).substr(1);
  return subtype.size() > ending.size() &&
         iequals(subtype.substr(subtype.size() - ending.size()), ending);
}

bool header_test::holds(const field_list& fields) const {
  return std::any_of(fields.begin(), fields.end(), [this](const field& f) {
    return iequals(f.name, name) && (!equals || f.value == *equals) &&
           (!matches || matches->matches(f.value));
  });
}

bool body_test::holds(selected_body& body) const {
  const auto found = body.select(where);
  if (!found) return false;
  switch (how) {
    case comparison::present:
      return true;
    case comparison::equals:
      return is_one_of(*found, values);
    case comparison::not_equals:
      return !is_one_of(*found, values);
    case comparison::matches:
      return pattern.matches(found->text) &&
             (found->json == nullptr || !(found->json->is_structured() || found->json->is_null()));
  }
  return false;
}

bool shape_rule::fits_head(const response_head& response) const {
  const auto in_range = [&](const status_range& range) {
    return response.status >= range.first && response.status <= range.last;
  };
  if (!statuses.empty() && std::none_of(statuses.begin(), statuses.end(), in_range)) return false;
  if (!content_types.empty()) {
    const std::string_view type = response.fields.value(field_id::content_type);
    const auto fits = [type](const media_range& range) { return range.matches(type); };
    if (std::none_of(content_types.begin(), content_types.end(), fits)) return false;
  }
  return std::all_of(headers.begin(), headers.end(),
                     [&](const header_test& test) { return test.holds(response.fields); });
}

void shape_reading::fill(finding&& read) {
  if (!found.param.empty()) {
    read.param = std::move(found.param);
    read.param_origin = std::move(found.param_origin);
  }
  found = std::move(read);
}

shape_reading read_own_shape(const shape_rules& rules, const response_head& response,
                             selected_body& body) {
  for (const auto& rule : rules) {
    if (!rule->fits_head(response)) continue;
    const bool fits = std::all_of(rule->when.begin(), rule->when.end(),
                                  [&body](const body_test& test) { return test.holds(body); });
    if (!fits) continue;
    const spelled_code code = spell_code(*rule, body);
    shape_reading out;
    out.status = status_for(*rule, code, response.status);
    if (out.status == 0) continue;
    out.rule = rule.get();
    read_code(*rule, code, out);
    read_messages(*rule, body, out);
    read_param(*rule, body, out);
    out.found.for_client = rule->trusted;
    return out;
  }
  return {};
}

}  // namespace errata
