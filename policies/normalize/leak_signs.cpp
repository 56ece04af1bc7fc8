#include "policies/normalize/leak_signs.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "policies/normalize/leak_words.hpp"
#include "policies/normalize/literal_search.hpp"
#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

constexpr literal_search<std::size(leak_words::internals), 1> internal_word(leak_words::internals);
constexpr literal_search<std::size(leak_words::traces), 2> trace_word(leak_words::traces);

// Bytes that sentences do without, alone or one behind the other: those of addresses, paths, code.
enum byte_kind : std::uint8_t {
  word_byte = 1,  // and the hyphen: what long ids are made of
  digit_byte = 2,
  hex_byte = 4,
  slash = 8,
  colon = 16,
  underscore = 32,
  small_x = 64,
  lone_mark = 128,
};

constexpr auto kinds = [] {
  std::array<std::uint8_t, 256> table{};
  const auto add = [&table](std::string_view bytes, unsigned kind) {
    for (const char c : bytes) {
      auto& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | kind);
    }
  };
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", word_byte);
  add("0123456789", digit_byte);
  add("0123456789abcdefABCDEF", hex_byte);
  add("/", slash);
  add(":", colon);
  add("_", underscore);
  add("x", small_x);
  add("\\@<~*={#\n\r\t\f", lone_mark);
  return table;
}();

// The kinds that make a mark of it when one of them follows.
constexpr auto kinds_behind = [] {
  std::array<std::uint8_t, 256> table{};
  table['.'] = word_byte | slash;   // a.b, ../, 10.1
  table[':'] = hex_byte | colon;    // host:80, fd00:1, ::
  table['/'] = digit_byte | slash;  // Name/1, //
  table['_'] = underscore;          // __init__
  table['0'] = small_x;             // 0x7f
  return table;
}();

constexpr std::size_t long_number = 4;
constexpr std::size_t long_word = 16;

struct mark_scan {
  bool any = false;
  bool digit = false;
};

mark_scan scan_marks(std::string_view text) noexcept {
  unsigned marks = 0;
  unsigned seen = 0;
  unsigned wanted = lone_mark;
  std::size_t word = 0;
  std::size_t number = 0;
  std::size_t longest_word = 0;
  std::size_t longest_number = 0;
  for (const char c : text) {
    const unsigned kind = kinds[static_cast<unsigned char>(c)];
    seen |= kind;
    marks |= kind & wanted;
    wanted = lone_mark | kinds_behind[static_cast<unsigned char>(c)];
    word = (kind & word_byte) != 0 ? word + 1 : 0;
    number = (kind & digit_byte) != 0 ? number + 1 : 0;
    longest_word = std::max(longest_word, word);
    longest_number = std::max(longest_number, number);
  }
  const bool any = marks != 0 || longest_word >= long_word || longest_number >= long_number;
  return {any, (seen & digit_byte) != 0};
}

constexpr std::size_t short_text = 64;

// The bytes of a short text that are of a kind, a bit each, the first lowest.
struct kind_bits {
  std::uint64_t word = 0;
  std::uint64_t digit = 0;
  std::uint64_t hex = 0;
  std::uint64_t slash = 0;
  std::uint64_t colon = 0;
  std::uint64_t underscore = 0;
  std::uint64_t dot = 0;
  std::uint64_t zero = 0;
  std::uint64_t x = 0;
  std::uint64_t lone = 0;

  void read(sixteen_bytes bytes, std::size_t at) noexcept {
    const auto put = [at](std::uint64_t& into, byte_marks marks) {
      into |= std::uint64_t{marks.bits()} << at;
    };
    const sixteen_bytes small = bytes.small();
    const byte_marks digits = bytes.within('0', '9');
    const byte_marks underscores = bytes.equal('_');
    put(word, small.within('a', 'z') | digits | underscores | bytes.equal('-'));
    put(digit, digits);
    put(hex, digits | small.within('a', 'f'));
    put(slash, bytes.equal('/'));
    put(colon, bytes.equal(':'));
    put(underscore, underscores);
    put(dot, bytes.equal('.'));
    put(zero, bytes.equal('0'));
    put(x, bytes.equal('x'));
    put(lone, bytes.equal('\\') | bytes.equal('@') | bytes.equal('<') | bytes.equal('~') |
                  bytes.equal('*') | bytes.equal('=') | bytes.equal('{') | bytes.equal('#') |
                  bytes.equal('\n') | bytes.equal('\r') | bytes.equal('\t') | bytes.equal('\f'));
  }
};

// The same for a short text, without a step for each of its bytes.
mark_scan scan_short_marks(std::string_view text) noexcept {
  kind_bits bits;
  for (std::size_t at = 0; at < text.size(); at += sixteen_bytes::size) {
    bits.read(sixteen_bytes(text.substr(at)), at);
  }
  // As kinds_behind has it.
  const std::uint64_t pairs = (bits.dot << 1 & (bits.word | bits.slash)) |
                              (bits.colon << 1 & (bits.hex | bits.colon)) |
                              (bits.slash << 1 & (bits.digit | bits.slash)) |
                              (bits.underscore << 1 & bits.underscore) | (bits.zero << 1 & bits.x);
  // Each step doubles how many on end a bit that is left stands for.
  const auto has_run = [](std::uint64_t on, std::size_t length) {
    for (std::size_t held = 1; held < length; held *= 2) on &= on >> held;
    return on != 0;
  };
  const bool any =
      (bits.lone | pairs) != 0 || has_run(bits.word, long_word) || has_run(bits.digit, long_number);
  return {any, bits.digit != 0};
}
static_assert(std::has_single_bit(long_word) && std::has_single_bit(long_number));

// How lines begin that are dump from their first character on.
constexpr std::array<std::string_view, 24> frame_openings = {
    "at ",     "file \"", "caused",  "traceb", "gorout", "... ",  "#",      "^",
    "~",       "from ",   "thrown",  "stack",  "backtr", "call ", "inner ", "root ",
    "detail:", "hint:",   "context", "statem", "line ",  "[sql:", "[param", "(backg"};

constexpr std::string_view blanks = " \t\n\r\f";

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Lines of frames begin with "at ", or with # and a number.
bool begins_frame(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line.starts_with("at ") || line.starts_with('#');
}

}  // namespace

leak_signs signs_of_leaks(std::string_view text) noexcept {
  const mark_scan marks = text.size() <= short_text ? scan_short_marks(text) : scan_marks(text);
  return {marks.any || begins_frame(text) || internal_word.any_in(text), marks.digit};
}

bool has_sign_of_frame(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  if (line.empty()) return false;
  const char first = lower(line.front());
  return std::any_of(frame_openings.begin(), frame_openings.end(), [&](std::string_view opening) {
    return opening.front() == first && line.size() >= opening.size() &&
           std::equal(opening.begin(), opening.end(), line.begin(),
                      [](char known, char c) { return known == lower(c); });
  });
}

bool has_sign_of_trace(std::string_view text) noexcept {
  if (trace_word.any_in(text)) return true;
  for (;;) {
    // Past every blank line at once: looking through them from each would be quadratic.
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (begins_frame(text)) return true;
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
}

}  // namespace errata
