#include "policies/normalize/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "policies/message.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

enum class family { utf8, utf16, windows_1252, other };

struct known_charset {
  std::string_view label;
  std::string_view name;  // what iconv knows it by, for `other`
  family kind;
};

// latin-1 and ASCII labels mean windows-1252 on the web: the bytes 80 to 9F are quotes and dashes
// there and nothing elsewhere. UTF-7 is left out on purpose, it hides markup.
constexpr std::array charsets = {
    known_charset{"utf-8", "utf-8", family::utf8},
    known_charset{"utf8", "utf-8", family::utf8},
    known_charset{"us-ascii", "windows-1252", family::windows_1252},
    known_charset{"ascii", "windows-1252", family::windows_1252},
    known_charset{"iso-8859-1", "windows-1252", family::windows_1252},
    known_charset{"iso8859-1", "windows-1252", family::windows_1252},
    known_charset{"latin1", "windows-1252", family::windows_1252},
    known_charset{"latin-1", "windows-1252", family::windows_1252},
    known_charset{"windows-1252", "windows-1252", family::windows_1252},
    known_charset{"cp1252", "windows-1252", family::windows_1252},
    known_charset{"utf-16", "utf-16be", family::utf16},
    known_charset{"utf-16be", "utf-16be", family::utf16},
    known_charset{"utf-16le", "utf-16le", family::utf16},
    known_charset{"unicode", "utf-16le", family::utf16},
    known_charset{"iso-8859-2", "iso-8859-2", family::other},
    known_charset{"iso-8859-3", "iso-8859-3", family::other},
    known_charset{"iso-8859-4", "iso-8859-4", family::other},
    known_charset{"iso-8859-5", "iso-8859-5", family::other},
    known_charset{"iso-8859-6", "iso-8859-6", family::other},
    known_charset{"iso-8859-7", "iso-8859-7", family::other},
    known_charset{"iso-8859-8", "iso-8859-8", family::other},
    known_charset{"iso-8859-9", "iso-8859-9", family::other},
    known_charset{"iso-8859-10", "iso-8859-10", family::other},
    known_charset{"iso-8859-11", "iso-8859-11", family::other},
    known_charset{"iso-8859-13", "iso-8859-13", family::other},
    known_charset{"iso-8859-14", "iso-8859-14", family::other},
    known_charset{"iso-8859-15", "iso-8859-15", family::other},
    known_charset{"latin-9", "iso-8859-15", family::other},
    known_charset{"windows-1250", "windows-1250", family::other},
    known_charset{"windows-1251", "windows-1251", family::other},
    known_charset{"windows-1253", "windows-1253", family::other},
    known_charset{"windows-1254", "windows-1254", family::other},
    known_charset{"windows-1255", "windows-1255", family::other},
    known_charset{"windows-1256", "windows-1256", family::other},
    known_charset{"windows-1257", "windows-1257", family::other},
    known_charset{"windows-1258", "windows-1258", family::other},
    known_charset{"cp1250", "windows-1250", family::other},
    known_charset{"cp1251", "windows-1251", family::other},
    known_charset{"koi8-r", "koi8-r", family::other},
    known_charset{"koi8-u", "koi8-u", family::other},
    known_charset{"shift_jis", "shift_jis", family::other},
    known_charset{"euc-jp", "euc-jp", family::other},
    known_charset{"euc-kr", "euc-kr", family::other},
    known_charset{"gb2312", "gbk", family::other},
    known_charset{"gbk", "gbk", family::other},
    known_charset{"gb18030", "gb18030", family::other},
    known_charset{"big5", "big5", family::other},
};

const known_charset* find_charset(std::string_view label) noexcept {
  const auto it = std::find_if(charsets.begin(), charsets.end(),
                               [&](const known_charset& c) { return iequals(c.label, label); });
  return it == charsets.end() ? nullptr : &*it;
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) noexcept {
  const auto it =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), word.begin(),
                  word.end(), [](char a, char b) { return lower(a) == b; });
  return it == text.end() ? std::string_view::npos : static_cast<std::size_t>(it - text.begin());
}

