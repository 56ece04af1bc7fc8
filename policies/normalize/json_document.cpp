#include "policies/normalize/json_document.hpp"

#include <bit>
#include <boost/json.hpp>
#include <cstddef>
#include <cstring>
#include <functional>
#include <new>
#include <string>

#include "policies/normalize/utf8.hpp"
#include "policies/sixteen_bytes.hpp"

namespace errata {

const json_part* json_part::find(std::string_view key) const noexcept {
  for (const json_part& child : *this) {
    if (child.key_ == key) return &child;
  }
  return nullptr;
}

const json_part* json_part::find_present(key_id id) const noexcept {
  for (const json_part& child : *this) {
    if (child.id_ == id) return &child;
  }
  return nullptr;
}

void json_document::take_block() {
  constexpr std::size_t bytes = 256 * sizeof(json_part);
  blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(bytes));
  free_ = blocks_.back().get();
  end_ = free_ + bytes;
}

inline json_part& json_document::take_node() {
  if (free_ == end_) [[unlikely]] {
    take_block();
  }
  auto* node = new (free_) json_part;
  free_ += sizeof(json_part);
  return *node;
}

// Hangs members and elements behind one another.
class json_document::child_list {
 public:
  child_list(json_document& tree, json_part& parent) noexcept : tree_(tree), parent_(parent) {}

  // Where the next element goes; nullptr when enough are kept.
  json_part* element() {
    if (parent_.size_++ >= max_elements) return nullptr;
    return &hang();
  }

  // Where the value of the next member goes, blank but for its key; nullptr when enough are kept.
  // `readable`: as look_up_key() has it.
  json_part* member(std::string_view key, std::size_t readable = 0) {
    ++parent_.size_;
    const known_key known = look_up_key(key, readable);
    const std::uint64_t bit = known.id != key_id::none ? json_part::bit_of(known.id) : bit_of(key);
    if ((parent_.keys_ & bit) != 0) {
      if (json_part* present = find(key); present != nullptr) {
        --parent_.size_;
        present->text_ = {};
        present->keys_ = 0;
        present->first_ = nullptr;
        present->size_ = 0;
        present->kind_ = json_kind::null;
        return present;
      }
    }
    if (parent_.size_ > max_members) return nullptr;
    parent_.keys_ |= bit;
    json_part& node = hang();
    node.key_ = key;
    node.id_ = known.id;
    node.roles_ = known.roles;
    return &node;
  }

 private:
  json_part& hang() {
    json_part& node = tree_.take_node();
    (last_ == nullptr ? parent_.first_ : last_->next_) = &node;
    last_ = &node;
    return node;
  }

  json_part* find(std::string_view key) noexcept {
    json_part* present = parent_.first_;
    while (present != nullptr && present->key_ != key) present = present->next_;
    return present;
  }

  // Of a key that the table does not know: those without a bit in common are not the same.
  static std::uint64_t bit_of(std::string_view key) noexcept {
    if (key.empty()) return 1;
    const auto letter = [key](std::size_t i) { return static_cast<unsigned char>(key[i]); };
    const std::size_t mixed = letter(0) * std::size_t{7} + letter(key.size() - 1) +
                              letter(key.size() / 2) * std::size_t{3} + key.size() * 11;
    return std::uint64_t{1} << mixed % 64;
  }

  json_document& tree_;
  json_part& parent_;
  json_part* last_ = nullptr;
};

namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

// By recursion, as deep as it is told. What reads something is told where it begins and returns
// where it ends: nullptr when it is none.
class json_document::parser {
 public:
  parser(json_document& tree, std::string_view text, std::size_t max_depth) noexcept
      : tree_(tree), begin_(text.data()), end_(begin_ + text.size()), max_depth_(max_depth) {}

  // How much of the text it takes; 0 when it is none.
  std::size_t document() {
    const char* const end = value(skip_blanks(begin_), &tree_.root_, 0);
    return end == nullptr ? 0 : static_cast<std::size_t>(end - begin_);
  }

 private:
  // `node`: nullptr where the value is not kept.
  const char* value(const char* at, json_part* node, std::size_t depth) {
    switch (peek(at)) {
      case '"': {
        std::string_view said;
        at = string(at, said);
        return put(at, node, json_kind::string, said);
      }
      case '{':
        return depth < max_depth_ ? object(at, node, depth + 1) : nullptr;
      case '[':
        return depth < max_depth_ ? array(at, node, depth + 1) : nullptr;
      case 't':
        return word(at, node, json_kind::boolean, "true");
      case 'f':
        return word(at, node, json_kind::boolean, "false");
      case 'n':  // as a node is from the start
        return word(at, nullptr, json_kind::null, "null");
      default:
        return number(at, node);
    }
  }

