// A rule of the operator's own: which responses it is for, and what they mean.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/message.hpp"
#include "policies/normalize/finding.hpp"
#include "policies/normalize/selected_body.hpp"
#include "policies/normalize/selector.hpp"
#include "policies/normalize/text_pattern.hpp"

namespace errata {

struct status_range {
  unsigned first = 0;
  unsigned last = 0;

  // "404" or "5xx"; nothing for anything else.
  static std::optional<status_range> parse(std::string_view text) noexcept;
};

// A media type without parameters, of which parts may be "*": text/*, application/*+json, */*.
class media_range {
 public:
  static std::optional<media_range> parse(std::string_view text);
  bool matches(std::string_view content_type) const noexcept;

 private:
  std::string type_;     // "*": any
  std::string subtype_;  // "*": any; "*+json": any with that ending
};

// A header field that is there, and if wanted has that value or one that the pattern occurs in.
struct header_test {
  std::string name;
  std::optional<std::string> equals;
  std::optional<text_pattern> matches;

  bool holds(const field_list& fields) const;
};

// What must be so of one place in the body. In JSON values are compared as JSON (numbers by value,
// "0" is not 0), everywhere else as text.
struct body_test {
  enum class comparison : std::uint8_t { present, equals, not_equals, matches };

  selector where;
  comparison how = comparison::present;
  std::vector<boost::json::value> values;  // scalars; equals: one of them
  text_pattern pattern;                    // matches: occurs in the text; not in an object or array

  bool holds(selected_body& body) const;
};

struct shape_rule {
  std::string name;  // for the log

  // What must all hold. Empty lists hold for every response.
  std::vector<status_range> statuses;
  std::vector<media_range> content_types;  // one of them
  std::vector<header_test> headers;
  std::vector<body_test> when;

  // Where the members of the envelope come from: the first place that yields a text.
  std::vector<selector> message;
  std::vector<selector> code;
  std::vector<selector> param;

  // By what the code's place yields, as the upstream spells it.
  std::map<std::string, std::string, std::less<>> codes;
  std::map<std::string, unsigned, std::less<>> status_of_code;
  unsigned status = 0;   // what it becomes; 0: as it was
  bool trusted = false;  // a 5xx message may be shown

  // Never looks at the body.
  bool fits_head(const response_head& response) const;
};

// What a rule read out of a response. Views point into the rule.
struct shape_reading {
  const shape_rule* rule = nullptr;  // nullptr: no rule fits
  unsigned status = 0;               // that it becomes
  finding found;                     // not scrubbed; origins are selectors, as they were written
  // The operator's own, to be used as they are; empty: there are none.
  std::string_view own_message;  // where none of found.messages is fit to be shown
  std::string_view own_code;     // before found.code
  std::string_view own_code_origin;

  bool says_something() const noexcept {
    return !found.messages.empty() || !found.code.empty() || !own_message.empty() ||
           !own_code.empty();
  }
  // Takes what a dialect read for what the rule found nothing of.
  void fill(finding&& read);
};

using shape_rules = std::vector<std::shared_ptr<const shape_rule>>;

// The first of `rules` that the response fits. A success fits a rule without `status` only if
// `status_of_code` knows its code. Linear in the body for each rule and selector. Any thread.
shape_reading read_own_shape(const shape_rules& rules, const response_head& response,
                             selected_body& body);

// The operator's rules that are in force on one route. Immutable.
struct route_shapes {
  shape_rules errors;     // for statuses from 400 on
  shape_rules successes;  // for 2xx
};

}  // namespace errata
