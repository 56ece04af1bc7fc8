#include "proxy/cli/capture_http.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "proxy/cli/capture_body.hpp"
#include "proxy/cli/capture_lines.hpp"

namespace errata {
namespace {

constexpr std::size_t most_problems = 20;
constexpr std::string_view cut_short = "* transfer closed with";
constexpr std::string_view no_status_line =
    "expected a status line such as 'HTTP/1.1 404 Not Found'";

void set_status(capture& into, const status_line& line) {
  into.version_minor = line.version_minor;
  into.status = line.status;
  into.reason = line.reason;
}

bool has(const capture& head, std::string_view name) noexcept {
  return std::any_of(head.fields.begin(), head.fields.end(),
                     [name](const capture_field& f) { return iequals(f.name, name); });
}

// Whether the head that follows directly counts in the place of this one: it was interim, opened a
// tunnel, redirected or asked for credentials. What printed it left its body out.
bool is_superseded(const capture& head, std::string_view rest) noexcept {
  if (head.status < 200 && head.status >= 100) return true;
  if (!starts_with_head(rest)) return false;
  const announced_length length = content_length(head);
  // A body that looks like a head: a server that shows what it was sent.
  if (length.known && length.bytes != 0 && rest.size() >= length.bytes &&
      rest.size() - length.bytes <= 2) {
    return false;
  }
  if (head.status >= 300 && head.status < 400 && has(head, "location")) return true;
  if (head.status == 401 || head.status == 407) return true;
  return !has_no_body(head) && !(length.known && length.bytes == 0);
}

// Reads field lines up to and with the empty line. False when one is none; the problem is told.
bool read_fields(capture_lines& lines, capture& into, read_captures& out) {
  std::string_view line;
  while (true) {
    const unsigned number = lines.line();
    if (!lines.next(line) || line.empty()) return true;
    const std::string_view fault = add_field_line(into.fields, line);
    if (fault.empty()) continue;
    add_problem(out, number, fault);
    return false;
  }
}

// Reads the head that counts. False when there is none.
bool read_head(capture_lines& lines, capture& into, read_captures& out) {
  while (true) {
    into.line = lines.line();
    into.fields.clear();
    std::string_view line;
    lines.next(line);
    const auto status = parse_status_line(line);
    if (!status) {
      add_problem(out, into.line, no_status_line);
      return false;
    }
    set_status(into, *status);
    if (!read_fields(lines, into, out)) return false;
    if (!is_superseded(into, lines.rest())) return true;
    lines.skip_blank_lines();
    if (lines.done()) {
      add_problem(out, lines.line(),
                  "expected the final response behind an interim one (" +
                      std::to_string(into.status) + ")");
      return false;
    }
  }
}

// What curl says of itself behind a body, often on the body's last line.
constexpr std::array<std::string_view, 5> closing_remarks = {
    "* Connection #", "* Closing connection", "* shutting down connection", "* Excess found",
    cut_short,
};

// Where a body of unknown end ends. Looks no further.
std::size_t end_of_verbose_body(std::string_view text) noexcept {
  for (auto at = text.find("* "); at != std::string_view::npos; at = text.find("* ", at + 2)) {
    const std::string_view here = text.substr(at);
    if (std::any_of(closing_remarks.begin(), closing_remarks.end(),
                    [here](std::string_view remark) { return here.starts_with(remark); })) {
      return at;
    }
  }
  return text.size();
}

// Whether a body of `length` bytes was broken off at `at`, as the remark there has it: curl counts
// what is missing.
bool is_broken_off(std::string_view text, std::size_t at, std::size_t length) noexcept {
  const std::string_view remark = text.substr(at + cut_short.size());
  std::size_t missing = 0;
  if (remark.size() < 2) return false;
  std::from_chars(remark.data() + 1, remark.data() + remark.size(), missing);
  return at < length && missing == length - at;
}

// Where a body of known length ends.
std::size_t end_of_verbose_body(std::string_view text, std::size_t length) noexcept {
  const std::string_view body = text.substr(0, length);
  for (auto at = body.find(cut_short); at != std::string_view::npos;
       at = body.find(cut_short, at + 1)) {
    if (is_broken_off(text, at, length)) return at;
  }
  return length;
}

// Lines that curl writes between a head and its body when both streams go to one place.
bool is_remark(std::string_view line) noexcept {
  return line.starts_with("* ") || line.starts_with("{ [") || line.starts_with("} [") ||
         line.starts_with('\r') || line.starts_with("  % Total") ||
         line.starts_with("                                 Dload");
}

// Returns whether curl went on to another request instead of showing the body.
bool skip_remarks(capture_lines& lines) noexcept {
  bool went_on = false;
  std::string_view line;
  while (is_remark(lines.rest().substr(0, lines.rest().find('\n'))) && lines.next(line)) {
    went_on |= line.starts_with("* Ignoring the response-body") ||
               line.starts_with("* Issue another request");
  }
  return went_on || lines.rest().starts_with("> ");
}

// Walks over what `curl -v` wrote.
class verbose_reader {
 public:
  verbose_reader(std::string_view text, const capture_defaults& defaults, read_captures& out)
      : lines_(text), defaults_(defaults), out_(out) {}

