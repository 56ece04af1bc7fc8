#include "policies/normalize/json_keys.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

// Letters and digits of a key, lower-case, and behind them zeros: two keys of the same words are
// the same key.
constexpr std::size_t longest_key = 24;
struct key_words {
  std::array<std::uint64_t, longest_key / 8> words;

  constexpr bool operator==(const key_words&) const = default;
  constexpr std::uint32_t hash() const noexcept {
    const std::uint64_t mixed = words[0] * 0x9E3779B97F4A7C15 ^ words[1] * 0xC2B2AE3D27D4EB4F ^
                                words[2] * 0x165667B19E3779F9;
    return static_cast<std::uint32_t>(mixed >> 40);
  }
};

// The letter or digit in lower case; 0 for what does not count in a key.
constexpr auto plain_letters = [] {
  std::array<char, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) {
    table[static_cast<unsigned char>(c)] = c;
    table[static_cast<unsigned char>(c - ('a' - 'A'))] = c;
  }
  return table;
}();

constexpr auto words_of_rows = [] {
  std::array<key_words, key_rows.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (key_rows[i].key.size() > longest_key) throw "a key that is too long";
    if (key_rows[i].key.find_first_of("0123456789") != std::string_view::npos) throw "a digit";
    std::array<char, longest_key> letters{};
    std::copy(key_rows[i].key.begin(), key_rows[i].key.end(), letters.begin());
    all[i] = std::bit_cast<key_words>(letters);
  }
  return all;
}();

// For each hash the row, and behind it those that it drove away; 0 where none is.
constexpr std::size_t slots = 1024;
constexpr auto row_of_slot = [] {
  static_assert(key_rows.size() < slots / 2);
  std::array<std::uint16_t, slots> table{};
  for (std::size_t i = 0; i < key_rows.size(); ++i) {
    std::size_t at = words_of_rows[i].hash() % slots;
    while (table[at] != 0) at = (at + 1) % slots;
    table[at] = static_cast<std::uint16_t>(i + 1);
  }
  return table;
}();

std::size_t find_row(const key_words& wanted) noexcept {
  std::size_t at = wanted.hash() % slots;
  while (row_of_slot[at] != 0 && words_of_rows[row_of_slot[at] - 1U] != wanted) {
    at = (at + 1) % slots;
  }
  return row_of_slot[at];
}

// Of letters and digits and no others, of which only letters are in a row. True when that settles
// it: a key that something is left out of does not come to rest here.
bool look_up_plain_key(std::string_view key, std::size_t readable, known_key& into) noexcept {
  if (key.empty() || key.size() > sixteen_bytes::size) return false;
  const sixteen_bytes spelled = readable >= sixteen_bytes::size
                                    ? sixteen_bytes(key.data()).first(key.size())
                                    : sixteen_bytes(key);
  // Capitals become small letters, and nothing else becomes a letter.
  const sixteen_bytes small = spelled.small().first(key.size());
  const auto words = small.words();
  if (const std::size_t row = find_row({{words[0], words[1], 0}}); row != 0) {
    into = {static_cast<key_id>(row), key_rows[row - 1].roles};
    return true;
  }
  const std::uint32_t counted = (small.within('a', 'z') | spelled.within('0', '9')).bits();
  return counted == (std::uint32_t{1} << key.size()) - 1;
}

}  // namespace

known_key look_up_key(std::string_view key, std::size_t readable) noexcept {
  if (known_key found; look_up_plain_key(key, std::max(readable, key.size()), found)) return found;
  constexpr std::size_t longest_spelled = 64;
  std::array<char, longest_key> letters{};
  std::size_t size = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == ':') {
      // A prefix is the namespace of whoever extended the format: "o:errorCode".
      letters = {};
      size = 0;
      begin = i + 1;
    } else if (const char letter = plain_letters[static_cast<unsigned char>(key[i])]; letter != 0) {
      if (size < longest_key) letters[size] = letter;
      ++size;
    }
  }
  key.remove_prefix(begin);
  if (size == 0 || size > longest_key || key.size() > longest_spelled) return {};
  const std::size_t row = find_row(std::bit_cast<key_words>(letters));
  if (row == 0) return {};
  key_roles roles = key_rows[row - 1].roles;
  // JSON-LD, protocol buffers and .NET name the type of an object so, not that of an error.
  if (key.front() == '@' || key.front() == '$') roles.code = 0;
  // A wire protocol's own member, unlike a plain `type`: its every word is a code.
  if (key.starts_with("__") && roles.code != 0) {
    roles.code = 1;
    roles.any_word_is_code = true;
  }
  return {static_cast<key_id>(row), roles};
}

}  // namespace errata
