// An HTML page as the tree that browsers make of it, bounded: for selectors, which need one.
#pragma once

#include <memory>
#include <string_view>

struct GumboInternalNode;

namespace errata {

// `html`: valid UTF-8, of which most_page_bytes (page.hpp) are parsed. Neither copied nor movable;
// one thread.
class html_tree {
 public:
  explicit html_tree(std::string_view html);
  ~html_tree();
  html_tree(const html_tree&) = delete;
  html_tree& operator=(const html_tree&) = delete;

  // nullptr: nested or filled with attributes as no real page is (page_guard.hpp).
  const GumboInternalNode* document() const noexcept;

 private:
  struct parsed;
  std::unique_ptr<parsed> parsed_;
};

}  // namespace errata
