#include "policies/normalize/leaks.hpp"

#include <algorithm>
#include <array>

#include "policies/normalize/leak_patterns.hpp"
#include "policies/normalize/leak_signs.hpp"
#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

using namespace leak_patterns;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

bool matches(const RE2& re, std::string_view text) {
  return re.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

// Length at the very start; npos when it does not match there.
std::size_t match_at_start(const RE2& re, std::string_view text) {
  re2::StringPiece found;
  if (!re.Match(piece(text), 0, text.size(), RE2::ANCHOR_START, &found, 1)) {
    return std::string_view::npos;
  }
  return found.size();
}

leak first_match(const RE2& re, leak_reach reach, leak_kind kind, std::string_view text) {
  re2::StringPiece found;
  if (!re.Match(piece(text), 0, text.size(), RE2::UNANCHORED, &found, 1)) return {};
  const auto begin = static_cast<std::size_t>(found.data() - text.data());
  return {reach, kind, begin, begin + found.size()};
}

bool has_digit(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The \s of RE2, which is without vertical tabs.
bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

// Whether a digit stands in a word of five bytes or more. In all that secrets_with_digit() matches
// the digit can only be in such a one: the words before it have none.
bool may_hold_secret(std::string_view text) noexcept {
  constexpr std::size_t shortest = 5;
  const auto next_digit = [text](std::size_t from) {
    return find_marked(text, from, [](sixteen_bytes next) { return next.within('0', '9'); });
  };
  for (std::size_t i = next_digit(0); i < text.size(); i = next_digit(i)) {
    std::size_t begin = i;
    while (begin > 0 && !is_blank(text[begin - 1])) --begin;
    while (i < text.size() && !is_blank(text[i])) ++i;
    if (i - begin >= shortest) return true;
  }
  return false;
}

leak first_secret_with_digit(std::string_view text) {
  if (!may_hold_secret(text)) return {};
  std::size_t from = 0;
  while (from < text.size()) {
    const leak found =
        first_match(secrets_with_digit(), leak_reach::detail, leak_kind::secret, text.substr(from));
    if (found.reach == leak_reach::none) return {};
    const std::string_view match = text.substr(from + found.begin, found.end - found.begin);
    if (has_digit(match)) {
      // Of "token: abc1" only the value is secret.
      const auto colon = match.find(": ");
      const std::size_t value = colon == std::string_view::npos ? 0 : colon + 2;
      return {leak_reach::detail, leak_kind::secret, from + found.begin + value, from + found.end};
    }
    from += found.end;
  }
  return {};
}

}  // namespace

leak find_leak(std::string_view text, leak_set wanted) {
  // Two automata instead of nine for what is true of most sentences.
  if (is_free_of_leaks(text)) return {};
  struct search {
    const RE2& (*pattern)();
    leak_kind kind;
  };
  constexpr std::array<search, 3> gists = {{{frames, leak_kind::stack_frame},
                                            {database_talk, leak_kind::database},
                                            {program_talk, leak_kind::program}}};
  constexpr std::array<search, 6> details = {{{file_paths, leak_kind::file_path},
                                              {hosts, leak_kind::host},
                                              {software, leak_kind::software},
                                              {emails, leak_kind::email},
                                              {class_names, leak_kind::exception_name},
                                              {plain_secrets, leak_kind::secret}}};
  leak best;
  const auto keep_first = [&best](const leak& found) {
    if (found.reach == leak_reach::none) return;
    if (best.reach == leak_reach::none || found.begin < best.begin) best = found;
  };
  for (const search& one : gists) {
    if (wanted.has(one.kind)) {
      keep_first(first_match(one.pattern(), leak_reach::gist, one.kind, text));
    }
  }
  if (best.reach != leak_reach::none) return best;
  for (const search& one : details) {
    if (wanted.has(one.kind)) {
      keep_first(first_match(one.pattern(), leak_reach::detail, one.kind, text));
    }
  }
  if (wanted.has(leak_kind::secret)) keep_first(first_secret_with_digit(text));
  return best;
}

bool is_free_of_leaks(std::string_view text) {
  const leak_signs signs = signs_of_leaks(text);
  if (signs.any && (matches(any_name(), text) || matches(any_talk(), text))) return false;
  return !signs.digit || first_secret_with_digit(text).reach == leak_reach::none;
}

bool names_place_or_secret(std::string_view text) {
  // Two automata instead of seven for what is nearly always true.
  if (is_free_of_leaks(text)) return false;
  return matches(file_paths(), text) || matches(hosts(), text) || matches(software(), text) ||
         matches(emails(), text) || matches(frames(), text) || matches(plain_secrets(), text) ||
         first_secret_with_digit(text).reach != leak_reach::none;
}

std::size_t class_prefix(std::string_view text) {
  // One of these is in each, so that most messages need no automaton.
  constexpr std::array<std::string_view, 5> parts = {"Error", "Exception", "Fault", "Throwable",
                                                     "rpc error: "};
  const auto has = [text](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  };
  const bool named = has(":") && std::any_of(parts.begin(), parts.end(), has);
  if (!named && !text.starts_with("** (")) return 0;
  const std::size_t length = match_at_start(class_prefixes(), text);
  return length == std::string_view::npos ? 0 : length;
}

bool is_program_fault(std::string_view prefix) {
  prefix = prefix.substr(0, prefix.find_last_not_of(" \t\r\n:") + 1);
  prefix = prefix.substr(0, prefix.find_first_of("(["));
  prefix = prefix.substr(prefix.find_last_of(" .:\\") + 1);
  return matches(program_faults(), prefix);
}

bool is_frame(std::string_view line) {
  return has_sign_of_frame(line) && matches(frame_lines(), line);
}

std::size_t frame_ending(std::string_view sentence) {
  re2::StringPiece found;
  const re2::StringPiece text(sentence.data(), sentence.size());
  if (!frame_endings().Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1)) {
    return std::string_view::npos;
  }
  return static_cast<std::size_t>(found.data() - sentence.data());
}

void compile_leak_patterns() {
  for (const auto pattern : {any_talk, any_name, secrets_with_digit, trace_marks}) {
    static_cast<void>(matches(pattern(), {}));
  }
}

bool has_trace_marks(std::string_view text) {
  return has_sign_of_trace(text) && matches(trace_marks(), text);
}

}  // namespace errata
