#include "policies/normalize/challenge.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "policies/normalize/code_name.hpp"

namespace errata {
namespace {

constexpr std::size_t longest_field = 4096;

// A token or a quoted string at the start of `text`, which loses it.
std::string take_value(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    const auto end = std::min(text.find_first_of(" \t,"), text.size());
    value = text.substr(0, end);
    text.remove_prefix(end);
    return value;
  }
  std::size_t i = 1;
  for (; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    value += text[i];
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  return value;
}

// Calls f(name, value) for each parameter of every challenge. Schemes are passed over; the padding
// of a token68 makes it a parameter whose name nobody asks for.
template <class F>
void for_each_parameter(std::string_view text, F&& f) {
  while (!text.empty()) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t,"), text.size()));
    const auto end = std::min(text.find_first_of(" \t,=\""), text.size());
    const std::string_view name = text.substr(0, end);
    text.remove_prefix(end);
    // RFC 9110 section 11.2 allows blanks around the sign.
    const auto sign = text.find_first_not_of(" \t");
    if (sign != std::string_view::npos && text[sign] == '=') {
      text.remove_prefix(sign + 1);
      text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
      f(name, take_value(text));
    } else if (text.starts_with('"')) {
      take_value(text);
    }
  }
}

}  // namespace

finding read_challenge(const field_list& fields) {
  finding found;
  found.shape = "challenge";
  for (const field& f : fields) {
    if (f.id != field_id::www_authenticate) continue;
    for_each_parameter(f.value.substr(0, longest_field),
                       [&found](std::string_view name, std::string value) {
                         if (found.code.empty() && iequals(name, "error")) {
                           found.code = to_code(value);
                           if (is_noise_code(found.code)) found.code.clear();
                           found.code_origin = "WWW-Authenticate: error";
                         }
                         if (found.messages.empty() && iequals(name, "error_description")) {
                           found.add({std::move(value), "WWW-Authenticate: error_description"});
                         }
                       });
    if (!found.code.empty() || !found.messages.empty()) break;
  }
  return found;
}

}  // namespace errata
