#include "policies/envelope.hpp"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>

#include "policies/sixteen_bytes.hpp"

namespace errata {
namespace {

namespace json = boost::json;

constexpr std::string_view line_separator = "\xE2\x80\xA8";       // U+2028
constexpr std::string_view paragraph_separator = "\xE2\x80\xA9";  // U+2029

// The escape for the character at text[0]; empty if it may stand as it is.
std::string_view escape_of(std::string_view text) noexcept {
  // One row of six bytes for each control character, made at compile time.
  static constexpr auto controls = [] {
    std::array<std::array<char, 6>, 32> rows{};
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = {'\\', 'u', '0', '0', digits[i >> 4], digits[i & 15]};
    }
    return rows;
  }();
  const char c = text.front();
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\x7F':
      return "\\u007f";
    case '\xE2':
      if (text.starts_with(line_separator)) return "\\u2028";
      if (text.starts_with(paragraph_separator)) return "\\u2029";
      return {};
    default: {
      const auto u = static_cast<unsigned char>(c);
      return u < 0x20 ? std::string_view(controls[u].data(), 6) : std::string_view{};
    }
  }
}

// That escape_of() may have an answer for; from `i` on, the size of the text when there is none.
std::size_t next_that_may_need_escape(std::string_view text, std::size_t i) noexcept {
  return find_marked(text, i, [](sixteen_bytes next) {
    return next.below(0x20) | next.equal('"') | next.equal('\\') | next.equal('\x7F') |
           next.equal('\xE2');
  });
}

// The five members an envelope may have, one bit each.
enum member : unsigned { m_type = 1, m_message = 2, m_code = 4, m_param = 8, m_doc_url = 16 };

unsigned member_of(std::string_view key) noexcept {
  if (key == "type") return m_type;
  if (key == "message") return m_message;
  if (key == "code") return m_code;
  if (key == "param") return m_param;
  if (key == "doc_url") return m_doc_url;
  return 0;
}

// http(s), and a host of at least one character.
bool is_absolute_url(std::string_view text) noexcept {
  if (!text.starts_with("http")) return false;
  text.remove_prefix(text.starts_with("https") ? 5 : 4);
  if (!text.starts_with("://")) return false;
  text.remove_prefix(3);
  return !text.empty() && text.front() != '/' && text.find(' ') == std::string_view::npos;
}

// Whether the first member is "error", as it has to be.
bool begins_envelope(std::string_view body) noexcept {
  const auto skip_blanks = [&body] {
    body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
  };
  skip_blanks();
  if (!body.starts_with('{')) return false;
  body.remove_prefix(1);
  skip_blanks();
  return body.starts_with(R"("error")");
}

// Stops the parser at the first thing that an envelope does not have, so that nothing is kept of a
// large body but the string being read.
struct canonical_handler {
  static constexpr std::size_t max_object_size = 8;
  static constexpr std::size_t max_array_size = 1;
  static constexpr std::size_t max_key_size = 16;
  static constexpr std::size_t max_string_size = 4096;

