#include "proxy/config/json_tree.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

namespace errata {
namespace {

namespace json = boost::json;

// Finds where each key and value of a document begins, in the order in which the parser reports
// them. Only ever asked about text that the parser has accepted, so it need not check anything.
class place_finder {
 public:
  explicit place_finder(std::string_view text) : text_(text) {}

  struct token {
    json_position at;
    std::string_view text;
  };

  token next() {
    skip_to_token();
    const json_position at{line_, static_cast<unsigned>(pos_ - line_start_ + 1)};
    const std::size_t begin = pos_;
    skip_token();
    return {at, text_.substr(begin, pos_ - begin)};
  }

 private:
  void skip_to_token() {
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      if (c == '/') {
        skip_comment();
      } else if (std::string_view(" \t\r\n,:]}").find(c) != std::string_view::npos) {
        step();
      } else {
        return;
      }
    }
  }

  void skip_comment() {
    const bool block = text_.substr(pos_).starts_with("/*");
    const std::size_t end =
        block ? text_.find("*/", pos_ + 2) : text_.find('\n', pos_);  // the newline itself stays
    const std::size_t stop = end == std::string_view::npos ? text_.size() : end + (block ? 2 : 0);
    while (pos_ < stop) step();
  }

  void skip_token() {
    if (pos_ >= text_.size()) return;
    const char first = text_[pos_++];
    if (first == '{' || first == '[') return;
    if (first == '"') {
      while (pos_ < text_.size() && text_[pos_] != '"') pos_ += text_[pos_] == '\\' ? 2 : 1;
      pos_ = std::min(pos_ + 1, text_.size());
    } else {
      pos_ = std::min(text_.find_first_of(" \t\r\n,:]}/", pos_), text_.size());
    }
  }

  void step() {
    if (text_[pos_++] != '\n') return;
    ++line_;
    line_start_ = pos_;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::size_t line_start_ = 0;
  unsigned line_ = 1;
};

// The handler of boost::json::basic_parser: builds the tree. The names are the parser's.
struct tree_builder {
  static constexpr std::size_t max_object_size = max_json_bytes;
  static constexpr std::size_t max_array_size = max_json_bytes;
  static constexpr std::size_t max_key_size = max_json_bytes;
  static constexpr std::size_t max_string_size = max_json_bytes;

  explicit tree_builder(std::string_view text) : places(text) {}

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return open(json_node::kind::array); }
  bool on_object_begin(json::error_code&) { return open(json_node::kind::object); }

  bool on_array_end(std::size_t, json::error_code&) { return close(); }

  bool on_object_end(std::size_t, json::error_code&) {
    drop_repeated_keys();
    return close();
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    partial.append(part.data(), part.size());
    return true;
  }

  bool on_key(json::string_view part, std::size_t size, json::error_code& ec) {
    on_key_part(part, size, ec);
    keys.push_back({std::exchange(partial, {}), places.next().at});
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    partial.append(part.data(), part.size());
    return true;
  }

  bool on_string(json::string_view part, std::size_t size, json::error_code& ec) {
    on_string_part(part, size, ec);
    json_node& node = begin_value(json_node::kind::string);
    node.text = std::exchange(partial, {});
    return true;
  }

  bool on_number_part(json::string_view, json::error_code&) { return true; }

  bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
    begin_value(json_node::kind::integer).integer = value;
    return true;
  }

  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) {
    begin_value(json_node::kind::number);
    return true;
  }

  bool on_double(double, json::string_view, json::error_code&) {
    begin_value(json_node::kind::number);
    return true;
  }

  bool on_bool(bool value, json::error_code&) {
    begin_value(json_node::kind::boolean).boolean = value;
    return true;
  }

  bool on_null(json::error_code&) {
    begin_value(json_node::kind::null);
    return true;
  }

  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  // Puts a new value where it belongs: the root, or the end of the innermost open container.
  json_node& begin_value(json_node::kind what) {
    json_node* node = &root;
    if (!open_nodes.empty() && open_nodes.back()->what == json_node::kind::array) {
      node = &open_nodes.back()->items.emplace_back();
    } else if (!open_nodes.empty()) {
      auto& [key, at] = keys.back();
      node = &open_nodes.back()->members.emplace_back(json_member{std::move(key), at, {}}).value;
      keys.pop_back();
    }
    const auto place = places.next();
    node->what = what;
    node->at = place.at;
    if (what == json_node::kind::integer || what == json_node::kind::number) {
      node->text = place.text;
    }
    return *node;
  }

  // Pointers to open containers stay good: a container grows only while all inside it are closed.
  bool open(json_node::kind what) {
    open_nodes.push_back(&begin_value(what));
    return true;
  }

  bool close() {
    open_nodes.pop_back();
    return true;
  }

  // The JSON pointer of the innermost open container.
  std::string open_pointer() const {
    std::string out;
    for (std::size_t i = 0; i + 1 < open_nodes.size(); ++i) {
      const json_node& node = *open_nodes[i];
      out = node.what == json_node::kind::array ? out + '/' + std::to_string(node.items.size() - 1)
                                                : pointer_to(out, node.members.back().key);
    }
    return out;
  }

  void drop_repeated_keys() {
    auto& members = open_nodes.back()->members;
    std::vector<std::size_t> order(members.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const int c = members[a].key.compare(members[b].key);
      return c < 0 || (c == 0 && a < b);
    });
    std::vector<bool> repeated(members.size());
    const json_member* first = nullptr;
    for (const std::size_t i : order) {
      if (first == nullptr || first->key != members[i].key) {
        first = &members[i];
        continue;
      }
      repeated[i] = true;
      problems.push_back({members[i].at, pointer_to(open_pointer(), first->key),
                          "the key is given twice, first at line " +
                              std::to_string(first->at.line) + ": keep one of them"});
    }
    std::size_t index = 0;
    std::erase_if(members, [&](const json_member&) { return repeated[index++]; });
  }

  struct pending_key {
    std::string key;
    json_position at;
  };

  place_finder places;
  json_node root;
  std::vector<json_node*> open_nodes;
  std::vector<pending_key> keys;
  std::string partial;
  std::vector<json_problem> problems;
};

