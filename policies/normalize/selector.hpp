// Where in a body an operator's rule looks: one notation for JSON, XML, HTML and text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policies/normalize/html_query.hpp"
#include "policies/normalize/text_pattern.hpp"
#include "policies/normalize/xml_path.hpp"

namespace errata {

// The steps of a JSON pointer (RFC 6901), unescaped.
struct json_pointer {
  static constexpr std::size_t most_steps = 16;
  std::vector<std::string> steps;
};

// No place in the body: the operator's own words.
struct literal_text {
  std::string text;
};

struct parsed_selector;

// One place, compiled. Immutable, any thread.
//   /errors/0/message            JSON pointer
//   xml://Fault/detail/text      xml_path.hpp
//   html://main p.error          html_query.hpp
//   re2://^ERR (.+)$             text_pattern.hpp, one group, over the text as it is
//   text://Try again on Monday.  these words
class selector {
 public:
  static constexpr std::size_t longest = 600;

  static parsed_selector parse(std::string_view text);

  using place = std::variant<json_pointer, xml_path, html_query, text_pattern, literal_text>;
  const place& where() const noexcept { return where_; }
  bool is_literal() const noexcept { return std::holds_alternative<literal_text>(where_); }
  // As the operator wrote it.
  const std::string& text() const noexcept { return text_; }

 private:
  place where_;
  std::string text_;
};

struct parsed_selector {
  selector value;
  std::string problem;  // empty: `value` is good
};

}  // namespace errata
