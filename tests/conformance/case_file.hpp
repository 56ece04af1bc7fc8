// The cases of the conformance suite, read from text files: bytes in, bytes out and why. README.md
// beside this file describes the format; what does not keep to it throws std::runtime_error with
// file and line.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/http_text.hpp"

namespace errata::testing {

// How a message says where its body ends. any: the case does not care.
enum class body_end { any, none, length, chunked, until_close };

// What must be so of one message: of a response that the client got, or of a request that the
// origin saw.
struct expected_message {
  // Of a response.
  unsigned status = 0;         // 0: the connection ends without a response
  std::string code;            // of the envelope; empty: none is expected
  std::string method = "GET";  // of the request that it answers
  std::vector<unsigned> interim;
  bool by_service = false;  // an error that is made of the service's own response
  bool broken = false;      // it ends before it is whole, and the client can see it
  // Of a request.
  std::string target;
  // Of both.
  std::vector<text_field> fields;   // these values, each in a field of its own
  std::vector<std::string> absent;  // names that must not be there
  std::optional<std::string> body;  // unset: not compared
  body_end framing = body_end::any;
};

enum class afterwards { hold, finish, reset };

struct wire_case {
  std::string name;
  std::string why;
  std::string place;                   // file:line
  std::string request;                 // what the client sends
  std::string response;                // what the origin sends, where that is the matter
  std::string late;                    // what it sends when the client has its answer
  afterwards then = afterwards::hold;  // what the side that is tried does after its bytes
  bool alone = false;                  // nothing may be sent behind the request
  bool whole = false;                  // is not sent byte by byte as well
  bool head_only = false;              // the origin answers before it has read a body
  std::optional<bool> closes;          // whether the client's connection does; unset: not asked
  std::optional<bool> pooled;          // whether the upstream connection is used again
  std::vector<expected_message> replies;
  std::vector<expected_message> strict_replies;  // with tolerant_head off; empty: as `replies`
  std::vector<expected_message> upstream;
};

// The cases of one file, families unfolded, in order. No two have the same name.
std::vector<wire_case> read_case_file(const std::filesystem::path& file);

// How many cases the files of a folder have.
std::size_t count_cases(const std::filesystem::path& folder);

// "\r\n\x00" and the like to the bytes they stand for.
std::string unescaped(std::string_view text);

// The other way, for messages.
std::string escaped(std::string_view bytes);

}  // namespace errata::testing
