// One capture and what errata makes of it, step by step: what `errata explain` prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/normalize/explanation.hpp"
#include "policies/normalize/normalizer.hpp"
#include "proxy/cli/capture.hpp"

namespace errata {

// passes: no error, not even by a rule of the operator's, or a route that looks at none. untouched:
// an envelope already. rewritten: what `answer` says is sent, or in shadow mode would be.
enum class handling : std::uint8_t { passes, untouched, rewritten };

struct explained {
  std::string source;  // the file, and the line or id where it holds several
  capture recorded;
  handling handled = handling::passes;
  std::string_view why_it_passes;  // static; of handling::passes
  normalize_mode mode = normalize_mode::enforce;

  // Of handling::untouched and handling::rewritten.
  explanation why;
  normalized answer;

  // Of handling::rewritten.
  std::vector<capture_field> kept;     // of the recorded fields, in order
  std::vector<capture_field> dropped;  // the others
  std::vector<capture_field> added;    // what the answer has beside those kept
  std::string head;  // status line and field lines as they are sent, without the empty line. Date
                     // and request id are left out: they are never the same
  // What the catalog had to give: "message", "code".
  std::vector<std::string_view> defaults;

  bool fell_back() const noexcept { return !defaults.empty(); }
};

// How the route would treat it.
struct explain_rules {
  const normalizer& errors;
  normalize_mode mode = normalize_mode::enforce;
  status_policy policy = status_policy::preserve;
  const route_shapes* shapes = nullptr;  // the operator's own rules; null: none
};

explained explain_capture(const explain_rules& rules, capture recorded, std::string source);

// "json", "html" ... for a person and for tools; static.
std::string_view kind_name(body_kind kind) noexcept;
std::string_view decoding_name(decode_status status) noexcept;

// The kinds that were taken out, with how many of each.
std::vector<std::pair<std::string_view, unsigned>> by_kind(const leak_counts& removed);

}  // namespace errata