  unsigned status;
  const catalog& types;
  int depth = 0;
  unsigned seen = 0;
  unsigned current = 0;
  bool error_seen = false;
  std::string text{};

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& ec) { return check(ec, ++depth <= 2); }
  bool on_object_end(std::size_t, json::error_code&) {
    --depth;
    return true;
  }
  bool on_array_begin(json::error_code& ec) { return check(ec, false); }
  bool on_array_end(std::size_t, json::error_code& ec) { return check(ec, false); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& ec) {
    text.append(part.data(), part.size());
    bool good = false;
    if (depth == 1) {
      good = !error_seen && text == "error";
      error_seen = true;
    } else {
      current = member_of(text);
      good = current != 0 && (seen & current) == 0;
      seen |= current;
    }
    text.clear();
    return check(ec, good);
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& ec) {
    text.append(part.data(), part.size());
    const bool good = depth == 2 && is_good_value();
    text.clear();
    return check(ec, good);
  }
  bool on_number_part(json::string_view, json::error_code& ec) { return check(ec, false); }
  bool on_int64(std::int64_t, json::string_view, json::error_code& ec) { return check(ec, false); }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code& ec) {
    return check(ec, false);
  }
  bool on_double(double, json::string_view, json::error_code& ec) { return check(ec, false); }
  bool on_bool(bool, json::error_code& ec) { return check(ec, false); }
  bool on_null(json::error_code& ec) { return check(ec, false); }
  bool on_comment_part(json::string_view, json::error_code& ec) { return check(ec, false); }
  bool on_comment(json::string_view, json::error_code& ec) { return check(ec, false); }

 private:
  static bool check(json::error_code& ec, bool good) {
    if (!good) ec = json::error::syntax;
    return good;
  }

  bool is_good_value() const {
    const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
      const auto u = static_cast<unsigned char>(c);
      return u < 0x20 || u == 0x7F;
    });
    switch (current) {
      case m_type:
        return types.is_type(text) && text == types.type_of(status);
      case m_message:
        return !controls && text.size() <= max_message_bytes &&
               text.find_first_not_of(' ') != std::string::npos;
      case m_code:
        return is_code(text);
      case m_param:
        return !controls && !text.empty();
      default:
        return !controls && is_absolute_url(text);
    }
  }
};

void append_json_text(std::string& out, std::string_view text) {
  std::size_t plain = 0;  // start of what needs no escape and is not yet appended
  for (std::size_t i = 0; i < text.size(); ++i) {
    i = next_that_may_need_escape(text, i);
    if (i == text.size()) break;
    const std::string_view escape = escape_of(text.substr(i));
    if (escape.empty()) continue;
    out.append(text, plain, i - plain);
    out += escape;
    if (text[i] == '\xE2') i += 2;
    plain = i + 1;
  }
  out.append(text, plain, text.size() - plain);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_text(out, text);
  out += '"';
}

void append_envelope(std::string& out, const envelope& e) {
  // One allocation, but for a text with many escapes.
  constexpr std::size_t punctuation = 96;
  out.reserve(out.size() + punctuation + e.type.size() + e.message.size() + e.code.size() +
              e.param.size() + e.doc_url.size());
  out += R"({"error":{"type":")";
  append_json_text(out, e.type);
  out += R"(","message":")";
  append_json_text(out, e.message);
  out += R"(","code":")";
  append_json_text(out, e.code);
  if (!e.param.empty()) {
    out += R"(","param":")";
    append_json_text(out, e.param);
  }
  if (!e.doc_url.empty()) {
    out += R"(","doc_url":")";
    append_json_text(out, e.doc_url);
  }
  out += R"("}})";
}

bool is_code(std::string_view text) noexcept {
  if (text.size() < 2 || text.size() > 63) return false;
  if (text.front() < 'a' || text.front() > 'z' || text.back() == '_') return false;
  bool after_underscore = false;
  for (const char c : text) {
    if (c == '_') {
      if (after_underscore) return false;
      after_underscore = true;
      continue;
    }
    after_underscore = false;
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) return false;
  }
  return true;
}

bool is_canonical(std::string_view body, unsigned status, const catalog& types) {
  // Most that is none is known by that, unless letters are escaped.
  const bool plain = body.find('\\') == std::string_view::npos;
  if (plain && (!begins_envelope(body) || body.find(types.type_of(status)) == body.npos)) {
    return false;
  }
  json::parse_options options;
  options.max_depth = 3;
  json::basic_parser<canonical_handler> parser(options, canonical_handler{status, types});
  json::error_code ec;
  const std::size_t consumed = parser.write_some(false, body.data(), body.size(), ec);
  if (ec || consumed != body.size()) return false;
  constexpr unsigned required = m_type | m_message | m_code;
  return (parser.handler().seen & required) == required;
}

}  // namespace errata
