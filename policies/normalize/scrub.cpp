#include "policies/normalize/scrub.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "policies/message.hpp"
#include "policies/normalize/leaks.hpp"
#include "policies/normalize/markup.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr std::size_t most_input = 16 * 1024;
constexpr std::size_t most_trace_input = 64 * 1024;
constexpr int most_passes = 4;
constexpr int most_leaks_per_sentence = 8;

constexpr bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_letter(char c) noexcept {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
constexpr bool is_high(char c) noexcept {
  return static_cast<unsigned char>(c) >= 0x80;
}

// Texts that stand where a message should, and are none.
constexpr std::array placeholders = {
    std::string_view("no message available"),
    std::string_view("no message"),
    std::string_view("null"),
    std::string_view("undefined"),
    std::string_view("none"),
    std::string_view("nil"),
    std::string_view("n/a"),
    std::string_view("[object object]"),
    std::string_view("nan"),
    std::string_view("{}"),
    std::string_view("[]"),
    std::string_view("error"),
    std::string_view("exception"),
    std::string_view("true"),
    std::string_view("false"),
};

bool says_nothing(std::string_view text) noexcept {
  if (std::none_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_high(c); })) {
    return true;
  }
  while (!text.empty() && (text.back() == '.' || text.back() == '!' || text.back() == ':')) {
    text.remove_suffix(1);
  }
  return std::any_of(placeholders.begin(), placeholders.end(),
                     [text](std::string_view p) { return iequals(p, text); });
}

// Words after which something has to come: a clause that was cut there is a hole.
constexpr std::array open_ended = {
    std::string_view("a"),      std::string_view("an"),    std::string_view("the"),
    std::string_view("in"),     std::string_view("on"),    std::string_view("at"),
    std::string_view("of"),     std::string_view("for"),   std::string_view("to"),
    std::string_view("from"),   std::string_view("by"),    std::string_view("with"),
    std::string_view("and"),    std::string_view("or"),    std::string_view("but"),
    std::string_view("is"),     std::string_view("was"),   std::string_view("are"),
    std::string_view("near"),   std::string_view("line"),  std::string_view("using"),
    std::string_view("via"),    std::string_view("into"),  std::string_view("as"),
    std::string_view("that"),   std::string_view("than"),  std::string_view("because"),
    std::string_view("called"), std::string_view("named"), std::string_view("while"),
    std::string_view("see"),    std::string_view("like"),  std::string_view("under"),
};

// Without what joined the text to a part that is gone: separators, brackets that were opened, a
// quote that has no partner.
std::string_view strip_joints(std::string_view text) noexcept {
  constexpr std::string_view joints = " \n:;,-([=|";
  constexpr std::string_view quotes = "'\"`";
  // Sixteen are more than anybody writes; the bound keeps a text of quotes cheap.
  for (int i = 0; i < 16 && !text.empty(); ++i) {
    const char last = text.back();
    const bool lone_quote = quotes.find(last) != std::string_view::npos &&
                            std::count(text.begin(), text.end(), last) % 2 == 1;
    if (joints.find(last) == std::string_view::npos && !lone_quote) break;
    text.remove_suffix(1);
  }
  return text;
}

// Whether what is left of a sentence still reads as one.
bool stands_alone(std::string_view text) noexcept {
  text = strip_joints(text);
  const auto space = text.find_last_of(" \n");
  if (space == std::string_view::npos) return false;
  const std::string_view last = text.substr(space + 1);
  if (std::any_of(open_ended.begin(), open_ended.end(),
                  [last](std::string_view w) { return iequals(w, last); })) {
    return false;
  }
  const std::string_view first = text.substr(0, space);
  return std::any_of(first.begin(), first.end(), [](char c) { return is_letter(c) || is_high(c); });
}