  char peek(const char* at) const noexcept { return at != end_ ? *at : '\0'; }

  const char* skip_blanks(const char* at) const noexcept {
    // One look that whatever stands between blanks fails.
    while (at != end_ && static_cast<unsigned char>(*at) <= ' ' &&
           (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) {
      ++at;
    }
    return at;
  }

  std::string_view rest(const char* at) const noexcept {
    return {at, static_cast<std::size_t>(end_ - at)};
  }

  // Of a key without escapes all that follows it in the text, too.
  std::size_t readable_from(std::string_view key) const noexcept {
    const bool within =
        std::less_equal<>()(begin_, key.data()) && std::less_equal<>()(key.data(), end_);
    return within ? static_cast<std::size_t>(end_ - key.data()) : 0;
  }

  static const char* put(const char* end, json_part* node, json_kind kind,
                         std::string_view text) noexcept {
    if (node != nullptr) {
      node->kind_ = kind;
      node->text_ = text;
    }
    return end;
  }

  const char* word(const char* at, json_part* node, json_kind kind,
                   std::string_view spelled) const noexcept {
    if (!rest(at).starts_with(spelled)) return nullptr;
    return put(at + spelled.size(), node, kind, spelled);
  }

  const char* object(const char* at, json_part* node, std::size_t depth) {
    json_part unkept;
    json_part& parent = node != nullptr ? *node : unkept;
    parent.kind_ = json_kind::object;
    json_document::child_list children(tree_, parent);
    at = skip_blanks(at + 1);
    if (peek(at) == '}') return at + 1;
    for (;; ++at) {
      at = skip_blanks(at);
      std::string_view key;
      if (peek(at) != '"' || (at = string(at, key)) == nullptr) return nullptr;
      at = skip_blanks(at);
      if (peek(at) != ':') return nullptr;
      json_part* const member =
          node != nullptr ? children.member(key, readable_from(key)) : nullptr;
      at = value(skip_blanks(at + 1), member, depth);
      if (at == nullptr) return nullptr;
      at = skip_blanks(at);
      if (peek(at) != ',') return peek(at) == '}' ? at + 1 : nullptr;
    }
  }

  const char* array(const char* at, json_part* node, std::size_t depth) {
    json_part unkept;
    json_part& parent = node != nullptr ? *node : unkept;
    parent.kind_ = json_kind::array;
    json_document::child_list children(tree_, parent);
    at = skip_blanks(at + 1);
    if (peek(at) == ']') return at + 1;
    for (;; ++at) {
      at = value(skip_blanks(at), node != nullptr ? children.element() : nullptr, depth);
      if (at == nullptr) return nullptr;
      at = skip_blanks(at);
      if (peek(at) != ',') return peek(at) == ']' ? at + 1 : nullptr;
    }
  }

  // RFC 8259 section 6.
  const char* number(const char* at, json_part* node) const noexcept {
    const char* const begin = at;
    const auto take = [&](char c) {
      if (peek(at) != c) return false;
      ++at;
      return true;
    };
    const auto digits = [&] {
      const char* const first = at;
      while (is_digit(peek(at))) ++at;
      return at != first;
    };
    take('-');
    if (!take('0') && !digits()) return nullptr;
    if (take('.') && !digits()) return nullptr;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return nullptr;
    }
    return put(at, node, json_kind::number, {begin, at});
  }

  // What ends a run of plain bytes in a string: RFC 8259 section 7.
  static byte_marks ends_run(sixteen_bytes next) noexcept {
    return next.equal('"') | next.equal('\\') | next.below(0x20);
  }

  const char* end_of_run(const char* from) const noexcept {
    return from + find_marked(rest(from), 0, ends_run);
  }

  const char* string(const char* at, std::string_view& said) {
    const char* const begin = at + 1;
    // Most strings have no escapes, and are not the last in the text.
    for (at = begin; end_ - at >= static_cast<std::ptrdiff_t>(sixteen_bytes::size);
         at += sixteen_bytes::size) {
      const std::uint32_t ends = ends_run(sixteen_bytes(at)).bits();
      if (ends == 0) continue;
      at += std::countr_zero(ends);
      if (*at != '"') break;
      said = {begin, at};
      return at + 1;
    }
    return odd_string(begin, at, said);
  }

