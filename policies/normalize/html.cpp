#include "policies/normalize/html.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/boilerplate.hpp"
#include "policies/normalize/markup.hpp"
#include "policies/normalize/page.hpp"
#include "policies/normalize/scrub.hpp"

namespace errata {
namespace {

constexpr std::size_t most_error_blocks = 32;
constexpr std::ptrdiff_t most_links = 8;
constexpr std::size_t longest_preformatted = 300;

enum class label_role { none, message, code, other };

label_role role_of(std::string_view label) noexcept {
  constexpr std::array<std::string_view, 8> message = {"message",
                                                       "description",
                                                       "error_description",
                                                       "error description",
                                                       "error message",
                                                       "details",
                                                       "detail",
                                                       "reason"};
  constexpr std::array<std::string_view, 3> code = {"error", "code", "error code"};
  constexpr std::array<std::string_view, 26> other = {
      "type",       "exception", "file",       "line",   "note",      "root cause", "trace",
      "servlet",    "uri",       "url",        "status", "timestamp", "path",       "cause",
      "caused by",  "state",     "request id", "iss",    "method",    "request",    "session",
      "session id", "user",      "host",       "time",   "source"};
  const auto in = [label](const auto& list) {
    return std::find(list.begin(), list.end(), label) != list.end();
  };
  if (label.empty()) return label_role::none;
  if (in(message)) return label_role::message;
  if (in(code)) return label_role::code;
  return in(other) ? label_role::other : label_role::none;
}

// "Mon Mar 02 10:15:30 UTC 2026" and its like: two colons between digits, few letters.
bool is_date(std::string_view text) noexcept {
  if (text.size() > 48) return false;
  std::size_t clocks = 0;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text[i] == ':' && digit(i - 1) && digit(i + 1)) ++clocks;
  }
  return clocks == 2;
}

bool is_machine_word(std::string_view text) noexcept {
  return text.find(' ') == std::string_view::npos && text.size() <= 64;
}

// Whether a page is one of a site, with its navigation, and not made for an error.
bool is_site_page(const page& p) {
  const auto links =
      std::count_if(p.blocks.begin(), p.blocks.end(), [](const page_block& b) { return b.linked; });
  return links > most_links || p.blocks.size() > most_error_blocks;
}

// Whether a page is for developers: as a whole, or by what one of its blocks shows.
bool is_debug_page(const page& p) {
  std::string all;
  for (const page_block& b : p.blocks) {
    if (role_of(b.label) != label_role::none) all.append(b.label).append(": ");
    all.append(b.text);
    all.push_back('\n');
  }
  // No-break spaces, with which frames are indented, become plain ones.
  return looks_like_trace(without_controls(all));
}

std::string_view name_of(block_kind kind) noexcept {
  switch (kind) {
    case block_kind::title:
      return "title";
    case block_kind::heading:
      return "heading";
    case block_kind::preformatted:
      return "preformatted text";
    case block_kind::paragraph:
      break;
  }
  return "paragraph";
}

// How good a block is as the message; 0 is unfit.
int worth(const page_block& block, std::string_view text, unsigned status) {
  const label_role role = role_of(block.label);
  if (role == label_role::code || role == label_role::other || block.linked) return 0;
  if (text.empty() || text.ends_with(':') || is_date(text) || is_boilerplate(text, status))
    return 0;
  const bool one_word =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (one_word) return 0;
  const bool lines = block.text.find('\n') != std::string::npos;
  if (block.kind == block_kind::preformatted &&
      (text.size() > longest_preformatted || (lines && role == label_role::none))) {
    return 0;
  }
  if (role == label_role::message) return 6;
  if (is_stock_sentence(text)) return 2;
  switch (block.kind) {
    case block_kind::paragraph:
    case block_kind::preformatted:
      return 5;
    case block_kind::heading:
      return 4;
    case block_kind::title:
      return 1;
  }
  return 0;
}

}  // namespace

extracted extract_html(std::string_view html, unsigned status) {
  extracted result;
  result.shape = "html";
  result.internal = looks_like_trace(html);
  // No need to parse what will not be used.
  if (result.internal || (status >= 500 && status != 503)) return result;
  const page p = read_page(html);
  if (!p.readable) return result;
  result.internal = is_debug_page(p);
  if (result.internal || is_site_page(p)) return result;

  int best = 0;
  for (const page_block& block : p.blocks) {
    const label_role role = role_of(block.label);
    const std::string_view raw = role == label_role::none ? block.text : block.rest;
    std::string tidied;
    if (!is_tidy(raw)) tidied = collapse_blanks(without_controls(raw));
    const std::string_view line = is_tidy(raw) ? raw : tidied;
    if (result.code.empty() && role == label_role::code && is_machine_word(line)) {
      result.code = line;
    }
    const std::string_view text = without_status(line, status);
    const int value = worth(block, text, status);
    if (value <= best || (status == 503 && !speaks_to_client(text))) continue;
    // The server's name at the foot of the page is no message, nor is what has to be hidden.
    if (scrub_message(text).hopeless) continue;
    best = value;
    result.message = text;
    result.origin = role == label_role::message ? "labelled text" : name_of(block.kind);
  }
  return result;
}

}  // namespace errata