// The bracket group around [begin, end) of `text`, with the blank before it.
std::optional<std::pair<std::size_t, std::size_t>> group_around(std::string_view text,
                                                                std::size_t begin,
                                                                std::size_t end) noexcept {
  // The leak may start at the bracket itself.
  const auto open = text.find_last_of("([", begin);
  if (open == std::string_view::npos) return std::nullopt;
  const auto close = text.find(text[open] == '(' ? ')' : ']', open);
  if (close == std::string_view::npos || close + 1 < end) return std::nullopt;
  const std::size_t from = open > 0 && text[open - 1] == ' ' ? open - 1 : open;
  return std::pair{from, close + 1};
}

// Where the last clause before `begin` ends; npos when the sentence is all one clause.
std::size_t clause_end(std::string_view text, std::size_t begin) noexcept {
  constexpr std::array<std::string_view, 6> separators = {": ", "; ",  " - ",
                                                          ", ", " | ", " \xE2\x80\x93 "};
  std::size_t best = std::string_view::npos;
  const std::string_view before = text.substr(0, std::min(text.size(), begin + 1));
  for (const std::string_view s : separators) {
    const auto at = before.rfind(s);
    if (at != std::string_view::npos && (best == std::string_view::npos || at > best)) best = at;
  }
  return best;
}

struct cleaned {
  std::string text;
  leak_counts removed;
  bool stop = false;  // what follows belongs to what was taken out
};

// Takes class names off the front. Returns whether what follows is worth reading.
bool take_prefixes(std::string& sentence, leak_counts& removed) {
  for (int i = 0; i < 4; ++i) {
    const std::size_t length = class_prefix(sentence);
    if (length == 0) return true;
    removed.add(leak_kind::exception_name);
    if (is_program_fault(std::string_view(sentence).substr(0, length))) return false;
    sentence.erase(0, length);
  }
  return true;
}

// "Session 4f2b has expired": the sentence stands without the name that follows its subject. Empty
// when the detail is not of that kind.
std::string without_apposition(std::string_view sentence, const leak& found) {
  constexpr std::array<std::string_view, 12> verbs = {"is ",    "was ",  "has ",  "does ",
                                                      "did ",   "are ",  "can ",  "cannot ",
                                                      "could ", "must ", "will ", "already "};
  if (found.kind != leak_kind::secret && found.kind != leak_kind::email) return {};
  const std::string_view name = sentence.substr(found.begin, found.end - found.begin);
  // What was found may begin with its subject: "token 4f2b".
  const auto subject = std::min(name.find(' '), name.size());
  const auto is_word = [](char c) { return is_letter(c); };
  const bool led =
      std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(subject), is_word);
  const auto blank =
      led && subject < name.size() ? found.begin + subject : sentence.rfind(' ', found.begin);
  const auto end = sentence.find(' ', found.end);
  if (blank == std::string_view::npos || blank == 0 || end == std::string_view::npos) return {};
  const std::string_view head = sentence.substr(0, blank);
  const std::string_view tail = sentence.substr(end + 1);
  const std::string_view noun = head.substr(head.find_last_of(' ') + 1);
  if (noun.size() < 3 || !std::all_of(noun.begin(), noun.end(), is_word)) return {};
  const auto opens = [noun](std::string_view w) { return iequals(w, noun); };
  if (std::any_of(open_ended.begin(), open_ended.end(), opens)) return {};
  // "The password hunter2 was tried" tells about the secret, not about the request.
  if (led && tail.starts_with("was ")) return {};
  const auto follows = [tail](std::string_view verb) { return tail.starts_with(verb); };
  if (std::none_of(verbs.begin(), verbs.end(), follows)) return {};
  return std::string(head) + std::string(sentence.substr(end));
}

