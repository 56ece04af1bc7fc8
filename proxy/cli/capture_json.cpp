#include "proxy/cli/capture_json.hpp"

#include <boost/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "proxy/cli/capture_http.hpp"
#include "proxy/cli/capture_lines.hpp"

namespace errata {
namespace {

namespace json = boost::json;

// What is wrong with one object. Caught in read_object().
class wrong_capture : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::optional<json::value> parse(std::string_view text) {
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  if (failed) return std::nullopt;
  return value;
}

std::optional<json::value> parse_first_line(std::string_view text) {
  return parse(first_line_of(text));
}

bool looks_like_capture(const json::value& value) {
  const json::object* object = value.if_object();
  return object != nullptr && object->contains("status") &&
         (object->contains("headers") || object->contains("body_b64"));
}

int sextet(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// RFC 4648 section 4; padding may be missing.
std::string decode_base64(std::string_view text) {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = sextet(c);
    if (value < 0) throw wrong_capture("expected base64 in 'body_b64'");
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  if (count == 6) throw wrong_capture("expected base64 in 'body_b64'");
  return bytes;
}

// Back to the bytes of the wire, which a recorder had to take for characters of one byte.
std::string to_wire(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      bytes += text[i];
    } else if ((c == 0xC2 || c == 0xC3) && i + 1 < text.size()) {
      const auto low = static_cast<unsigned char>(text[++i]);
      bytes += static_cast<char>((c & 3U) << 6 | (low & 0x3FU));
    } else {
      return std::string(text);
    }
  }
  return bytes;
}

std::string string_of(const json::value& value, const char* expected) {
  const json::string* text = value.if_string();
  if (text == nullptr) throw wrong_capture(expected);
  return to_wire(*text);
}

void add_field(std::vector<capture_field>& fields, std::string_view name,
               const json::value& value) {
  std::string text = string_of(value, "expected a string as a header's value");
  const std::string_view trimmed = trim(text);
  const std::string_view fault = field_fault(name, trimmed);
  if (!fault.empty()) throw wrong_capture(std::string(fault));
  fields.push_back({std::string(name), std::string(trimmed)});
}

// [["Allow", "GET"], ...], {"Allow": "GET"}, {"Set-Cookie": ["a=1", "b=2"]}.
void read_fields(const json::value& value, std::vector<capture_field>& fields) {
  constexpr const char* expected = "expected 'headers' as a list of [name, value], or an object";
  if (const json::object* object = value.if_object()) {
    for (const auto& [name, given] : *object) {
      if (const json::array* several = given.if_array()) {
        for (const json::value& one : *several) add_field(fields, name, one);
      } else {
        add_field(fields, name, given);
      }
    }
    return;
  }
  const json::array* list = value.if_array();
  if (list == nullptr) throw wrong_capture(expected);
  for (const json::value& entry : *list) {
    const json::array* pair = entry.if_array();
    if (pair == nullptr || pair->size() != 2 || !pair->front().is_string()) {
      throw wrong_capture(expected);
    }
    add_field(fields, pair->front().as_string(), pair->back());
  }
}

// A request may well have been refused for a header that is none.
void read_request_fields(const json::value& value, capture& into) {
  try {
    read_fields(value, into.request_fields);
  } catch (const wrong_capture&) {
    into.notes.emplace_back(request_fields_left_out);
  }
}

void read_request(const json::value& value, capture& into) {
  const json::object* request = value.if_object();
  if (request == nullptr) throw wrong_capture("expected an object as 'request'");
  if (const json::value* method = request->if_contains("method")) {
    into.method = string_of(*method, "expected a string as the request's 'method'");
    if (!is_token(into.method)) throw wrong_capture("expected a method such as 'GET'");
  }
  if (const json::value* fields = request->if_contains("headers")) {
    read_request_fields(*fields, into);
  }
}

void read_body(const json::object& object, capture& into) {
  if (const json::value* coded = object.if_contains("body_b64")) {
    into.body = decode_base64(string_of(*coded, "expected a string as 'body_b64'"));
  } else if (const json::value* plain = object.if_contains("body")) {
    const json::string* text = plain->if_string();
    if (text == nullptr) throw wrong_capture("expected a string as 'body'");
    into.body = std::string_view(*text);
  }
  const json::value* framing = object.if_contains("framing");
  if (framing == nullptr) return;
  const std::string how = string_of(*framing, "expected a string as 'framing'");
  into.truncated = how == "truncated" || how == "chunked-truncated";
  if (!into.truncated && how != "content-length" && how != "chunked" && how != "close" &&
      how != "none") {
    throw wrong_capture(
        "expected 'framing' to be content-length, chunked, close, none, truncated or "
        "chunked-truncated");
  }
}

capture read_object(const json::object& object, const capture_defaults& defaults) {
  capture made;
  made.method = defaults.method;
  const json::value* status = object.if_contains("status");
  const std::int64_t* number = status == nullptr ? nullptr : status->if_int64();
  if (number == nullptr || *number < 0 || *number > 999) {
    throw wrong_capture("expected a number from 0 to 999 as 'status'");
  }
  made.status = static_cast<unsigned>(*number);
  if (const json::value* id = object.if_contains("id")) {
    made.id = string_of(*id, "expected a string as 'id'");
  }
  if (const json::value* reason = object.if_contains("reason")) {
    made.reason = string_of(*reason, "expected a string as 'reason'");
  }
  if (const json::value* version = object.if_contains("http")) {
    if (string_of(*version, "expected a string such as \"1.1\" as 'http'") == "1.0") {
      made.version_minor = 0;
    }
  }
  if (const json::value* fields = object.if_contains("headers")) read_fields(*fields, made.fields);
  if (const json::value* request = object.if_contains("request")) read_request(*request, made);
  read_body(object, made);
  return made;
}

void add_capture(const std::optional<json::value>& value, unsigned line,
                 const capture_defaults& defaults, read_captures& into) {
  const json::object* object = value ? value->if_object() : nullptr;
  if (object == nullptr) {
    add_problem(into, line, "expected a JSON object with 'status', 'headers' and 'body_b64'");
    return;
  }
  try {
    into.captures.push_back(read_object(*object, defaults));
    into.captures.back().line = line;
  } catch (const wrong_capture& wrong) {
    add_problem(into, line, wrong.what());
  }
}

}  // namespace

bool is_json_capture(std::string_view text) {
  auto value = parse_first_line(text);
  if (!value) value = parse(text);
  return value && looks_like_capture(*value);
}

void read_json_captures(std::string_view text, const capture_defaults& defaults,
                        read_captures& into) {
  capture_lines lines(text);
  lines.skip_blank_lines();
  if (!parse_first_line(lines.rest())) {
    add_capture(parse(text), lines.line(), defaults, into);
    return;
  }
  std::string_view line;
  while (true) {
    const unsigned number = lines.line();
    if (!lines.next(line)) return;
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    add_capture(parse(line), number, defaults, into);
  }
}

}  // namespace errata