// What is wrong at `offset`, for a person: Boost.JSON only says "syntax error".
std::string syntax_message(std::string_view text, std::size_t offset, json::error_code ec) {
  if (ec == json::error::too_deep) {
    return "nested deeper than " + std::to_string(max_json_depth) + " levels";
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return "the file is empty: it must hold a JSON object, {...}";
  }
  if (offset >= text.size()) {
    return "the file ends too early: a '}', a ']', a '\"' or the end of a comment is missing";
  }
  const auto c = static_cast<unsigned char>(text[offset]);
  if (c == '\'') return "strings and keys stand in double quotes, not in single ones";
  if (c == '\n' || c == '\r') return "the line ends inside a string or a word";
  if (c < 0x20) return "a control character inside a string: write it as \\u00XX";
  if (c >= 0x7F) return "bytes that are not UTF-8, or a character that does not belong here";
  const std::string found = std::string("'") + static_cast<char>(c) + "'";
  if (ec == json::error::incomplete) return "unexpected " + found;
  if (c == '"' || c == '{' || c == '[') {
    return "unexpected " + found + ": is a comma or a colon missing before it?";
  }
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  if (letter) {
    return "unexpected " + found + ": keys and strings stand in double quotes, and the only " +
           "words are true, false and null";
  }
  return "unexpected " + found;
}

std::size_t index_of(std::string_view part) {
  std::size_t index = 0;
  const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), index);
  return ec == std::errc{} && end == part.data() + part.size() ? index : std::string_view::npos;
}

}  // namespace

const json_member* json_node::find(std::string_view key) const noexcept {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [key](const json_member& m) { return m.key == key; });
  return found == members.end() ? nullptr : &*found;
}

json_position position_of(const json_node& root, std::string_view pointer) {
  const json_node* node = &root;
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::string_view part = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(part.size());
    const json_node* child = nullptr;
    if (node->what == json_node::kind::array) {
      const std::size_t index = index_of(part);
      if (index < node->items.size()) child = &node->items[index];
    } else {
      const auto found = std::find_if(
          node->members.begin(), node->members.end(),
          [part](const json_member& m) { return pointer_to("", m.key).substr(1) == part; });
      if (found != node->members.end()) child = &found->value;
    }
    if (child == nullptr) break;
    node = child;
  }
  return node->at;
}

json_tree parse_json(std::string_view text) {
  json_tree out;
  if (text.size() > max_json_bytes) {
    out.problems.push_back({{}, "", "the file is larger than 1 MiB"});
    return out;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  // The parser wants a newline after a comment, also after one that ends the file.
  const std::string padded = std::string(text) + '\n';
  json::parse_options options;
  options.max_depth = max_json_depth;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  json::basic_parser<tree_builder> parser(options, std::string_view(padded));
  json::error_code ec;
  const std::size_t consumed = parser.write_some(false, padded.data(), padded.size(), ec);
  tree_builder& built = parser.handler();
  if (ec) {
    const std::size_t offset = std::min(consumed, text.size());
    out.problems.push_back({position_at(text, offset), "", syntax_message(text, offset, ec)});
  } else if (consumed < padded.size()) {
    out.problems.push_back({position_at(text, consumed), "",
                            "text after the end of the JSON value: remove it, or add what opens "
                            "it"});
  } else {
    out.parsed = true;
    out.root = std::move(built.root);
    out.problems = std::move(built.problems);
  }
  return out;
}

}  // namespace errata
