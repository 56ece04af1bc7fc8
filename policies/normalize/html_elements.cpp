#include "policies/normalize/html_elements.hpp"

#include <algorithm>
#include <array>

namespace errata {
namespace {

using enum html_kind;

// Sorted by name.
constexpr std::array elements = {
    html_element{"a", link},
    html_element{"abbr", in_line},
    html_element{"acronym", in_line},
    html_element{"address", skip, true},
    html_element{"area", void_block},
    html_element{"article", block, true},
    html_element{"aside", block, true},
    html_element{"b", bold},
    html_element{"base", void_block},
    html_element{"basefont", void_block},
    html_element{"bdi", in_line},
    html_element{"bdo", in_line},
    html_element{"bgsound", void_block},
    html_element{"big", in_line},
    html_element{"blink", in_line},
    html_element{"blockquote", block, true},
    html_element{"body", document},
    html_element{"br", line_break},
    html_element{"button", button},
    html_element{"caption", cell},
    html_element{"center", block, true},
    html_element{"cite", in_line},
    html_element{"code", in_line},
    html_element{"col", row},
    html_element{"colgroup", row},
    html_element{"data", in_line},
    html_element{"dd", description, true},
    html_element{"del", in_line},
    html_element{"details", block, true},
    html_element{"dfn", in_line},
    html_element{"dialog", block, true},
    html_element{"dir", block, true},
    html_element{"div", block, true},
    html_element{"dl", block, true},
    html_element{"dt", term, true},
    html_element{"em", in_line},
    html_element{"embed", void_block},
    html_element{"fieldset", block, true},
    html_element{"figcaption", block, true},
    html_element{"figure", block, true},
    html_element{"font", in_line},
    html_element{"footer", skip, true},
    html_element{"form", form, true},
    html_element{"frame", void_block},
    html_element{"h1", heading, true},
    html_element{"h2", heading, true},
    html_element{"h3", heading, true},
    html_element{"h4", heading, true},
    html_element{"h5", heading, true},
    html_element{"h6", heading, true},
    html_element{"head", document},
    html_element{"header", block, true},
    html_element{"hgroup", block, true},
    html_element{"hr", line_break, true},
    html_element{"html", document},
    html_element{"i", in_line},
    html_element{"iframe", raw},
    html_element{"image", in_line},
    html_element{"img", in_line},
    html_element{"input", in_line},
    html_element{"ins", in_line},
    html_element{"kbd", in_line},
    html_element{"keygen", void_block},
    html_element{"label", in_line},
    html_element{"li", list_item, true},
    html_element{"link", void_block},
    html_element{"listing", block, true},
    html_element{"main", block, true},
    html_element{"mark", in_line},
    html_element{"menu", block, true},
    html_element{"meta", void_block},
    html_element{"nav", skip, true},
    html_element{"nobr", in_line},
    html_element{"noembed", raw},
    html_element{"noframes", raw},
    html_element{"noscript", raw},
    html_element{"object", skip_scope},
    html_element{"ol", block, true},
    html_element{"p", paragraph, true},
    html_element{"param", void_block},
    html_element{"plaintext", raw_shown, true},
    html_element{"pre", pre, true},
    html_element{"q", in_line},
    html_element{"ruby", in_line},
    html_element{"s", in_line},
    html_element{"samp", in_line},
    html_element{"script", raw},
    html_element{"section", block, true},
    html_element{"select", select},
    html_element{"small", in_line},
    html_element{"source", void_block},
    html_element{"span", in_line},
    html_element{"strike", in_line},
    html_element{"strong", bold},
    html_element{"style", raw},
    html_element{"sub", in_line},
    html_element{"summary", block, true},
    html_element{"sup", in_line},
    html_element{"svg", svg},
    html_element{"table", table, true},
    html_element{"tbody", row},
    html_element{"td", cell},
    html_element{"template", skip_scope},
    html_element{"textarea", raw},
    html_element{"tfoot", row},
    html_element{"th", header_cell},
    html_element{"thead", row},
    html_element{"time", in_line},
    html_element{"title", title},
    html_element{"tr", row},
    html_element{"track", void_block},
    html_element{"tt", in_line},
    html_element{"u", in_line},
    html_element{"ul", block, true},
    html_element{"var", in_line},
    html_element{"wbr", in_line},
    html_element{"xmp", raw_shown, true},
};
static_assert(elements.size() == html_element_count);
static_assert(std::is_sorted(elements.begin(), elements.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

constexpr std::size_t longest_name = 10;

// Where the names begin that start with a letter, and where the last one ends.
constexpr std::array<std::uint8_t, 27> first_of_letter = [] {
  std::array<std::uint8_t, 27> firsts{};
  for (std::size_t letter = 0; letter <= 26; ++letter) {
    const auto at = std::find_if(elements.begin(), elements.end(), [letter](const auto& e) {
      return static_cast<std::size_t>(e.name[0] - 'a') >= letter;
    });
    firsts[letter] = static_cast<std::uint8_t>(at - elements.begin());
  }
  return firsts;
}();

}  // namespace

const html_element* find_html_element(std::string_view name) noexcept {
  if (name.empty() || name.size() > longest_name) return nullptr;
  std::array<char, longest_name> folded{};
  for (std::size_t i = 0; i < name.size(); ++i)
    folded[i] = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + 32) : name[i];
  if (folded[0] < 'a' || folded[0] > 'z') return nullptr;
  const std::string_view wanted(folded.data(), name.size());
  const auto letter = static_cast<std::size_t>(wanted[0] - 'a');
  for (std::size_t i = first_of_letter[letter]; i < first_of_letter[letter + 1]; ++i)
    if (elements[i].name == wanted) return &elements[i];
  return nullptr;
}

std::size_t index_of(const html_element& element) noexcept {
  return static_cast<std::size_t>(&element - elements.data());
}

}  // namespace errata
