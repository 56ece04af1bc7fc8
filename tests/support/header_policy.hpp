// The list in tests/headers/policy.txt, which says what becomes of each header field; its notation
// is explained there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace errata::testing {

enum class way : std::uint8_t { request, passed, rewritten, authored };
enum class deed : std::uint8_t { forward, drop, replace, append, own };
enum class setup : std::uint8_t { plain, trusting, telling };

struct header_rule {
  unsigned line = 0;  // in the file
  way direction = way::request;
  deed does = deed::forward;
  std::string name;
  std::vector<std::string> given;
  std::vector<std::string> leaves;
  bool leaves_anything = false;  // "*"
  std::string why;
  unsigned status = 0;  // of the response
  std::string method = "GET";
  std::string origin;
  std::string beside;  // "Name: value\r\n", or nothing
  setup configured = setup::plain;
  bool by_proxy = false;

  // The field's lines as they come, each with its CRLF, and `beside`.
  std::string lines() const;
  // Whether these values are what is to leave.
  bool agrees(const std::vector<std::string>& values) const;
  // For messages of failing checks.
  std::string describe() const;
};

// Throws std::runtime_error, with the line, for what is not in the notation.
std::vector<header_rule> read_header_policy(const std::string& file);

}  // namespace errata::testing
