#include "proxy/cli/capture_lines.hpp"

#include <algorithm>

namespace errata {
namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

std::string_view without_cr(std::string_view line) noexcept {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

bool capture_lines::next(std::string_view& line) noexcept {
  if (rest_.empty()) return false;
  const auto end = std::min(rest_.find('\n'), rest_.size());
  line = without_cr(rest_.substr(0, end));
  if (end < rest_.size()) ++line_;
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return true;
}

void capture_lines::skip(std::size_t size) noexcept {
  const std::string_view passed = rest_.substr(0, size);
  line_ += static_cast<unsigned>(std::count(passed.begin(), passed.end(), '\n'));
  rest_.remove_prefix(passed.size());
}

void capture_lines::skip_blank_lines() noexcept {
  skip(std::min(rest_.find_first_not_of("\r\n"), rest_.size()));
}

std::string_view first_line_of(std::string_view text) noexcept {
  return without_cr(text.substr(0, text.find('\n')));
}

std::optional<status_line> parse_status_line(std::string_view line) noexcept {
  if (!line.starts_with("HTTP/")) return std::nullopt;
  line.remove_prefix(5);
  if (line.empty() || !is_digit(line[0])) return std::nullopt;
  status_line found;
  const bool one = line[0] == '1';
  line.remove_prefix(1);
  if (line.size() >= 2 && line[0] == '.' && is_digit(line[1])) {
    if (one) found.version_minor = line[1] - '0';
    line.remove_prefix(2);
  }
  if (!line.starts_with(' ')) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) {
    return std::nullopt;
  }
  found.status =
      static_cast<unsigned>((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0');
  line.remove_prefix(3);
  if (!line.empty() && line[0] != ' ') return std::nullopt;
  found.reason = trim(line);
  return found;
}

bool starts_with_head(std::string_view text) noexcept {
  if (!text.starts_with("HTTP/")) return false;
  const auto end = text.find('\n');
  if (end == std::string_view::npos || !parse_status_line(without_cr(text.substr(0, end)))) {
    return false;
  }
  const std::string_view line = first_line_of(text.substr(end + 1));
  return line.empty() || is_token(line.substr(0, line.find(':')));
}

std::string_view field_fault(std::string_view name, std::string_view value) noexcept {
  if (!is_token(name)) {
    return "expected a header line, 'Name: value', or the empty line that ends the head";
  }
  if (!is_field_value(value)) {
    return "expected a header value without control characters";
  }
  return {};
}

std::string_view add_field_line(std::vector<capture_field>& fields, std::string_view line) {
  if ((line.starts_with(' ') || line.starts_with('\t')) && !fields.empty()) {
    const std::string_view more = trim(line);
    if (!is_field_value(more)) return field_fault("x", more);
    std::string& value = fields.back().value;
    if (!value.empty() && !more.empty()) value += ' ';
    value += more;
    return {};
  }
  const auto colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  const std::string_view value =
      colon == std::string_view::npos ? std::string_view() : trim(line.substr(colon + 1));
  const std::string_view fault =
      colon == std::string_view::npos ? field_fault({}, {}) : field_fault(name, value);
  if (fault.empty()) fields.push_back({std::string(name), std::string(value)});
  return fault;
}

}  // namespace errata
