#include "policies/normalize/json_repair.hpp"

#include <algorithm>

namespace errata {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '+' || c == '.';
}

bool is_whole_number(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && !text.empty() && text.size() <= 18 && (text.size() == 1 || text[0] != '0');
}

class closer {
 public:
  closer(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {
    out_.reserve(text.size() + max_depth);
  }

  std::string run() {
    skip_blanks();
    if (!open_container()) return {};
    while (!open_.empty() && step()) {
    }
    if (safe_ == 0) return {};
    out_.resize(safe_);
    return out_.append(closers_.rbegin(), closers_.rend());
  }

 private:
  void skip_blanks() noexcept {
    at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size());
  }
  bool next_is(char c) const noexcept { return at_ < text_.size() && text_[at_] == c; }

  // What came so far may be all that counts.
  void mark() {
    safe_ = out_.size();
    closers_ = open_;
  }

  bool open_container() {
    if (open_.size() >= max_depth_ || !(next_is('{') || next_is('['))) return false;
    const char bracket = text_[at_++];
    out_ += bracket;
    open_ += bracket == '{' ? '}' : ']';
    first_ = true;
    return true;
  }

  // One member, element or closing bracket; false when the text ends or makes no sense there.
  bool step() {
    skip_blanks();
    if (next_is(open_.back())) {
      out_ += open_.back();
      open_.pop_back();
      ++at_;
      first_ = false;
      mark();
      return true;
    }
    if (!first_) {
      if (!next_is(',')) return false;
      ++at_;
      skip_blanks();
      if (next_is(open_.back())) return true;
      out_ += ',';
    }
    if (open_.back() == '}' && !key()) return false;
    first_ = false;
    return value();
  }

  bool key() {
    if (!string()) return false;
    skip_blanks();
    if (!next_is(':')) return false;
    ++at_;
    out_ += ':';
    skip_blanks();
    return true;
  }

  bool value() {
    if (next_is('"')) {
      if (!string()) return false;
      mark();
      return true;
    }
    if (open_container()) return true;
    return word();
  }

  bool string() {
    if (!next_is('"')) return false;
    const std::size_t begin = out_.size();
    out_ += '"';
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      const char c = text_[i];
      out_ += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      if (c == '"') {
        at_ = i + 1;
        return true;
      }
      if (c == '\\' && i + 1 < text_.size()) out_ += text_[++i];
    }
    out_.resize(begin);
    return false;
  }

  // A word at the very end may be the start of a longer one.
  bool word() {
    const auto end =
        std::find_if_not(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.end(), is_word);
    const auto size = static_cast<std::size_t>(end - text_.begin()) - at_;
    if (size == 0 || end == text_.end()) return false;
    const std::string_view found = text_.substr(at_, size);
    const bool known = found == "true" || found == "false" || is_whole_number(found);
    out_ += known ? found : std::string_view("null");
    at_ += size;
    mark();
    return true;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::string out_;
  std::string open_;     // the brackets that close what is open
  std::string closers_;  // the same where out_ was last whole
  std::size_t safe_ = 0;
  bool first_ = true;  // nothing in the innermost container yet
};

}  // namespace

std::string close_json(std::string_view text, std::size_t max_depth) {
  return closer(text, max_depth).run();
}

}  // namespace errata