// Without the detail `found`, or empty when no sentence is left.
std::string without_detail(const std::string& sentence, const leak& found) {
  if (const auto group = group_around(sentence, found.begin, found.end)) {
    std::string rest = sentence.substr(0, group->first) + sentence.substr(group->second);
    if (stands_alone(rest)) return std::string(trim(rest));
  }
  if (std::string rest = without_apposition(sentence, found); !rest.empty()) return rest;
  // "host: message" loses its host.
  if (found.begin <= 1) {
    const auto colon = sentence.find(": ", found.end);
    const auto blank = sentence.find(' ', found.end);
    if (colon != std::string::npos && blank == colon + 1) {
      std::string rest = sentence.substr(colon + 2);
      if (stands_alone(rest)) return rest;
    }
  }
  const std::size_t cut = clause_end(sentence, found.begin);
  if (cut == std::string_view::npos) return {};
  const std::string_view head = strip_joints(std::string_view(sentence).substr(0, cut));
  if (!stands_alone(head)) return {};
  return std::string(head) + (sentence.back() == '.' ? "." : "");
}

cleaned clean_sentence(std::string_view raw, leak_set wanted) {
  cleaned result;
  std::string sentence(trim(raw));
  for (int i = 0; i < most_leaks_per_sentence && !sentence.empty(); ++i) {
    if (wanted.has(leak_kind::exception_name) && !take_prefixes(sentence, result.removed)) {
      result.stop = true;
      return result;
    }
    const leak found = find_leak(sentence, wanted);
    if (found.reach == leak_reach::none) {
      result.text = std::move(sentence);
      return result;
    }
    result.removed.add(found.kind);
    if (found.kind == leak_kind::stack_frame) {
      // Some languages say where they are at the end of every message.
      const std::size_t at = frame_ending(sentence);
      if (at != std::string::npos && stands_alone(std::string_view(sentence).substr(0, at))) {
        sentence.resize(at);
        continue;
      }
    }
    if (found.reach == leak_reach::gist) {
      result.stop = true;
      return result;
    }
    sentence = without_detail(sentence, found);
  }
  return result;
}

// Whether the word that ends before `at`, with its full stop, is too short to end a sentence ("no.
// 5", "e.g. this") when lower case follows.
bool is_abbreviation(std::string_view text, std::size_t at) noexcept {
  const auto blank = text.substr(0, at).find_last_of(" \n");
  const std::size_t start = blank == std::string_view::npos ? 0 : blank + 1;
  const std::string_view word = text.substr(start, at - start);
  return word.size() < 5 || word.find('.') + 1 < word.size();
}

bool ends_sentence(std::string_view text, std::size_t start, std::size_t blank) noexcept {
  std::size_t last = blank;
  do {
    if (last-- == start) return false;
  } while (text[last] == '"' || text[last] == '\'' || text[last] == ')');
  if (text[last] == '!' || text[last] == '?') return true;
  if (text[last] != '.' || blank + 1 >= text.size()) return false;
  return !is_lower(text[blank + 1]) || !is_abbreviation(text, last + 1);
}

// Calls f(sentence) for each sentence or line of `text` until it returns false.
template <class F>
void for_each_sentence(std::string_view text, F&& f) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n' && !(text[i] == ' ' && ends_sentence(text, start, i))) continue;
    if (i > start && !f(text.substr(start, i - start))) return;
    start = i + 1;
  }
  if (start < text.size()) f(text.substr(start));
}

std::string_view cut_to_limit(std::string_view text) noexcept {
  if (text.size() <= max_scrubbed_bytes) return text;
  const std::string_view fitting = utf8_prefix(text, max_scrubbed_bytes);
  for (auto at = fitting.rfind(". "); at != std::string_view::npos && at >= max_scrubbed_bytes / 2;
       at = at == 0 ? std::string_view::npos : fitting.rfind(". ", at - 1)) {
    if (at + 2 < fitting.size() && !is_lower(fitting[at + 2])) return fitting.substr(0, at + 1);
  }
  if (text[fitting.size()] == ' ') return strip_joints(fitting);
  const auto space = fitting.rfind(' ');
  return space == std::string_view::npos || space < max_scrubbed_bytes / 2
             ? fitting
             : strip_joints(fitting.substr(0, space));
}

// One line of each run of text, its indentation kept: frames are known by it.
std::string drop_frames(std::string_view text, leak_set wanted, leak_counts& removed) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (wanted.has(leak_kind::stack_frame) && is_frame(line)) {
      removed.add(leak_kind::stack_frame);
      break;
    }
    out.append(collapse_blanks(line));
    out.push_back('\n');
  }
  return out;
}

