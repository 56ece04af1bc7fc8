#include "policies/normalize/code_name.hpp"

#include <algorithm>
#include <array>

#include "policies/envelope.hpp"
#include "policies/normalize/text_list.hpp"

namespace errata {
namespace {

constexpr std::size_t max_spelled = 256;

constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

struct status_name {
  unsigned status;
  std::string_view name;
};

// Reason phrases of RFC 9110 and their older and gRPC spellings.
constexpr std::array status_names = {
    status_name{400, "bad_request"},
    status_name{401, "unauthorized"},
    status_name{401, "unauthorised"},
    status_name{402, "payment_required"},
    status_name{403, "forbidden"},
    status_name{404, "not_found"},
    status_name{405, "method_not_allowed"},
    status_name{406, "not_acceptable"},
    status_name{408, "request_timeout"},
    status_name{409, "conflict"},
    status_name{410, "gone"},
    status_name{411, "length_required"},
    status_name{412, "precondition_failed"},
    status_name{413, "payload_too_large"},
    status_name{413, "content_too_large"},
    status_name{413, "request_entity_too_large"},
    status_name{414, "uri_too_long"},
    status_name{414, "request_uri_too_long"},
    status_name{415, "unsupported_media_type"},
    status_name{416, "range_not_satisfiable"},
    status_name{416, "requested_range_not_satisfiable"},
    status_name{417, "expectation_failed"},
    status_name{422, "unprocessable_entity"},
    status_name{422, "unprocessable_content"},
    status_name{423, "locked"},
    status_name{424, "failed_dependency"},
    status_name{426, "upgrade_required"},
    status_name{428, "precondition_required"},
    status_name{429, "too_many_requests"},
    status_name{431, "request_header_fields_too_large"},
    status_name{451, "unavailable_for_legal_reasons"},
    status_name{500, "internal_server_error"},
    status_name{500, "internal_error"},
    status_name{500, "internal_server"},
    status_name{500, "internal"},
    status_name{500, "server_error"},
    status_name{501, "not_implemented"},
    status_name{502, "bad_gateway"},
    status_name{503, "service_unavailable"},
    status_name{503, "unavailable"},
    status_name{504, "gateway_timeout"},
    status_name{505, "http_version_not_supported"},
};

constexpr text_list noise(std::array<std::string_view, 46>{
    "error",         "errors",     "fail",          "failed",     "failure",        "fault",
    "success",       "ok",         "true",          "false",      "none",           "null",
    "undefined",     "unknown",    "default",       "general",    "generic",        "field",
    "body",          "query",      "path",          "header",     "object",         "string",
    "number",        "exception",  "sender",        "receiver",   "client",         "server",
    "status",        "message",    "api_error",     "http_error", "http_exception", "application",
    "unknown_error", "error_code", "about_blank",   "warning",    "critical",       "fatal",
    "custom",        "invalid",    "informational", "other",
});

// What operating systems and database drivers call their errors: true, and nobody else's business.
constexpr text_list system_names(std::array<std::string_view, 24>{
    "econnrefused", "econnreset",      "econnaborted", "etimedout",    "enotfound",     "enoent",
    "eacces",       "eperm",           "epipe",        "ehostunreach", "enetunreach",   "eai_again",
    "eaddrinuse",   "ebusy",           "eexist",       "eisdir",       "enotdir",       "emfile",
    "enospc",       "esockettimedout", "hy000",        "sqlstate",     "eaddrnotavail", "enomem",
});
constexpr text_list system_prefixes(std::array<std::string_view, 8>{
    "ora_",
    "er_",
    "sqlite_",
    "sql_",
    "sqlstate_",
    "mysql_",
    "psql_",
    "java_lang_",
});

// With which letters any of them begins: few other codes get past that.
constexpr auto begins_status_name = [] {
  std::array<bool, 256> table{};
  for (const status_name& known : status_names) {
    table[static_cast<unsigned char>(known.name.front())] = true;
  }
  return table;
}();

bool is_system_name(std::string_view code) noexcept {
  return system_names.contains(code) || system_prefixes.has_prefix_of(code);
}

// 8-4-4-4-12 or one long run of hexadecimal digits: an id, not a code.
bool is_opaque_id(std::string_view text) noexcept {
  std::size_t hex = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c != '-' && !is_hex(c)) return false;
    hex += c != '-';
    digits += is_digit(c);
  }
  return hex >= 16 && digits >= 4;
}