  void read() {
    std::string_view line;
    while (true) {
      const unsigned number = lines_.line();
      if (!lines_.next(line)) return;
      if (line.starts_with('>')) {
        take_request_line(trim(line.substr(1)));
      } else if (line.starts_with('<')) {
        if (!take_response_line(line.substr(line.starts_with("< ") ? 2 : 1), number)) return;
      }
    }
  }

 private:
  // Of the lines that begin with "> ": "GET /orders HTTP/1.1", "Host: example.com", "".
  void take_request_line(std::string_view line) {
    if (line.empty()) return;
    const auto blank = line.find(' ');
    const std::string_view method = line.substr(0, blank);
    if (line.find(" HTTP/", blank) != std::string_view::npos && is_token(method)) {
      request_ = {};
      request_.method = method;
      return;
    }
    const std::string_view fault = add_field_line(request_.request_fields, line);
    if (!fault.empty()) request_.notes.assign(1, std::string(request_fields_left_out));
  }

  // Of the lines that begin with "< ": a status line, a field line, the end of the head.
  bool take_response_line(std::string_view line, unsigned number) {
    if (const auto status = parse_status_line(line)) {
      head_ = request_;
      if (head_->method.empty()) head_->method = defaults_.method;
      head_->line = number;
      set_status(*head_, *status);
      return true;
    }
    if (!head_) {
      add_problem(out_, number, no_status_line);
      return false;
    }
    if (!line.empty()) {
      const std::string_view fault = add_field_line(head_->fields, line);
      if (!fault.empty()) add_problem(out_, number, fault);
      return fault.empty();
    }
    take_verbose_body();
    return true;
  }

  void take_verbose_body() {
    capture made = *std::move(head_);
    head_.reset();
    if ((made.status >= 100 && made.status < 200) || is_tunnel(made)) return;
    if (skip_remarks(lines_)) return;
    std::string_view rest = lines_.rest();
    // A length that speaks of compressed bytes says nothing when curl has undone them.
    const announced_length length = content_length(made);
    const bool told = length.known && length.bytes <= rest.size() && !has(made, "content-encoding");
    rest =
        rest.substr(0, told ? end_of_verbose_body(rest, length.bytes) : end_of_verbose_body(rest));
    if (has_no_body(made)) rest = {};
    lines_.skip(take_body(rest, "\r\n", made));
    if (lines_.rest().starts_with(cut_short)) made.truncated = true;
    out_.captures.push_back(std::move(made));
  }

  static bool is_tunnel(const capture& head) noexcept {
    return head.method == "CONNECT" && head.status < 300;
  }

  capture_lines lines_;
  const capture_defaults& defaults_;
  read_captures& out_;
  capture request_;              // only what was sent
  std::optional<capture> head_;  // of the response that is being read
};

}  // namespace

void add_problem(read_captures& into, unsigned line, std::string_view message) {
  if (into.problems.size() < most_problems) into.problems.push_back({line, std::string(message)});
}

void read_responses(std::string_view text, const capture_defaults& defaults, read_captures& into) {
  capture_lines lines(text);
  lines.skip_blank_lines();
  const std::string_view rest = lines.rest();
  // What has lost the CR in one place has lost it everywhere.
  const std::string_view line_end = first_line_of(rest).size() < rest.find('\n') ? "\r\n" : "\n";
  while (!lines.done()) {
    capture made;
    made.method = defaults.method;
    if (!read_head(lines, made, into)) return;
    lines.skip(take_body(lines.rest(), line_end, made));
    into.captures.push_back(std::move(made));
    lines.skip_blank_lines();
  }
}

bool is_verbose(std::string_view text) noexcept {
  constexpr std::string_view mark = "< HTTP/";
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    if ((at == 0 || text[at - 1] == '\n') &&
        parse_status_line(first_line_of(text.substr(at + 2)))) {
      return true;
    }
  }
  return false;
}

void read_verbose(std::string_view text, const capture_defaults& defaults, read_captures& into) {
  verbose_reader(text, defaults, into).read();
  if (into.captures.empty() && into.problems.empty()) {
    add_problem(into, 1,
                "expected a whole response behind '< HTTP/...': there is none that counts");
  }
}

}  // namespace errata