  // `at`: up to where it is plain, at least.
  [[gnu::noinline]] const char* odd_string(const char* begin, const char* at,
                                           std::string_view& said) {
    at = end_of_run(at);
    if (peek(at) != '"') return escaped_string(begin, at, said);
    said = {begin, at};
    return at + 1;
  }

  // `at`: the first byte of it that is not plain.
  [[gnu::noinline]] const char* escaped_string(const char* begin, const char* at,
                                               std::string_view& said) {
    // Nothing gets longer: no string needs more than it takes up in the text, nor do all of them.
    if (tree_.unescaped_ == nullptr) {
      tree_.unescaped_ =
          std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(end_ - begin_));
    }
    char* const out = tree_.unescaped_.get() + used_;
    std::size_t size = 0;
    const auto append = [&](std::string_view piece) {
      std::memcpy(out + size, piece.data(), piece.size());
      size += piece.size();
    };
    append({begin, at});
    std::string character;
    while (peek(at) == '\\') {
      character.clear();
      at = escape(at + 1, character);
      if (at == nullptr) return nullptr;
      append(character);
      const char* const end = end_of_run(at);
      append({at, end});
      at = end;
    }
    if (peek(at) != '"') return nullptr;
    said = {out, size};
    used_ += size;
    return at + 1;
  }

  // Appends what the characters behind a backslash stand for.
  const char* escape(const char* at, std::string& out) const {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (peek(at) == 'u') return unicode_escape(at + 1, out);
    const auto which = at != end_ ? letters.find(*at) : std::string_view::npos;
    if (which == std::string_view::npos) return nullptr;
    out += meant[which];
    return at + 1;
  }

  const char* unicode_escape(const char* at, std::string& out) const {
    std::uint32_t point = 0;
    if (!four_hex(rest(at), point)) return nullptr;
    at += 4;
    std::uint32_t low = 0;
    const bool pair = point >= 0xD800 && point < 0xDC00 && rest(at).starts_with("\\u") &&
                      four_hex(rest(at).substr(2), low) && low >= 0xDC00 && low < 0xE000;
    if (pair) {
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      at += 6;
    }
    append_utf8(out, point);
    return at;
  }

  static bool four_hex(std::string_view text, std::uint32_t& point) noexcept {
    if (text.size() < 4) return false;
    for (const char c : text.substr(0, 4)) {
      const char lower = static_cast<char>(c | 0x20);
      const bool letter = lower >= 'a' && lower <= 'f';
      if (!is_digit(c) && !letter) return false;
      point = point * 16 + static_cast<std::uint32_t>(letter ? lower - 'a' + 10 : c - '0');
    }
    return true;
  }

  json_document& tree_;
  const char* const begin_;
  const char* const end_;
  std::size_t max_depth_;
  std::size_t used_ = 0;  // of the tree's unescaped strings
};

std::size_t json_document::parse(std::string_view text, std::size_t max_depth) {
  return parser(*this, text, max_depth).document();
}

void json_document::copy(const boost::json::value& value) {
  copy_into(root_, value);
}

void json_document::copy_into(json_part& node, const boost::json::value& value) {
  const auto view = [](const boost::json::string& text) {
    return std::string_view(text.data(), text.size());
  };
  child_list children(*this, node);
  if (const auto* object = value.if_object()) {
    node.kind_ = json_kind::object;
    for (const auto& entry : *object) {
      json_part* child = children.member(entry.key());
      if (child != nullptr) copy_into(*child, entry.value());
    }
  } else if (const auto* array = value.if_array()) {
    node.kind_ = json_kind::array;
    for (const boost::json::value& element : *array) {
      json_part* child = children.element();
      if (child != nullptr) copy_into(*child, element);
    }
  } else if (const auto* text = value.if_string()) {
    node.kind_ = json_kind::string;
    node.text_ = view(*text);
  } else if (!value.is_null()) {
    node.kind_ = value.is_bool() ? json_kind::boolean : json_kind::number;
    const std::string spelled = boost::json::serialize(value);
    numbers_.push_back(std::make_unique_for_overwrite<char[]>(spelled.size()));
    spelled.copy(numbers_.back().get(), spelled.size());
    node.text_ = {numbers_.back().get(), spelled.size()};
  }
}

}  // namespace errata
