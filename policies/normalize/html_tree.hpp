// An HTML page as a tree, bounded and freed at once.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

struct GumboInternalNode;

namespace errata {

inline constexpr std::size_t most_page_bytes = 32 * 1024;

// `html`: valid UTF-8, of which most_page_bytes are parsed. Neither copied nor movable; one thread.
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
