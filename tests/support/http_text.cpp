#include "tests/support/http_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace errata::testing {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool only_token_characters(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

template <class Number>
bool parse_number(std::string_view text, Number& number, int base) {
  if (text.empty()) return false;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc{} && stop == end;
}

void read_chunks(byte_stream& stream, text_body& body) {
  for (;;) {
    std::string line;
    const bool got = stream.read_until("\r\n", line);
    body.raw += line;
    if (!got) return;
    line.resize(line.size() - 2);
    body.chunk_lines.push_back(line);
    std::size_t size = 0;
    if (!parse_number(std::string_view(line).substr(0, line.find(';')), size, 16)) return;
    if (size == 0) break;
    std::string chunk;
    const bool whole = stream.read_exactly(size + 2, chunk);
    body.raw += chunk;
    body.content.append(chunk, 0, std::min(size, chunk.size()));
    if (!whole || !chunk.ends_with("\r\n")) return;
  }
  for (;;) {
    std::string line;
    const bool got = stream.read_until("\r\n", line);
    body.raw += line;
    if (!got) return;
    if (line == "\r\n") break;
    body.trailers += line;
  }
  body.complete = true;
}

void read_length(byte_stream& stream, const text_head& head, text_body& body) {
  std::size_t length = 0;
  if (!parse_number(head.value("content-length"), length, 10)) return;
  body.complete = stream.read_exactly(length, body.content);
  body.raw = body.content;
}

bool framed(byte_stream& stream, const text_head& head, text_body& body) {
  if (same_name(head.value("transfer-encoding"), "chunked")) {
    body.by = framing::chunked;
    read_chunks(stream, body);
    return true;
  }
  if (head.has("content-length")) {
    body.by = framing::length;
    read_length(stream, head, body);
    return true;
  }
  return false;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::size_t text_head::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const text_field& f) { return same_name(f.name, name); }));
}

std::string text_head::value(std::string_view name) const {
  for (const auto& f : fields)
    if (same_name(f.name, name)) return f.value;
  return {};
}

std::vector<std::string> text_head::values(std::string_view name) const {
  std::vector<std::string> result;
  for (const auto& f : fields)
    if (same_name(f.name, name)) result.push_back(f.value);
  return result;
}

std::string text_head::names() const {
  std::string result;
  for (const auto& f : fields) {
    if (!result.empty()) result += ' ';
    for (const char c : f.name) result += lower(c);
  }
  return result;
}

text_head parse_head(std::string raw) {
  text_head head;
  head.raw = std::move(raw);
  std::string_view rest = head.raw;
  if (!rest.ends_with("\r\n\r\n")) return head;
  rest.remove_suffix(2);
  head.well_formed = true;
  for (bool first = true; !rest.empty(); first = false) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
      head.well_formed = false;
    if (first) {
      head.start_line = line;
      continue;
    }
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || !only_token_characters(name)) {
      head.well_formed = false;
      continue;
    }
    head.fields.push_back({std::string(name), std::string(without_blanks(line.substr(colon + 1)))});
  }
  return head;
}

text_body read_request_body(byte_stream& stream, const text_head& head) {
  text_body body;
  if (!framed(stream, head, body)) body.complete = true;
  return body;
}

text_body read_response_body(byte_stream& stream, const text_head& head) {
  text_body body;
  if (framed(stream, head, body)) return body;
  body.by = framing::until_close;
  body.content = stream.read_to_end();
  body.raw = body.content;
  body.complete = stream.ended() == ending::closed;
  return body;
}

std::string in_chunks(std::string_view content, std::size_t size) {
  std::string result;
  while (!content.empty()) {
    const auto part = content.substr(0, size);
    char line[20];
    std::snprintf(line, sizeof line, "%zx\r\n", part.size());
    result.append(line).append(part).append("\r\n");
    content.remove_prefix(part.size());
  }
  return result + "0\r\n\r\n";
}

std::string patterned(std::size_t size, unsigned seed) {
  std::string result(size, '\0');
  std::uint32_t state = seed * 2654435761u + 1;
  for (auto& c : result) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>('!' + (state >> 24) % 90);
  }
  return result;
}

}  // namespace errata::testing
