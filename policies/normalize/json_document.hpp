// JSON as the readers of errors want it: a tree of views on the text, whose members know what their
// keys mean.
#pragma once

#include <array>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

#include "policies/normalize/json_keys.hpp"

namespace errata {

// Members of one object, and elements of one array, that are kept; those behind them are only read.
inline constexpr std::size_t max_members = 64;
inline constexpr std::size_t max_elements = 32;

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

// A value, and the member or element that it is. Lives as long as its tree.
class json_part {
 public:
  bool is_string() const noexcept { return kind_ == json_kind::string; }
  bool is_array() const noexcept { return kind_ == json_kind::array; }
  bool is_object() const noexcept { return kind_ == json_kind::object; }
  bool is_number() const noexcept { return kind_ == json_kind::number; }
  bool is_structured() const noexcept { return is_array() || is_object(); }
  json_kind kind() const noexcept { return kind_; }

  // Of a member: its key, without escapes, and what the table knows of it. Else empty.
  std::string_view key() const noexcept { return key_; }
  key_id id() const noexcept { return id_; }
  bool is(key_id wanted) const noexcept { return id_ == wanted; }
  const key_roles& roles() const noexcept { return roles_; }

  // A string without escapes; a number, true or false as it is written. Else empty.
  std::string_view text() const noexcept { return text_; }

  // Members or elements, those not kept too.
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  // The members or elements that are kept, in their order. Of members with the same key the last
  // one's value stands in the place of the first.
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = json_part;
    using difference_type = std::ptrdiff_t;
    using pointer = const json_part*;
    using reference = const json_part&;

    iterator() noexcept = default;
    explicit iterator(const json_part* at) noexcept : at_(at) {}
    const json_part& operator*() const noexcept { return *at_; }
    const json_part* operator->() const noexcept { return at_; }
    iterator& operator++() noexcept {
      at_ = at_->next_;
      return *this;
    }
    iterator operator++(int) noexcept {
      const iterator before = *this;
      at_ = at_->next_;
      return before;
    }
    bool operator==(const iterator&) const noexcept = default;

   private:
    const json_part* at_ = nullptr;
  };
  iterator begin() const noexcept { return iterator(first_); }
  iterator end() const noexcept { return iterator(nullptr); }
  const json_part& front() const noexcept { return *first_; }

  // The first member with this key, to the letter or by the table; nullptr if there is none.
  const json_part* find(std::string_view key) const noexcept;
  const json_part* find(key_id id) const noexcept {
    return (keys_ & bit_of(id)) == 0 ? nullptr : find_present(id);
  }
  bool has(key_id id) const noexcept { return find(id) != nullptr; }

 private:
  friend class json_document;

  static std::uint64_t bit_of(key_id id) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(id) % 64;
  }
  const json_part* find_present(key_id id) const noexcept;

  std::string_view key_;
  std::string_view text_;
  std::uint64_t keys_ = 0;  // of the members, a bit each of 64: without it a key is not there
  json_part* next_ = nullptr;
  json_part* first_ = nullptr;
  std::uint32_t size_ = 0;
  json_kind kind_ = json_kind::null;
  key_id id_ = key_id::none;
  key_roles roles_;
};

// One document. Linear in its text, in time and in memory. One thread.
class json_document {
 public:
  json_document() noexcept {}  // NOLINT: `= default` would clear the memory first
  json_document(const json_document&) = delete;
  json_document& operator=(const json_document&) = delete;

  // Reads the JSON value (RFC 8259) that `text` begins with, and returns how much of it that takes,
  // blanks before it too; 0 when there is none, or one deeper than `max_depth`. Half of a surrogate
  // pair becomes U+FFFD. `text`: valid UTF-8, outlives the tree. Once a tree.
  std::size_t parse(std::string_view text, std::size_t max_depth);

  // Takes over what `value` says; it must outlive the tree. Once a tree.
  void copy(const boost::json::value& value);

  const json_part& root() const noexcept { return root_; }

  // Whether it has no more than a few dozen values, as most have.
  bool is_small() const noexcept { return blocks_.empty(); }

 private:
  class child_list;
  class parser;

  json_part& take_node();
  void take_block();
  void copy_into(json_part& node, const boost::json::value& value);

  static constexpr std::size_t nodes_within = 64;  // most documents need no memory beyond
  json_part root_;
  alignas(json_part) std::array<std::byte, nodes_within * sizeof(json_part)> within_;
  std::byte* free_ = within_.data();
  std::byte* end_ = within_.data() + within_.size();
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::unique_ptr<char[]> unescaped_;             // of all strings that have escapes
  std::vector<std::unique_ptr<char[]>> numbers_;  // of a copied value
};

}  // namespace errata
