// Reads a golden case from its folder: the upstream's response as a capture, the request, and the
// recipe that puts a coding or a charset back on a body that is kept as readable text. Throws on a
// broken case: a case is ours, never hostile. README.md beside this file says what the files hold.
#pragma once

#include <iconv.h>
#include <zlib.h>

#include <boost/json.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/message.hpp"
#include "policies/normalize/normalizer.hpp"
#include "tests/support/codings.hpp"

namespace errata::golden {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A head and the bytes after its blank line. Head lines end in LF or CRLF.
struct capture {
  std::string start_line;
  std::vector<std::pair<std::string, std::string>> fields;  // name, trimmed value; "!Name" as name
  std::string body;
};

inline capture parse_capture(std::string_view text) {
  capture made;
  bool first = true;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (first) {
      made.start_line = line;
      first = false;
      continue;
    }
    if (line.empty()) break;
    const auto colon = line.find(':');
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    made.fields.emplace_back(line.substr(0, colon), trim(value));
  }
  made.body = text;
  return made;
}

// `text` is UTF-8. A charset that ends in "-bom" gets a byte order mark in front.
inline std::string to_charset(std::string_view text, std::string charset) {
  std::string marked;
  if (charset.ends_with("-bom")) {
    charset.resize(charset.size() - 4);
    marked = "\xEF\xBB\xBF";
  }
  marked += text;
  const iconv_t converter = iconv_open(charset.c_str(), "utf-8");
  if (converter == iconv_t(-1)) throw std::runtime_error("no such charset: " + charset);
  std::string made(marked.size() * 4 + 4, '\0');
  char* in = marked.data();
  std::size_t in_left = marked.size();
  char* out = made.data();
  std::size_t out_left = made.size();
  const auto result = iconv(converter, &in, &in_left, &out, &out_left);
  iconv_close(converter);
  if (result == static_cast<std::size_t>(-1)) throw std::runtime_error("not in " + charset);
  made.resize(made.size() - out_left);
  return made;
}

inline std::string compress(const std::string& plain, std::string_view coding) {
  if (coding == "br") return testing::brotli(plain);
  if (coding == "zstd") return testing::zstd(plain);
  int window = 0;
  if (coding == "gzip" || coding == "x-gzip") window = MAX_WBITS + 16;
  if (coding == "deflate") window = MAX_WBITS;
  if (coding == "raw_deflate") window = -MAX_WBITS;
  if (window == 0) throw std::runtime_error("no such coding: " + std::string(coding));
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string input = plain;
  std::string made(deflateBound(&stream, input.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(made.data());
  stream.avail_out = static_cast<uInt>(made.size());
  const int result = deflate(&stream, Z_FINISH);
  made.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate");
  return made;
}

inline void replace_all(std::string& text, std::string_view mark, const std::string& by) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
    text.replace(at, mark.size(), by);
}

inline body_state state_of(std::string_view name) {
  if (name == "complete") return body_state::complete;
  if (name == "over_cap") return body_state::over_cap;
  if (name == "truncated") return body_state::truncated;
  if (name == "absent") return body_state::absent;
  throw std::runtime_error("no such state: " + std::string(name));
}

// One case. The views that it hands out live as long as it does, so it does not move.
class golden_case {
 public:
  explicit golden_case(const std::filesystem::path& folder) : folder_(folder) {
    if (std::filesystem::exists(folder / "request.http"))
      request_ = parse_capture(read_file(folder / "request.http"));
    else
      request_.start_line = "GET /v1/orders HTTP/1.1";
    response_ = parse_capture(read_file(folder / "response.http"));
    if (std::filesystem::exists(folder / "case.json")) follow(read_file(folder / "case.json"));

    method_ = request_.start_line.substr(0, request_.start_line.find(' '));
    for (const auto& [name, value] : request_.fields) request_fields_.add(name, value);
    const std::string_view line = response_.start_line;
    if (!line.starts_with("HTTP/1.") || line.size() < 12)
      throw std::runtime_error("not a status line: " + response_.start_line);
    head_.version_minor = line[7] - '0';
    head_.status = static_cast<unsigned>(std::stoul(response_.start_line.substr(9, 3)));
    if (line.size() > 13) head_.reason = line.substr(13);
    for (const auto& [name, value] : response_.fields) head_.fields.add(name, value);
  }
  golden_case(const golden_case&) = delete;
  golden_case& operator=(const golden_case&) = delete;

  const std::filesystem::path& folder() const noexcept { return folder_; }
  const response_head& head() const noexcept { return head_; }
  std::string_view body() const noexcept { return response_.body; }
  std::optional<body_state> state() const noexcept { return state_; }
  request_facts facts(status_policy policy) const noexcept {
    return {.method = method_, .fields = &request_fields_, .policy = policy};
  }

 private:
  // First what makes the text long, then its charset, then its codings in the order applied, then
  // what is cut off its end.
  void follow(const std::string& text) {
    const auto recipe = boost::json::parse(text).as_object();
    std::string& body = response_.body;
    if (const auto* repeats = recipe.if_contains("repeat")) {
      for (const auto& [mark, how] : repeats->as_object()) {
        const std::string piece(how.at("text").as_string());
        std::string run;
        for (std::int64_t i = how.at("times").as_int64(); i > 0; --i) run += piece;
        replace_all(body, mark, run);
      }
    }
    if (const auto* charset = recipe.if_contains("charset"))
      body = to_charset(body, std::string(charset->as_string()));
    if (const auto* codings = recipe.if_contains("coding")) {
      for (const auto& coding : codings->as_array()) body = compress(body, coding.as_string());
    }
    if (const auto* cut = recipe.if_contains("cut"))
      body.resize(body.size() - static_cast<std::size_t>(cut->as_int64()));
    if (const auto* state = recipe.if_contains("state")) state_ = state_of(state->as_string());
  }

  std::filesystem::path folder_;
  capture request_;
  capture response_;
  std::string method_;
  field_list request_fields_;
  response_head head_;
  std::optional<body_state> state_;
};

}  // namespace errata::golden