// The value after `key` `=`, quoted or not.
std::string_view attribute_value(std::string_view text, std::string_view key) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  for (std::size_t at = find_word(text, key, 0); at != std::string_view::npos;
       at = find_word(text, key, at + 1)) {
    std::string_view rest = text.substr(at + key.size());
    const auto skip = [&rest, blanks] {
      rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    };
    skip();
    if (rest.empty() || rest[0] != '=') continue;
    rest.remove_prefix(1);
    skip();
    if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) rest.remove_prefix(1);
    return rest.substr(0, rest.find_first_of(" \t\r\n;,\"'/<>?"));
  }
  return {};
}

// windows-1252 from 80 to 9F; 0 where nothing is assigned.
constexpr std::array<std::uint16_t, 32> windows_1252_high = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// Collects characters up to the limit.
class sink {
 public:
  sink(std::string& out, std::size_t limit) : out_(out), limit_(limit) {}
  bool put(std::uint32_t c) {
    if (c == 0) return true;
    const std::size_t before = out_.size();
    append_utf8(out_, c);
    if (out_.size() <= limit_) return true;
    out_.resize(before);
    return false;
  }

 private:
  std::string& out_;
  std::size_t limit_;
};

bool from_windows_1252(std::string_view bytes, std::string& out, std::size_t limit) {
  sink into(out, limit);
  return std::all_of(bytes.begin(), bytes.end(), [&into](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xA0) return into.put(byte);
    const std::uint32_t mapped = windows_1252_high[byte - 0x80U];
    return into.put(mapped == 0 ? 0xFFFD : mapped);
  });
}

bool from_utf16(std::string_view bytes, bool big_endian, std::string& out, std::size_t limit) {
  sink into(out, limit);
  const auto unit = [&](std::size_t i) {
    const auto a = static_cast<unsigned char>(bytes[i]);
    const auto b = static_cast<unsigned char>(bytes[i + 1]);
    return static_cast<std::uint32_t>(big_endian ? a << 8 | b : b << 8 | a);
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c == 0xFEFF) continue;
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size()) {
      const std::uint32_t second = unit(i + 2);
      if (second >= 0xDC00 && second < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (second - 0xDC00);
        i += 2;
      }
    }
    if (!into.put(c)) return false;
  }
  return true;
}

class iconv_handle {
 public:
  explicit iconv_handle(std::string_view from)
      : handle_(iconv_open("UTF-8", std::string(from).c_str())) {}
  ~iconv_handle() {
    if (valid()) iconv_close(handle_);
  }
  iconv_handle(const iconv_handle&) = delete;
  iconv_handle& operator=(const iconv_handle&) = delete;
  // iconv_open's failure is (iconv_t)-1.
  bool valid() const noexcept { return reinterpret_cast<std::intptr_t>(handle_) != -1; }
  std::size_t convert(char** in, std::size_t* in_left, char** out, std::size_t* out_left) {
    return iconv(handle_, in, in_left, out, out_left);
  }

 private:
  iconv_t handle_;
};

// Nothing when libc lacks the charset. Each byte that has no meaning becomes U+FFFD.
std::optional<bool> from_other(std::string_view bytes, std::string_view name, std::string& out,
                               std::size_t limit) {
  iconv_handle converter(name);
  if (!converter.valid()) return std::nullopt;
  char* in = const_cast<char*>(bytes.data());
  std::size_t in_left = bytes.size();
  std::array<char, 1024> buffer;
  while (in_left > 0) {
    const std::size_t in_before = in_left;
    char* to = buffer.data();
    std::size_t to_left = buffer.size();
    const std::size_t rc = converter.convert(&in, &in_left, &to, &to_left);
    if (!append_repaired(out, {buffer.data(), buffer.size() - to_left}, limit)) return false;
    if (rc != static_cast<std::size_t>(-1)) break;
    if (to_left < 16 && in_left < in_before) continue;  // the buffer was full
    if (!append_repaired(out, "\xEF\xBF\xBD", limit)) return false;
    ++in;
    --in_left;
  }
  return true;
}

// UTF-16 without a mark gives itself away by a zero in every second byte of its ASCII.
const known_charset* guess_utf16(std::string_view bytes) noexcept {
  const std::string_view head = bytes.substr(0, 64);
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\0') ++(i % 2 == 0 ? even : odd);
  }
  if (head.size() < 4 || (even + odd) * 4 < head.size()) return nullptr;
  if (even == 0) return find_charset("utf-16le");
  return odd == 0 ? find_charset("utf-16be") : nullptr;
}

struct marked {
  std::string_view charset;
  std::size_t skip;
};

