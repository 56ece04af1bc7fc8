#include "proxy/wire/tolerant_head.hpp"

#include <algorithm>

#include "policies/message.hpp"

namespace errata::wire {
namespace {

// The next line without its end; `text` loses it.
std::string_view take_line(std::string_view& text) noexcept {
  const auto feed = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, feed);
  text.remove_prefix(std::min(feed + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool has_forbidden(std::string_view line) noexcept {
  return line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos;
}

// "HTTP/1.1 404" without the space that comes before a reason, even an empty one.
bool append_status_line(std::string& out, std::string_view line) {
  constexpr std::size_t up_to_status = sizeof("HTTP/1.1 404") - 1;
  if (has_forbidden(line) || !line.starts_with("HTTP/1.") || line.size() < up_to_status) {
    return false;
  }
  out.append(line);
  if (line.size() == up_to_status) out.push_back(' ');
  out.append("\r\n");
  return true;
}

// Options are tokens (RFC 9110 section 7.6.1): what follows a semicolon was meant for Keep-Alive.
void append_options(std::string& out, std::string_view value) {
  bool first = true;
  for_each_member(value, [&](std::string_view option) {
    option = trim(option.substr(0, option.find(';')));
    if (!is_token(option)) return;
    if (!first) out.append(", ");
    out.append(option);
    first = false;
  });
}

bool append_field_line(std::string& out, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || has_forbidden(line)) return false;
  const std::string_view name = trim(line.substr(0, colon));
  if (!is_token(name) || name.data() != line.data()) return false;
  out.append(name).append(": ");
  const field_id id = identify_field(name);
  const std::string_view value = trim(line.substr(colon + 1));
  if (id == field_id::connection || id == field_id::proxy_connection) {
    append_options(out, value);
  } else {
    out.append(value);
  }
  return true;
}

}  // namespace

bool repair_response_head(std::string_view head, std::string& out) {
  out.clear();
  if (!append_status_line(out, take_line(head))) return false;
  // A field's lines are joined before it is looked at: an option may stand in the last of them.
  std::string joined;
  bool in_field = false;
  while (!head.empty()) {
    const std::string_view line = take_line(head);
    if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
      if (!in_field) return false;
      joined.append(" ").append(trim(line));
      continue;
    }
    if (in_field) {
      if (!append_field_line(out, joined)) return false;
      out.append("\r\n");
    }
    if (line.empty()) {
      out.append("\r\n");
      return true;
    }
    joined = line;
    in_field = true;
  }
  return false;
}

}  // namespace errata::wire
