#include "policies/normalize/form.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "policies/normalize/json_shapes.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr int max_pairs = 32;

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

finding extract_form(std::string_view text, unsigned status, with_origins origins) {
  boost::json::object object;
  for (int pairs = 0; pairs < max_pairs && !text.empty(); ++pairs) {
    const auto end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    const std::string value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (is_utf8(value)) object.emplace(pair.substr(0, equals), value);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  finding found = read_error_value(object, status, origins);
  found.shape = "form";
  return found;
}

}  // namespace errata
