// A path of element names into an XML document, blind to namespaces.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace errata {

struct parsed_xml_path;

// Fault/detail/text, response/@status: local names, told apart by case; the first is looked for in
// the whole document, each of the others among the children of the one before; "*" is any element;
// the last may be an attribute, with an @.
struct xml_path {
  static constexpr std::size_t most_steps = 16;

  std::vector<std::string> steps;
  std::string attribute;  // empty: the text is meant

  static parsed_xml_path parse(std::string_view text);
};

struct parsed_xml_path {
  xml_path value;
  std::string problem;  // empty: `value` is good
};

// A document, parsed once and asked often. One thread.
class xml_tree {
 public:
  // `text`: valid UTF-8. What is not well-formed, or declares entities, is a tree without elements.
  explicit xml_tree(std::string_view text);
  ~xml_tree();
  xml_tree(const xml_tree&) = delete;
  xml_tree& operator=(const xml_tree&) = delete;

  // The text of the first element (or attribute), in the order of the document, that is there by
  // that path: without that of its children and without white space around it; it may be empty.
  // Linear in the document, of which a bounded number of elements is looked at.
  std::optional<std::string> find(const xml_path& path) const;

 private:
  std::unique_ptr<pugi::xml_document> document_;
};

}  // namespace errata
