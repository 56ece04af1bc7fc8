// Reads recorded responses for `errata explain`, in whatever form somebody has them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policies/message.hpp"

namespace errata {

inline constexpr std::size_t max_capture_bytes = 8 * 1024 * 1024;  // of one text

struct capture_field {
  std::string name;   // a token
  std::string value;  // by is_field_value(); any charset
};

// One recorded response, and what was recorded of its request.
struct capture {
  std::string id;      // a corpus line's; empty otherwise
  unsigned line = 1;   // of the text, where it begins
  std::string method;  // of the request
  std::vector<capture_field> request_fields;
  int version_minor = 1;  // HTTP/1.x; 1 for HTTP/2 and above
  unsigned status = 0;    // 0 to 999
  std::string reason;
  std::vector<capture_field> fields;  // of the response, in order
  std::string body;                   // transfer coding off, content coding as it was recorded
  bool truncated = false;             // the body is shorter than its head promises
  std::vector<std::string> notes;     // what was taken for granted, for a person
};

// The fields as policies read them. The views die with `fields`.
field_list view_of(const std::vector<capture_field>& fields);
// The views die with `recorded`.
response_head head_of(const capture& recorded);

// What stands for what a text may not say.
struct capture_defaults {
  std::string method = "GET";  // of the request, where none was recorded
  unsigned status = 0;         // of a text that is only a body; 0: such a text is refused
  std::string content_type;    // of such a text; empty: without one
};

struct capture_problem {
  unsigned line = 1;
  std::string message;  // what was expected; holds no bytes of the text
};

struct read_captures {
  std::vector<capture> captures;
  std::vector<capture_problem> problems;  // at most 20; none: everything was understood
};

// Recognised by what it is:
//   a response as on the wire, or as `curl -i` prints it: line ends CRLF or LF, any HTTP version,
//     interim responses, tunnels, redirects and refused credentials before the one that counts; a
//     chunked body whether its chunks are still there or not. Several responses may follow each
//     other where lengths tell where each ends
//   `curl -v` output with both streams in one file, which has the request too
//   JSON: an object with `status`, `headers` (pairs, or an object), `body_b64` or `body`, and if it
//     likes `id`, `reason`, `http`, `framing`, `request` {`method`, `headers`}; or one such a line
//   anything else: a body, which needs `defaults.status`
// `text` may hold any bytes. Linear. Never throws on bad input. Any thread.
read_captures parse_captures(std::string_view text, const capture_defaults& defaults);

}  // namespace errata
