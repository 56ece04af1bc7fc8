#include "proxy/cli/capture.hpp"

#include <algorithm>

#include "proxy/cli/capture_http.hpp"
#include "proxy/cli/capture_json.hpp"

namespace errata {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

// What a shell that thinks in UTF-16 makes of a response.
bool is_utf16(std::string_view text) noexcept {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

void read_bare_body(std::string_view text, const capture_defaults& defaults, read_captures& into) {
  if (defaults.status == 0) {
    add_problem(
        into, 1,
        "expected a response with its head ('HTTP/1.1 404 Not Found', as curl -i shows it), "
        "curl -v output or a corpus line; of a body alone say --status, and --content-type "
        "if it has one");
    return;
  }
  capture made;
  made.method = defaults.method;
  made.status = defaults.status;
  if (!defaults.content_type.empty()) {
    made.fields.push_back({"Content-Type", defaults.content_type});
  }
  made.body = text;
  into.captures.push_back(std::move(made));
}

}  // namespace

field_list view_of(const std::vector<capture_field>& fields) {
  field_list list;
  for (const capture_field& f : fields) list.add(f.name, f.value);
  return list;
}

response_head head_of(const capture& recorded) {
  response_head head;
  head.status = recorded.status;
  head.reason = recorded.reason;
  head.version_minor = recorded.version_minor;
  head.fields = view_of(recorded.fields);
  return head;
}

read_captures parse_captures(std::string_view text, const capture_defaults& defaults) {
  read_captures result;
  if (text.size() > max_capture_bytes) {
    add_problem(result, 1, "expected at most 8 MiB");
    return result;
  }
  std::string_view marked = text;
  if (marked.starts_with(utf8_mark)) marked.remove_prefix(utf8_mark.size());
  const auto first = marked.find_first_not_of(" \t\r\n");
  const std::string_view begin = marked.substr(std::min(first, marked.size()));
  if (begin.starts_with("HTTP/")) {
    read_responses(marked, defaults, result);
  } else if (begin.starts_with('{') && is_json_capture(begin)) {
    read_json_captures(marked, defaults, result);
  } else if (is_verbose(marked)) {
    read_verbose(marked, defaults, result);
  } else if (begin.empty() && defaults.status == 0) {
    add_problem(result, 1, "expected a recorded response: there is nothing");
  } else if (is_utf16(text) && defaults.status == 0) {
    add_problem(result, 1, "expected bytes as they came over the wire, not UTF-16");
  } else {
    read_bare_body(text, defaults, result);
  }
  return result;
}

}  // namespace errata
