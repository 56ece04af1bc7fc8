// A body while an operator's rules look into it: each form is parsed once, and only when asked for.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policies/normalize/html_tree.hpp"
#include "policies/normalize/selector.hpp"
#include "policies/normalize/xml_path.hpp"

namespace errata {

// Of what a selector yields.
inline constexpr std::size_t most_selected_bytes = 4096;

// One thread. Time and memory of all selections together are linear in the text for each selector.
class selected_body {
 public:
  // error: JSON may stand behind a notice, a guard or a call's name (sniff.hpp), and what follows
  // it does not count. success: nothing but the document may be there.
  enum class strictness : std::uint8_t { error, success };

  // `text`: valid UTF-8, outlives this; empty when there is no body that can be read.
  selected_body(std::string_view text, strictness how) : text_(text), how_(how) {}

  struct found {
    // Set where the place is in JSON; lives as long as the body.
    const boost::json::value* json = nullptr;
    // As text: a string, number or boolean of JSON, the text of an element, what a group holds.
    // Empty for an object, an array and null. At most most_selected_bytes, white space around it
    // off.
    std::string text;
  };
  // Nothing when the place is not there. Nothing ever throws but std::bad_alloc.
  std::optional<found> select(const selector& where);

 private:
  std::optional<found> in(const json_pointer& pointer);
  std::optional<found> in(const xml_path& path);
  std::optional<found> in(const html_query& query);
  std::optional<found> in(const text_pattern& pattern);
  std::optional<found> in(const literal_text& literal) const;
  void parse_json();

  std::string_view text_;
  strictness how_;
  bool json_tried_ = false;
  std::optional<boost::json::value> json_;
  std::unique_ptr<xml_tree> xml_;
  std::unique_ptr<html_tree> html_;
};

}  // namespace errata
