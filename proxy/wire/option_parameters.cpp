#include "proxy/wire/option_parameters.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "policies/message.hpp"

namespace errata::wire {
namespace {

// ";" and what follows it, up to a comma.
bool are_parameters(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == ';' || c == '=' || c == ' ' || c == '\t' || is_token({&c, 1});
  });
}

bool blank_in_value(std::span<char> value) noexcept {
  bool changed = false;
  for (std::size_t at = 0; at < value.size();) {
    const std::string_view rest(value.data() + at, value.size() - at);
    const std::string_view member = rest.substr(0, rest.find(','));
    const auto semicolon = std::min(member.find(';'), member.size());
    const bool mended = semicolon < member.size() && is_token(trim(member.substr(0, semicolon))) &&
                        are_parameters(member.substr(semicolon));
    if (mended) {
      const auto parameters = value.subspan(at + semicolon, member.size() - semicolon);
      std::fill(parameters.begin(), parameters.end(), ' ');
      changed = true;
    }
    at += member.size() + 1;
  }
  return changed;
}

}  // namespace

bool blank_option_parameters(std::span<char> head) noexcept {
  bool changed = false;
  while (!head.empty()) {
    const std::string_view rest(head.data(), head.size());
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const auto colon = std::min(line.find(':'), line.size());
    const field_id id = identify_field(line.substr(0, colon));
    if (colon < line.size() && (id == field_id::connection || id == field_id::proxy_connection))
      changed |= blank_in_value(head.subspan(colon + 1, line.size() - colon - 1));
    head = head.subspan(std::min(line.size() + 2, head.size()));
  }
  return changed;
}

}  // namespace errata::wire
