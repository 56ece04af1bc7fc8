#include "proxy/cli/capture_body.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "proxy/cli/capture_lines.hpp"

namespace errata {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// A body whose chunks are still there.
struct unchunked {
  std::string data;
  std::size_t consumed = 0;
  bool whole = false;  // the last chunk and the trailers are there
};

// The size in a chunk's first line (RFC 9112 section 7.1); extensions are passed over.
std::optional<std::size_t> chunk_size(std::string_view line) noexcept {
  const std::string_view digits = trim(line.substr(0, line.find(';')));
  std::size_t size = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return size;
}

// Takes one line off `text`; nothing when no line end is there.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view line_end) {
  const auto end = text.find(line_end);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + line_end.size());
  return line;
}

// Nothing when `text` does not begin with a chunk: then its chunks are off.
std::optional<unchunked> take_chunks(std::string_view text, std::string_view line_end) {
  const std::size_t all = text.size();
  unchunked result;
  bool any = false;
  while (true) {
    const auto line = take_line(text, line_end);
    const auto size = line ? chunk_size(*line) : std::nullopt;
    if (!size) break;
    if (*size == 0) {
      any = true;
      while (const auto trailer = take_line(text, line_end)) {
        if (!trailer->empty()) continue;
        result.whole = true;
        break;
      }
      break;
    }
    const bool cut = *size > text.size();
    const std::string_view rest = text.substr(std::min(*size, text.size()));
    // A chunk that does not end with a line end is none.
    if (!cut && !rest.empty() && rest.front() != line_end.front()) break;
    any = true;
    result.data.append(text.substr(0, *size));
    text = rest;
    if (cut || !take_line(text, line_end)) break;
  }
  if (!any) return std::nullopt;
  // What follows a broken chunk belongs to nothing else.
  result.consumed = result.whole ? all - text.size() : all;
  return result;
}

bool says(const capture& head, std::string_view name, std::string_view token) {
  for (const capture_field& f : head.fields) {
    if (!iequals(f.name, name)) continue;
    bool found = false;
    for_each_member(f.value, [&](std::string_view member) { found |= iequals(member, token); });
    if (found) return true;
  }
  return false;
}

bool has_coding(const capture& head) {
  return std::any_of(head.fields.begin(), head.fields.end(), [](const capture_field& f) {
    return iequals(f.name, "content-encoding") && !iequals(f.value, "identity");
  });
}

// No compressed body goes far without a control character.
bool is_plain(std::string_view bytes) noexcept {
  const std::string_view head = bytes.substr(0, 512);
  return std::none_of(head.begin(), head.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u == 0x7F || (u < 0x20 && blanks.find(c) == std::string_view::npos);
  });
}

bool is_blank(std::string_view bytes) noexcept {
  return bytes.find_first_not_of(blanks) == std::string_view::npos;
}

bool next_response_follows(std::string_view bytes) noexcept {
  bytes.remove_prefix(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
  return starts_with_head(bytes);
}

std::size_t take_all(std::string_view rest, capture& into) {
  into.body = rest;
  return rest.size();
}

// `size` bytes, and what stands behind them if nobody else could claim it.
std::size_t take_first(std::string_view rest, std::size_t size, std::string_view of,
                       capture& into) {
  const std::string_view behind = rest.substr(size);
  if (next_response_follows(behind)) return size;
  if (!is_blank(behind)) {
    into.notes.push_back(std::to_string(behind.size()) + " bytes behind " + std::string(of) +
                         " are left out");
  }
  return rest.size();
}

std::size_t take_length(std::string_view rest, std::size_t size, capture& into) {
  const bool undone = has_coding(into) && is_plain(rest);
  if (rest.size() < size) {
    into.truncated = !undone;
    return take_all(rest, into);
  }
  const std::string_view behind = rest.substr(size);
  if (undone && !is_blank(behind) && !next_response_follows(behind)) return take_all(rest, into);
  into.body = rest.substr(0, size);
  return take_first(rest, size, "the Content-Length", into);
}

}  // namespace

bool has_no_body(const capture& head) noexcept {
  return head.method == "HEAD" || head.status == 204 || head.status == 304;
}

announced_length content_length(const capture& head) noexcept {
  announced_length found;
  for (const capture_field& f : head.fields) {
    if (!iequals(f.name, "content-length")) continue;
    std::size_t bytes = 0;
    const char* const end = f.value.data() + f.value.size();
    const auto read = std::from_chars(f.value.data(), end, bytes);
    if (read.ec != std::errc() || read.ptr != end) return {};
    if (found.known && found.bytes != bytes) return {};
    found = {true, bytes};
  }
  return found;
}

std::size_t take_body(std::string_view rest, std::string_view line_end, capture& into) {
  if (has_no_body(into)) return take_first(rest, 0, "a head that has no body", into);
  if (says(into, "transfer-encoding", "chunked")) {
    auto chunks = take_chunks(rest, line_end);
    if (!chunks) return take_all(rest, into);
    into.body = std::move(chunks->data);
    into.truncated = !chunks->whole;
    return chunks->consumed;
  }
  const announced_length length = content_length(into);
  return length.known ? take_length(rest, length.bytes, into) : take_all(rest, into);
}

}  // namespace errata
