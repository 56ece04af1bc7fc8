#include "proxy/wire/chunked.hpp"

#include <algorithm>
#include <charconv>

#include "policies/message.hpp"

namespace errata::wire {
namespace {

constexpr std::size_t max_size_digits = 16;
constexpr std::size_t max_extension = 1024;
constexpr std::size_t max_extensions = 16 * 1024;
constexpr std::size_t max_trailers = 8 * 1024;
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::string_view line_end = "\r\n";

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A line without its CRLF; `taken` is its size with it. more: not whole yet.
chunk_scanner::state take_line(std::string_view rest, std::size_t limit, std::string_view& line,
                               std::size_t& taken) noexcept {
  using state = chunk_scanner::state;
  const auto feed = rest.substr(0, limit).find('\n');
  if (feed == std::string_view::npos) return rest.size() >= limit ? state::bad : state::more;
  if (feed == 0 || rest[feed - 1] != '\r') return state::bad;
  line = rest.substr(0, feed - 1);
  // A bare CR or a NUL hides line ends from lenient parsers behind us.
  if (line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos) {
    return state::bad;
  }
  taken = feed + 1;
  return state::done;
}

}  // namespace

void pieces::add(std::string_view piece) noexcept {
  if (piece.empty()) return;
  bytes += piece.size();
  if (count > 0) {
    iovec& last = items[count - 1];
    if (static_cast<const char*>(last.iov_base) + last.iov_len == piece.data()) {
      last.iov_len += piece.size();
      return;
    }
  }
  items[count++] = {const_cast<char*>(piece.data()), piece.size()};
}

std::size_t write_chunk_size(char* into, std::uint64_t size) noexcept {
  char* end = std::to_chars(into, into + max_size_digits, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return static_cast<std::size_t>(end - into);
}

chunk_scanner::state chunk_scanner::scan(std::string_view bytes, pieces& out,
                                         std::size_t& consumed) noexcept {
  consumed = 0;
  lines_used_ = 0;
  if (finished_) return state::done;
  while (consumed < bytes.size() && !out.full()) {
    std::size_t taken = 0;
    const state stepped = step(bytes.substr(consumed), out, taken);
    if (stepped != state::done) return stepped;
    consumed += taken;
    if (finished_) return state::done;
  }
  return state::more;
}

chunk_scanner::state chunk_scanner::scan_framing(std::string_view bytes,
                                                 std::size_t& consumed) noexcept {
  consumed = 0;
  lines_used_ = 0;
  pieces nothing;
  while (!finished_ && consumed < bytes.size() && expecting_ != expecting::data) {
    std::size_t taken = 0;
    const state stepped = step(bytes.substr(consumed), nothing, taken);
    if (stepped != state::done) return stepped;
    consumed += taken;
  }
  return finished_ ? state::done : state::more;
}

void chunk_scanner::pass(std::uint64_t bytes) noexcept {
  left_ -= bytes;
  if (left_ == 0) expecting_ = expecting::data_end;
}

std::size_t chunk_scanner::framing_ahead() const noexcept {
  constexpr std::size_t size_line = std::string_view("1000\r\n").size();
  if (expecting_ == expecting::data_end) return line_end.size() + size_line;
  return expecting_ == expecting::size ? size_line : 0;
}

// The next element. done: it was whole, and `taken` is its size.
chunk_scanner::state chunk_scanner::step(std::string_view rest, pieces& out,
                                         std::size_t& taken) noexcept {
  switch (expecting_) {
    case expecting::size:
      return take_size_line(rest, out, taken);
    case expecting::data:
      taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
      out.add(rest.substr(0, taken));
      out.data_bytes += taken;
      pass(taken);
      return state::done;
    case expecting::data_end:
      if (rest.size() < line_end.size()) return rest[0] == '\r' ? state::more : state::bad;
      if (!rest.starts_with(line_end)) return state::bad;
      taken = line_end.size();
      if (output_ == output::framed) out.add(rest.substr(0, taken));
      expecting_ = expecting::size;
      return state::done;
    case expecting::trailer:
      return take_trailer_line(rest, out, taken);
  }
  return state::bad;
}

chunk_scanner::state chunk_scanner::take_size_line(std::string_view rest, pieces& out,
                                                   std::size_t& taken) noexcept {
  std::string_view line;
  const state whole = take_line(rest, max_size_digits + max_extension + 2, line, taken);
  if (whole != state::done) return whole;
  std::size_t digits = 0;
  std::uint64_t size = 0;
  while (digits < line.size() && hex_digit(line[digits]) >= 0) {
    if (digits == max_size_digits) return state::bad;
    size = size << 4 | static_cast<unsigned>(hex_digit(line[digits++]));
  }
  if (digits == 0 || size > (std::uint64_t{1} << 62)) return state::bad;
  const std::string_view extension = line.substr(digits);
  if (!extension.empty()) {
    // BWS before the semicolon is the only thing the grammar allows here (section 7.1.1).
    const auto first = extension.find_first_not_of(" \t");
    if (first == std::string_view::npos || extension[first] != ';') return state::bad;
    extension_bytes_ += extension.size();
    if (extension.size() > max_extension || extension_bytes_ > max_extensions) return state::bad;
  }
  chunk_bytes_ = size;
  if (size == 0) {
    expecting_ = expecting::trailer;  // the last chunk is sent when the trailers are over
    return state::done;
  }
  left_ = size;
  expecting_ = expecting::data;
  if (output_ == output::framed) {
    const bool canonical = extension.empty() && line[0] != '0';
    if (canonical) {
      out.add(rest.substr(0, taken));
    } else {
      auto& own = lines_[lines_used_++];
      out.add({own.data(), write_chunk_size(own.data(), size)});
    }
  }
  return state::done;
}

chunk_scanner::state chunk_scanner::take_trailer_line(std::string_view rest, pieces& out,
                                                      std::size_t& taken) noexcept {
  std::string_view line;
  const state whole = take_line(rest, max_trailers, line, taken);
  if (whole != state::done) return whole;
  trailer_bytes_ += taken;
  if (trailer_bytes_ > max_trailers) return state::bad;
  const auto colon = line.find(':');
  if (!line.empty() && (colon == std::string_view::npos || !is_token(line.substr(0, colon)))) {
    return state::bad;
  }
  // Trailers are read and dropped: merged into the head they would be injection
  // (RFC 9110 section 6.5.1).
  if (line.empty()) {
    finished_ = true;
    if (output_ == output::framed) out.add(last_chunk);
  }
  return state::done;
}

}  // namespace errata::wire