// Line ends and tabs are how texts are laid out.
bool has_controls(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') ||
           c == '\x7F';
  });
}

// An internal of a text with terminal escapes, looked for as if they were blanks: an escape takes
// the letter behind it with it, and what is left of a secret is not known as one.
leak leak_behind_escapes(std::string_view text, leak_set wanted) {
  constexpr char escape = '\x1B';
  if (text.find(escape) == std::string_view::npos) return {};
  std::string spelled(text);
  std::replace(spelled.begin(), spelled.end(), escape, ' ');
  return find_leak(spelled, wanted);
}

scrubbed scrub_once(std::string_view message, leak_set wanted) {
  scrubbed result;
  const std::string_view looked_at = utf8_prefix(message, most_input);
  const std::string visible = without_controls(looked_at);
  const std::string plain = without_markup(visible);
  if (has_controls(looked_at)) result.removed.add(leak_kind::control);
  if (plain != visible) result.removed.add(leak_kind::markup);
  // Which of several an escape has cut nobody can tell.
  const leak behind = leak_behind_escapes(looked_at, wanted);
  if (behind.reach != leak_reach::none) {
    result.removed.add(behind.kind);
    result.hopeless = true;
    return result;
  }
  const std::string lines = drop_frames(plain, wanted, result.removed);
  std::string kept;
  for_each_sentence(lines, [&](std::string_view sentence) {
    cleaned c = clean_sentence(sentence, wanted);
    result.removed.add(c.removed);
    if (!c.text.empty()) {
      if (!kept.empty()) kept.push_back(' ');
      kept.append(c.text);
    }
    return !c.stop;
  });
  const std::string line = collapse_blanks(kept);
  std::string_view text = cut_to_limit(line);
  const bool holed = result.removed.internals() > 0;
  if (holed) text = strip_joints(text);
  result.hopeless = says_nothing(text) || (holed && !stands_alone(text));
  if (!result.hopeless) result.text = text;
  return result;
}

// Whether the common case applies: a short plain message with nothing to take out.
bool is_harmless(std::string_view message) {
  return message.size() <= max_scrubbed_bytes && is_plain_line(message) &&
         class_prefix(message) == 0 && is_free_of_leaks(message);
}

}  // namespace

scrubbed scrub_message(std::string_view message, leak_set wanted) {
  scrubbed result;
  result.hopeless = true;
  if (is_harmless(message)) {
    result.hopeless = says_nothing(message);
    if (!result.hopeless) result.text = std::string(message);
    return result;
  }
  // What was hidden by one layer (an escaped tag, a cut clause) shows in the next pass. A message
  // that never comes to rest is an attempt to get past us.
  std::string text(message);
  for (int i = 0; i < most_passes; ++i) {
    scrubbed next = scrub_once(text, wanted);
    next.removed.add(result.removed);
    const bool at_rest = next.text == text;
    result = std::move(next);
    if (result.hopeless || at_rest) return result;
    text = result.text;
  }
  result.text.clear();
  result.hopeless = true;
  return result;
}

bool looks_like_trace(std::string_view text) {
  return has_trace_marks(text.substr(0, most_trace_input));
}

std::string scrub_whole_param(std::string_view param) {
  param = trim(param);
  if (param.size() <= max_param_bytes && is_harmless(param)) {
    return says_nothing(param) ? std::string() : std::string(param);
  }
  std::string name = scrub_param(param);
  if (scrub_message(name).text != name) name.clear();
  return name;
}

std::string scrub_param(std::string_view param) {
  param = trim(param);
  if (param.empty() || param.size() > max_param_bytes || !is_utf8(param)) return {};
  if (!is_plain_line(param) && without_markup(without_controls(param)) != param) return {};
  if (param.find('\n') != std::string_view::npos || names_place_or_secret(param)) return {};
  return std::string(param);
}

}  // namespace errata