marked byte_order_mark(std::string_view bytes) noexcept {
  if (bytes.substr(0, 3) == "\xEF\xBB\xBF") return {"utf-8", 3};
  if (bytes.substr(0, 2) == "\xFF\xFE") return {"utf-16le", 2};
  if (bytes.substr(0, 2) == "\xFE\xFF") return {"utf-16be", 2};
  return {"", 0};
}

// What to read the bytes as, given what they are labelled. Labels that the bytes contradict lose.
const known_charset* settle(const known_charset* label, std::string_view bytes,
                            const utf8_census& census) noexcept {
  const bool says_utf16 = label != nullptr && label->kind == family::utf16;
  if (census.nul || says_utf16) {
    if (const known_charset* guess = guess_utf16(bytes)) return guess;
  }
  if (says_utf16 && (census.broken > 0 || census.nul)) return label;
  // Text of another charset is as good as never well-formed UTF-8 by chance.
  if (census.broken == 0 && (census.multibyte > 0 || label == nullptr || says_utf16)) {
    return find_charset("utf-8");
  }
  if (label != nullptr && label->kind != family::utf8) return label;
  return census.broken > census.multibyte ? find_charset("windows-1252") : find_charset("utf-8");
}

// Takes off a last character that the end of the body cut in half, if the rest shows that the text
// is UTF-8: else it is whole in another charset, a lone "\xE9".
bool drop_half_character(std::string_view& bytes) noexcept {
  if (!utf8_ends_early(bytes)) return false;
  std::string_view whole = bytes;
  while (utf8_ends_early(whole)) whole.remove_suffix(1);
  const utf8_census census = take_utf8_census(whole);
  if (census.multibyte == 0 || census.broken > 0) return false;
  bytes = whole;
  return true;
}

}  // namespace

std::string_view charset_parameter(std::string_view content_type) noexcept {
  const auto semicolon = content_type.find(';');
  if (semicolon == std::string_view::npos) return {};
  return attribute_value(content_type.substr(semicolon), "charset");
}

std::string_view declared_in_document(std::string_view bytes) noexcept {
  bytes = bytes.substr(0, 1024);
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  if (bytes.substr(0, 5) == "<?xml") {
    return attribute_value(bytes.substr(0, bytes.find("?>")), "encoding");
  }
  if (bytes.empty() || bytes[0] != '<') return {};
  for (auto at = find_word(bytes, "<meta", 0); at != std::string_view::npos;
       at = find_word(bytes, "<meta", at + 1)) {
    const std::string_view tag = bytes.substr(at, bytes.substr(at).find('>'));
    if (const auto value = attribute_value(tag, "charset"); !value.empty()) return value;
  }
  return {};
}

converted_text to_utf8(std::string_view bytes, std::string_view content_type, std::size_t limit) {
  converted_text result;
  const marked mark = byte_order_mark(bytes);
  bytes.remove_prefix(mark.skip);
  const bool half = drop_half_character(bytes);
  const utf8_census census = take_utf8_census(bytes);
  result.clean = mark.skip == 0 && !half && census.broken == 0 && !census.nul;

  const known_charset* use = find_charset(mark.skip > 0 ? mark.charset : "utf-8");
  // ASCII reads the same in every charset but those that switch by escape sequences.
  const bool settled =
      result.clean && (census.multibyte > 0 || bytes.find('\x1B') == std::string_view::npos);
  if (mark.skip == 0 && !settled) {
    const known_charset* label = find_charset(charset_parameter(content_type));
    if (label == nullptr) label = find_charset(declared_in_document(bytes));
    use = settle(label, bytes, census);
  }

  bool whole = true;
  if (use->kind == family::other) {
    if (const auto done = from_other(bytes, use->name, result.text, limit)) {
      whole = *done;
    } else {
      use = find_charset("windows-1252");
    }
  }
  if (use->kind == family::utf16) {
    whole = from_utf16(bytes, use->name == "utf-16be", result.text, limit);
  } else if (use->kind == family::windows_1252) {
    whole = from_windows_1252(bytes, result.text, limit);
  } else if (use->kind == family::utf8) {
    if (result.clean && bytes.size() <= limit) {
      result.text = std::string(bytes);
    } else {
      result.text.reserve(std::min(bytes.size(), limit));
      whole = append_repaired(result.text, bytes, limit);
    }
  }
  result.charset = use->name;
  result.cut = !whole;
  return result;
}

}  // namespace errata
