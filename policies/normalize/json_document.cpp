#include "policies/normalize/json_document.hpp"

#include <boost/json.hpp>
#include <cstring>
#include <new>
#include <string>

#include "policies/eight_bytes.hpp"
#include "policies/normalize/utf8.hpp"

namespace errata {

const json_part* json_part::find(std::string_view key) const noexcept {
  for (const json_part& child : *this) {
    if (child.key_ == key) return &child;
  }
  return nullptr;
}

const json_part* json_part::find(key_id id) const noexcept {
  for (const json_part& child : *this) {
    if (child.id_ == id) return &child;
  }
  return nullptr;
}

json_part& json_document::take_node() {
  constexpr std::size_t nodes_in_block = 256;
  if (free_ == end_) {
    constexpr std::size_t bytes = nodes_in_block * sizeof(json_part);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(bytes));
    free_ = blocks_.back().get();
    end_ = free_ + bytes;
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
  json_part* member(std::string_view key) {
    ++parent_.size_;
    const std::uint64_t bit = bit_of(key);
    if ((seen_ & bit) != 0) {
      for (json_part* present = parent_.first_; present != nullptr; present = present->next_) {
        if (present->key_ != key) continue;
        --parent_.size_;
        present->text_ = {};
        present->first_ = nullptr;
        present->size_ = 0;
        present->kind_ = json_kind::null;
        return present;
      }
    }
    seen_ |= bit;
    if (parent_.size_ > max_members) return nullptr;
    json_part& node = hang();
    const known_key known = look_up_key(key);
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

  // Of 64: keys without a bit in common are not the same.
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
  std::uint64_t seen_ = 0;
};

namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// What ends a run of plain bytes in a string: RFC 8259 section 7.
constexpr bool ends_run(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

}  // namespace

// By recursion, as deep as it is told.
class json_document::parser {
 public:
  parser(json_document& tree, std::string_view text, std::size_t max_depth) noexcept
      : tree_(tree), text_(text), max_depth_(max_depth) {}

  // How much of the text it takes; 0 when it is none.
  std::size_t document() {
    skip_blanks();
    return value(&tree_.root_, 0) ? at_ : 0;
  }

 private:
  // `node`: nullptr where the value is not kept.
  bool value(json_part* node, std::size_t depth) {
    switch (peek()) {
      case '"': {
        std::string_view said;
        if (!string(said)) return false;
        return put(node, json_kind::string, said);
      }
      case '{':
        return depth < max_depth_ && object(node, depth + 1);
      case '[':
        return depth < max_depth_ && array(node, depth + 1);
      case 't':
        return word(node, json_kind::boolean, "true");
      case 'f':
        return word(node, json_kind::boolean, "false");
      case 'n':  // as a node is from the start
        return word(nullptr, json_kind::null, "null");
      default:
        return number(node);
    }
  }

  void skip_blanks() noexcept {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) noexcept {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  static bool put(json_part* node, json_kind kind, std::string_view text) noexcept {
    if (node != nullptr) {
      node->kind_ = kind;
      node->text_ = text;
    }
    return true;
  }

  bool word(json_part* node, json_kind kind, std::string_view spelled) noexcept {
    if (!text_.substr(at_).starts_with(spelled)) return false;
    at_ += spelled.size();
    return put(node, kind, spelled);
  }

  bool object(json_part* node, std::size_t depth) {
    json_part unkept;
    json_part& parent = node != nullptr ? *node : unkept;
    parent.kind_ = json_kind::object;
    json_document::child_list children(tree_, parent);
    ++at_;
    skip_blanks();
    if (take('}')) return true;
    do {
      skip_blanks();
      std::string_view key;
      if (peek() != '"' || !string(key)) return false;
      skip_blanks();
      if (!take(':')) return false;
      skip_blanks();
      if (!value(node != nullptr ? children.member(key) : nullptr, depth)) return false;
      skip_blanks();
    } while (take(','));
    return take('}');
  }

  bool array(json_part* node, std::size_t depth) {
    json_part unkept;
    json_part& parent = node != nullptr ? *node : unkept;
    parent.kind_ = json_kind::array;
    json_document::child_list children(tree_, parent);
    ++at_;
    skip_blanks();
    if (take(']')) return true;
    do {
      skip_blanks();
      if (!value(node != nullptr ? children.element() : nullptr, depth)) return false;
      skip_blanks();
    } while (take(','));
    return take(']');
  }

  // RFC 8259 section 6.
  bool number(json_part* node) noexcept {
    const std::size_t begin = at_;
    const auto digits = [this] {
      const std::size_t first = at_;
      while (is_digit(peek())) ++at_;
      return at_ > first;
    };
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    return put(node, json_kind::number, text_.substr(begin, at_ - begin));
  }

  // Up to the quote, escape or control character that comes next.
  std::size_t end_of_run(std::size_t from) const noexcept {
    while (from + 8 <= text_.size()) {
      const eight_bytes next(text_.data() + from);
      const std::size_t passed =
          eight_bytes::before_first(next.below(0x20) | next.equal('"') | next.equal('\\'));
      from += passed;
      if (passed < 8) return from;
    }
    while (from < text_.size() && !ends_run(text_[from])) ++from;
    return from;
  }

  bool string(std::string_view& said) {
    const std::size_t begin = ++at_;
    at_ = end_of_run(at_);
    if (peek() != '"') return escaped_string(begin, said);
    said = text_.substr(begin, at_++ - begin);
    return true;
  }

  bool escaped_string(std::size_t begin, std::string_view& said) {
    // Nothing gets longer: no string needs more than it takes up in the text, nor do all of them.
    if (tree_.unescaped_ == nullptr) {
      tree_.unescaped_ = std::make_unique_for_overwrite<char[]>(text_.size());
    }
    char* const out = tree_.unescaped_.get() + used_;
    std::size_t size = 0;
    const auto append = [&](std::string_view piece) {
      std::memcpy(out + size, piece.data(), piece.size());
      size += piece.size();
    };
    append(text_.substr(begin, at_ - begin));
    std::string character;
    while (take('\\')) {
      character.clear();
      if (!escape(character)) return false;
      append(character);
      const std::size_t end = end_of_run(at_);
      append(text_.substr(at_, end - at_));
      at_ = end;
    }
    if (!take('"')) return false;
    said = {out, size};
    used_ += size;
    return true;
  }

  // Appends what the characters behind a backslash stand for.
  bool escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (take('u')) return unicode_escape(out);
    const auto which = at_ < text_.size() ? letters.find(text_[at_++]) : std::string_view::npos;
    if (which == std::string_view::npos) return false;
    out += meant[which];
    return true;
  }

  bool unicode_escape(std::string& out) {
    std::uint32_t point = 0;
    if (!four_hex(at_, point)) return false;
    at_ += 4;
    std::uint32_t low = 0;
    const bool pair = point >= 0xD800 && point < 0xDC00 && text_.substr(at_).starts_with("\\u") &&
                      four_hex(at_ + 2, low) && low >= 0xDC00 && low < 0xE000;
    if (pair) {
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      at_ += 6;
    }
    append_utf8(out, point);
    return true;
  }

  bool four_hex(std::size_t from, std::uint32_t& point) const noexcept {
    if (from + 4 > text_.size()) return false;
    for (const char c : text_.substr(from, 4)) {
      const char lower = static_cast<char>(c | 0x20);
      const bool letter = lower >= 'a' && lower <= 'f';
      if (!is_digit(c) && !letter) return false;
      point = point * 16 + static_cast<std::uint32_t>(letter ? lower - 'a' + 10 : c - '0');
    }
    return true;
  }

  json_document& tree_;
  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
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
