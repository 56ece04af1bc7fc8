// A CSS-like selector into an HTML page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace errata {

class html_tree;
struct parsed_html_query;

// main > p.error, #message, [role=alert] b: tags, #id, .class, [attribute], [attribute=value] and
// "*", put together; a space between two means inside, ">" directly inside. At the end @name stands
// for the value of an attribute: meta[name=error]@content.
struct html_query {
  static constexpr std::size_t most_elements = 8;

  struct attribute_test {
    std::string name;
    std::optional<std::string> value;  // nothing: it only has to be there
  };
  struct element_test {
    std::string tag;  // empty: any
    std::string id;   // empty: any
    std::vector<std::string> classes;
    std::vector<attribute_test> attributes;
    bool child = false;  // directly inside the one before
  };
  std::vector<element_test> elements;  // outermost first
  std::string attribute;               // empty: the text is meant

  static parsed_html_query parse(std::string_view text);
};

struct parsed_html_query {
  html_query value;
  std::string problem;  // empty: `value` is good
};

// The text in the first element of the page that fits (and has the attribute, if one is meant), as
// a person would see it, blanks collapsed; it may be empty. At most 4 KiB. Linear in the page.
std::optional<std::string> find_in(const html_tree& page, const html_query& query);

}  // namespace errata
