// JSON that a test hands to the readers of trees.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "policies/normalize/json_document.hpp"

namespace errata {

// Holds the text too. Throws when it is no JSON.
class parsed_json {
 public:
  explicit parsed_json(std::string_view text) : text_(text) {
    if (tree_.parse(text_, 32) != text_.size()) throw std::invalid_argument(text_);
  }
  const json_part& operator*() const noexcept { return tree_.root(); }
  const json_part* operator->() const noexcept { return &tree_.root(); }

 private:
  std::string text_;
  json_document tree_;
};

}  // namespace errata
