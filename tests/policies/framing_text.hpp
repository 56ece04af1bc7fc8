// What the tests of both directions of policies/framing share: heads as text, framings as text.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "policies/framing.hpp"

namespace errata::testing {

// Splits a head that the wire layer would let pass: lines end in CRLF, values come trimmed.
inline field_list split_fields(std::string_view lines) {
  field_list fields;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(std::min(line.size() + 2, lines.size()));
    const auto colon = line.find(':');
    BOOST_REQUIRE_MESSAGE(colon != std::string_view::npos, "no field line: " << line);
    fields.add(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return fields;
}

inline std::string describe(const body_framing& body) {
  switch (body.kind) {
    case body_framing::none:
      return "none";
    case body_framing::length:
      return "length " + std::to_string(body.bytes);
    case body_framing::chunked:
      return "chunked";
    case body_framing::until_close:
      break;
  }
  return "until_close";
}

}  // namespace errata::testing