bool is_uri(std::string_view text) noexcept {
  return text.find("://") != std::string_view::npos || text.starts_with("urn:") ||
         text.starts_with("tag:") || text.starts_with("about:");
}

// The part of a problem type's URI that names the problem.
std::string_view last_segment(std::string_view uri) noexcept {
  if (const auto scheme = uri.find("://"); scheme != std::string_view::npos) {
    uri.remove_prefix(scheme + 3);
    // A host alone names no problem.
    const auto slash = uri.find_first_of("/#");
    if (slash == std::string_view::npos) return {};
    uri.remove_prefix(slash);
  }
  uri = uri.substr(0, uri.find('?'));
  while (!uri.empty() && (uri.back() == '/' || uri.back() == '#')) uri.remove_suffix(1);
  const auto cut = uri.find_last_of("/#:");
  if (cut != std::string_view::npos) uri.remove_prefix(cut + 1);
  for (const std::string_view suffix : {".html", ".htm", ".md", ".json"}) {
    if (uri.ends_with(suffix)) uri.remove_suffix(suffix.size());
  }
  // Links to the text of a standard say what the status says.
  const bool numbered = uri.starts_with("sec") && uri.size() > 3 && is_digit(uri[3]);
  if (numbered || uri.starts_with("section-") || uri.starts_with("rfc") ||
      uri.starts_with("page-")) {
    return {};
  }
  return uri;
}

// com.example.orders.OutOfStock -> OutOfStock. A lone prefix (catalog.NotFound) is part of the
// code.
std::string_view without_package(std::string_view text) noexcept {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == text.size() || !is_upper(text[dot + 1])) {
    return text;
  }
  const std::string_view package = text.substr(0, dot);
  if (std::any_of(package.begin(), package.end(), is_upper)) return text;
  return std::count(package.begin(), package.end(), '.') == 0 ? text : text.substr(dot + 1);
}

// Whether a new word starts at text[i]: aB, 1B, and the last capital of ABc.
bool starts_word(std::string_view text, std::size_t i) noexcept {
  if (i == 0 || !is_upper(text[i])) return false;
  const char before = text[i - 1];
  if (is_lower(before) || is_digit(before)) {
    // E1A, SHA256B: digits among capitals belong to them unless small letters follow.
    return is_lower(before) || (i + 1 < text.size() && is_lower(text[i + 1]));
  }
  return is_upper(before) && i + 1 < text.size() && is_lower(text[i + 1]);
}

// What is written as a code already, in small or in capital letters, as most are: its words are
// one underscore apart. False for anything else; `code` is empty where it is none to send.
bool read_plain_code(std::string_view spelled, std::string& code) {
  enum letter_kind : unsigned char { other = 1, small = 2, capital = 4, digit = 8 };
  static constexpr auto kinds = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned u = 0; u < table.size(); ++u) {
      const char c = static_cast<char>(u);
      table[u] = is_lower(c) ? small : is_upper(c) ? capital : is_digit(c) ? digit : other;
    }
    table['_'] = 0;
    return table;
  }();
  unsigned seen = 0;
  unsigned before = 0;
  for (const char c : spelled) {
    const unsigned kind = kinds[static_cast<unsigned char>(c)];
    if ((kind | before) == 0) return false;  // two underscores, or one in front
    seen |= kind;
    before = kind;
  }
  const bool mixed = (seen & small) != 0 && (seen & capital) != 0;
  if ((seen & other) != 0 || mixed || before == 0 || is_opaque_id(spelled)) return false;
  code = std::string(spelled);
  if ((seen & capital) != 0) {
    for (char& c : code) c = c == '_' ? c : static_cast<char>(c | 0x20);
  }
  if (code.size() < 2 || code.size() > 63 || !is_lower(code.front()) || is_system_name(code)) {
    code.clear();
  }
  return true;
}

bool is_separator(char c) noexcept {
  return c == '_' || c == '-' || c == '.' || c == ':' || c == '/';
}

}  // namespace

