// Whatever file is given to `errata explain`: captures that are responses, or a problem with its
// line; and a capture says the same when it is written as JSON and read again.
//
// The bytes: one of flags for the defaults, then the file.
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "proxy/cli/capture.hpp"
#include "tests/fuzz/fuzz_support.hpp"

namespace {

using namespace errata;
using fuzz::require;

void check_fields(const std::vector<capture_field>& fields) {
  for (const capture_field& f : fields) {
    require(is_token(f.name) && is_field_value(f.value), "a field that is none");
  }
}

void check_problem(const capture_problem& p, std::size_t lines) {
  require(p.line >= 1 && p.line <= lines, "a problem outside the text");
  require(p.message.starts_with("expected "), "a problem that does not help");
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0 || c == '\0'; });
}

void check_written_again(const capture& c) {
  boost::json::array fields;
  for (const capture_field& f : c.fields) {
    if (!is_ascii(f.value)) return;
    fields.push_back(boost::json::array{f.name, f.value});
  }
  if (!is_ascii(c.body)) return;
  const std::string line =
      boost::json::serialize(boost::json::object{{"status", c.status},
                                                 {"headers", fields},
                                                 {"body", c.body},
                                                 {"framing", c.truncated ? "truncated" : "close"}});
  const read_captures again = parse_captures(line, {});
  require(again.problems.empty() && again.captures.size() == 1, "not read when written again");
  const capture& same = again.captures.front();
  require(same.status == c.status && same.body == c.body && same.truncated == c.truncated &&
              same.fields.size() == c.fields.size(),
          "not the same when written again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  capture_defaults defaults;
  if (data[0] % 2 == 1) defaults.status = 422;
  if (data[0] % 4 >= 2) defaults.content_type = "text/html";
  if (data[0] % 8 >= 4) defaults.method = "HEAD";
  read_captures got;
  fuzz::bounded_cost(size, "parse_captures", [&] { got = parse_captures(text, defaults); });
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(!got.captures.empty() || !got.problems.empty(), "nothing to say");
  for (const capture_problem& p : got.problems) check_problem(p, lines);
  std::size_t bodies = 0;
  for (const capture& c : got.captures) {
    require(c.status <= 999 && c.line >= 1 && c.line <= lines, "a capture outside the text");
    require(is_token(c.method), "no method");
    check_fields(c.fields);
    check_fields(c.request_fields);
    bodies += c.body.size();
    check_written_again(c);
  }
  require(bodies <= text.size(), "bodies that are longer than the text");
  return 0;
}
