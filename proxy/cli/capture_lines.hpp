// Walks a recorded response line by line, and reads the lines that a head is made of.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "proxy/cli/capture.hpp"

namespace errata {

// A place in a text that knows the number of its line. Each byte is passed once.
class capture_lines {
 public:
  explicit capture_lines(std::string_view text) noexcept : rest_(text) {}

  bool done() const noexcept { return rest_.empty(); }
  unsigned line() const noexcept { return line_; }  // of what comes next, from 1
  std::string_view rest() const noexcept { return rest_; }

  // The next line without its end; false when there is none.
  bool next(std::string_view& line) noexcept;
  // Passes over `size` bytes of rest().
  void skip(std::size_t size) noexcept;
  // Passes over empty lines.
  void skip_blank_lines() noexcept;

 private:
  std::string_view rest_;
  unsigned line_ = 1;
};

// "HTTP/1.1 404 Not Found", "HTTP/2 404". The view points into the line.
struct status_line {
  int version_minor = 1;
  unsigned status = 0;
  std::string_view reason;
};
std::optional<status_line> parse_status_line(std::string_view line) noexcept;

// Whether `text` begins with a status line and what can follow one in a head.
bool starts_with_head(std::string_view text) noexcept;

// Why `line` cannot be a header line of the list, or empty: then it was added. A line that begins
// with a blank continues the one before it (RFC 9112 section 5.2).
std::string_view add_field_line(std::vector<capture_field>& fields, std::string_view line);

// Why name and value cannot be a field; empty when they can.
std::string_view field_fault(std::string_view name, std::string_view value) noexcept;

// The text before the first line end, without it.
std::string_view first_line_of(std::string_view text) noexcept;

}  // namespace errata
