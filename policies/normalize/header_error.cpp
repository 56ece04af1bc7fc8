#include "policies/normalize/header_error.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "policies/normalize/boilerplate.hpp"
#include "policies/normalize/code_name.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t longest_message = 1024;

bool iends_with(std::string_view text, std::string_view end) noexcept {
  return text.size() >= end.size() && iequals(text.substr(text.size() - end.size()), end);
}

template <class List>
bool ends_with_any(std::string_view name, const List& ends) noexcept {
  return std::any_of(ends.begin(), ends.end(),
                     [name](std::string_view end) { return iends_with(name, end); });
}

constexpr std::array<std::string_view, 4> code_ends = {"error-code", "errorcode", "error-type",
                                                       "errortype"};
constexpr std::array<std::string_view, 4> message_ends = {"error-message", "error-msg",
                                                          "error-description", "error-detail"};

int hex(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string undo_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size();
    const int high = coded ? hex(text[i + 1]) : -1;
    const int low = coded ? hex(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

// "NotFoundException:http://..." names its schema after the code.
std::string code_of(std::string_view value, unsigned status) {
  std::string code = to_code(trim(value.substr(0, value.find_first_of(":;,"))));
  if (is_noise_code(code) || is_status_name(code, status)) code.clear();
  return code;
}

}  // namespace

finding read_error_fields(const field_list& fields, unsigned status) {
  finding found;
  found.shape = "header";
  for (const field& f : fields) {
    if (f.id != field_id::other || f.value.empty()) continue;
    const bool grpc = iequals(f.name, "grpc-message");
    if (found.code.empty() && ends_with_any(f.name, code_ends)) {
      found.code = code_of(f.value, status);
      if (!found.code.empty()) found.code_origin = f.name;
    } else if (grpc || ends_with_any(f.name, message_ends)) {
      const std::string_view value = f.value.substr(0, longest_message);
      std::string text = grpc ? undo_percent(value) : std::string(value);
      if (is_utf8(text) && !is_boilerplate(text, status)) {
        found.add({std::move(text), std::string(f.name)});
      }
    }
  }
  return found;
}

}  // namespace errata
