#include "policies/normalize/html_tree.hpp"

#include <gumbo.h>

#include <memory_resource>

#include "policies/normalize/page.hpp"
#include "policies/normalize/page_guard.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// A tag that the end of the page cuts off is no text, which a parser takes it for in a title.
std::string_view without_cut_tag(std::string_view html) noexcept {
  const auto open = html.rfind('<');
  if (open == std::string_view::npos || html.find('>', open) != std::string_view::npos) return html;
  const std::string_view after = html.substr(open + 1, 1);
  const bool tag = after.empty() || after[0] == '/' || after[0] == '!' ||
                   (lower(after[0]) >= 'a' && lower(after[0]) <= 'z');
  return tag ? html.substr(0, open) : html;
}

}  // namespace

// The tree lives in one arena and dies with it: gumbo's own way to free a tree recurses.
struct html_tree::parsed {
  explicit parsed(std::string_view html) : arena(4 * html.size() + 4096) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = [](void* from, std::size_t size) -> void* {
      return static_cast<std::pmr::monotonic_buffer_resource*>(from)->allocate(size);
    };
    options.deallocator = [](void*, void*) {};
    options.userdata = &arena;
    options.max_errors = 0;
    output = gumbo_parse_with_options(&options, html.data(), html.size());
  }

  std::pmr::monotonic_buffer_resource arena;
  GumboOutput* output;
};

html_tree::html_tree(std::string_view html) {
  html = without_cut_tag(utf8_prefix(html, most_page_bytes));
  if (is_reasonable_markup(html)) parsed_ = std::make_unique<parsed>(html);
}

html_tree::~html_tree() = default;

const GumboInternalNode* html_tree::document() const noexcept {
  return parsed_ == nullptr ? nullptr : parsed_->output->document;
}

}  // namespace errata
