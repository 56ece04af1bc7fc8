// Where in a JSON document a value stands: a chain of steps on the stack of who reads it, which
// costs nothing until somebody asks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errata {

class json_place {
 public:
  json_place() noexcept = default;  // the whole document
  // `outer` and the text of `key` must outlive the place.
  json_place(const json_place& outer, std::string_view key) noexcept
      : outer_(&outer), key_(key), depth_(outer.depth_ + 1) {}
  json_place(const json_place& outer, std::size_t index) noexcept
      : outer_(&outer), index_(index), in_list_(true), depth_(outer.depth_ + 1) {}
  json_place(const json_place&) = delete;
  json_place& operator=(const json_place&) = delete;

  int depth() const noexcept { return depth_; }  // 0: the whole document

  // As a JSON pointer (RFC 6901), at most 256 bytes of it; "the document" for the whole.
  std::string to_text() const;

 private:
  void append_to(std::string& out) const;

  const json_place* outer_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
  bool in_list_ = false;
  int depth_ = 0;
};

}  // namespace errata