std::string to_code(std::string_view spelled) {
  while (!spelled.empty() && spelled.front() == ' ') spelled.remove_prefix(1);
  while (!spelled.empty() && spelled.back() == ' ') spelled.remove_suffix(1);
  if (spelled.empty() || spelled.size() > max_spelled) return {};
  if (std::string code; read_plain_code(spelled, code)) return code;
  // A sentence, and not the last word of an address.
  const auto has = [spelled](char c) { return spelled.find(c) != std::string_view::npos; };
  if (has(' ') && !has(':') && !has('#')) return {};
  if (is_opaque_id(spelled)) return {};
  if (is_uri(spelled)) {
    // RFC 9457 section 4.2.1: about:blank says no more than the status.
    if (spelled.starts_with("about:")) return {};
    spelled = last_segment(spelled);
    if (is_opaque_id(spelled)) return {};
  } else if (const auto hash = spelled.rfind('#'); hash != std::string_view::npos) {
    spelled.remove_prefix(hash + 1);
  } else {
    const std::string_view name = without_package(spelled);
    if (name.size() != spelled.size() && is_exception_class(name)) return {};
    spelled = name;
  }
  std::array<char, max_spelled * 2> letters;
  std::size_t size = 0;
  const auto end_word = [&] {
    if (size > 0 && letters[size - 1] != '_') letters[size++] = '_';
  };
  for (std::size_t i = 0; i < spelled.size(); ++i) {
    const char c = spelled[i];
    if (is_lower(c) || is_digit(c)) {
      letters[size++] = c;
    } else if (is_upper(c)) {
      if (starts_word(spelled, i)) end_word();
      letters[size++] = static_cast<char>(c + ('a' - 'A'));
    } else if (is_separator(c)) {
      end_word();
    } else {
      return {};
    }
  }
  while (size > 0 && letters[size - 1] == '_') --size;
  const std::string_view code(letters.data(), size);
  if (!is_code(code) || is_system_name(code)) return {};
  return std::string(code);
}

bool is_status_name(std::string_view code, unsigned status) noexcept {
  if (code.empty() || !begins_status_name[static_cast<unsigned char>(code.front())]) return false;
  return std::any_of(status_names.begin(), status_names.end(), [&](const status_name& known) {
    return known.name == code &&
           // These two are what frameworks write for want of anything better.
           (known.status == status || known.status == 400 || known.status == 500);
  });
}

bool is_noise_code(std::string_view code) noexcept {
  return noise.contains(code);
}

bool is_category(std::string_view code) noexcept {
  static constexpr text_list categories(std::array<std::string_view, 6>{
      "authentication_error",
      "authorization_error",
      "invalid_request",
      "rate_limit_error",
      "resource_not_found",
      "server_error",
  });
  return categories.contains(code);
}

bool is_broad_code(std::string_view code) noexcept {
  static constexpr text_list names(std::array<std::string_view, 12>{
      "aborted",
      "already_exists",
      "data_loss",
      "deadline_exceeded",
      "failed_precondition",
      "invalid_argument",
      "not_found",
      "out_of_range",
      "permission_denied",
      "unauthenticated",
      "resource_exhausted",
      "unimplemented",
  });
  return names.contains(code);
}

bool is_exception_class(std::string_view spelled) noexcept {
  const bool named = spelled.ends_with("Exception") || spelled.ends_with("Error") ||
                     spelled.ends_with("Fault") || spelled.find('\\') != std::string_view::npos;
  return named && spelled.find('_') == std::string_view::npos &&
         std::any_of(spelled.begin(), spelled.end(), is_lower) &&
         std::any_of(spelled.begin(), spelled.end(), is_upper);
}

bool is_machine_word(std::string_view text) noexcept {
  if (text.empty() || text.size() > max_spelled) return false;
  if (text.find(' ') != std::string_view::npos) return false;
  std::size_t parts = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '_' || c == '-' || c == '.' || c == '/' || c == ':') {
      // A full stop at the end makes a one-word sentence.
      parts += i > 0 && i + 1 < text.size();
    } else if (!is_upper(c) && !is_lower(c) && !is_digit(c)) {
      return false;
    } else {
      parts += starts_word(text, i);
    }
  }
  return parts > 1;
}

}  // namespace errata
