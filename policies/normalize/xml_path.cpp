#include "policies/normalize/xml_path.hpp"

#include <algorithm>
#include <pugixml.hpp>

#include "policies/normalize/phrases.hpp"

namespace errata {
namespace {

constexpr unsigned most_looked_at = 20'000;

std::string_view local_name(std::string_view name) noexcept {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string own_text(const pugi::xml_node& element) {
  std::string text;
  for (const pugi::xml_node& node : element.children()) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) text += node.value();
  }
  return std::string(trimmed(text));
}

class path_finder {
 public:
  explicit path_finder(const xml_path& path) : path_(path) {}

  // Elements in the order of the document, without recursion: their depth is the sender's choice.
  std::optional<std::string> find_below(const pugi::xml_node& root) {
    for (pugi::xml_node at = root; at && looked_at_ < most_looked_at;) {
      if (auto found = try_step(at, 0)) return found;
      if (at.first_child()) {
        at = at.first_child();
        continue;
      }
      while (at && at != root && !at.next_sibling()) at = at.parent();
      if (!at || at == root) return {};
      at = at.next_sibling();
    }
    return {};
  }

 private:
  // Goes no deeper than the path is long.
  std::optional<std::string> try_step(const pugi::xml_node& node, std::size_t step) {
    if (++looked_at_ > most_looked_at || node.type() != pugi::node_element) return {};
    const std::string& wanted = path_.steps[step];
    if (wanted != "*" && local_name(node.name()) != wanted) return {};
    if (step + 1 == path_.steps.size()) return value_of(node);
    for (const pugi::xml_node& child : node.children()) {
      if (auto found = try_step(child, step + 1)) return found;
    }
    return {};
  }

  std::optional<std::string> value_of(const pugi::xml_node& element) const {
    if (path_.attribute.empty()) return own_text(element);
    for (const pugi::xml_attribute& attribute : element.attributes()) {
      if (local_name(attribute.name()) == path_.attribute) {
        return std::string(trimmed(attribute.value()));
      }
    }
    return {};
  }

  const xml_path& path_;
  unsigned looked_at_ = 0;
};

}  // namespace

parsed_xml_path xml_path::parse(std::string_view text) {
  parsed_xml_path out;
  while (out.problem.empty()) {
    const auto slash = text.find('/');
    std::string_view step = text.substr(0, slash);
    const bool last = slash == std::string_view::npos;
    if (step.starts_with('@')) {
      step.remove_prefix(1);
      if (!last || out.value.steps.empty()) {
        out.problem = "an attribute stands at the end of the path, after its element";
      } else if (!is_name(step)) {
        out.problem = "after @ comes the name of an attribute, without its namespace";
      }
      out.value.attribute = step;
      break;
    }
    if (step != "*" && !is_name(step)) {
      out.problem = "a path is made of the names of elements, without their namespaces, or \"*\"";
    } else if (out.value.steps.size() == most_steps) {
      out.problem = "the path has more than " + std::to_string(most_steps) + " steps";
    }
    out.value.steps.emplace_back(step);
    if (last) break;
    text.remove_prefix(slash + 1);
  }
  return out;
}

xml_tree::xml_tree(std::string_view text) : document_(std::make_unique<pugi::xml_document>()) {
  if (text.find("<!ENTITY") != std::string_view::npos) return;
  if (!document_->load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8)) {
    document_->reset();
  }
}

xml_tree::~xml_tree() = default;

std::optional<std::string> xml_tree::find(const xml_path& path) const {
  const pugi::xml_node root = document_->document_element();
  if (!root || path.steps.empty()) return {};
  return path_finder(path).find_below(root);
}

}  // namespace errata
