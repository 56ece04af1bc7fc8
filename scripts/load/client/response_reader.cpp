#include "scripts/load/client/response_reader.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace errata::load {
namespace {

// Calls `use(name, value)` for each field until it returns false.
template <typename callback>
void for_each_field(std::string_view head, callback use) {
  for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end - at);
    at = end + 2;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (!use(line.substr(0, colon), value)) return;
  }
}

bool same(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && ::strncasecmp(text.data(), lower.data(), text.size()) == 0;
}

}  // namespace

void response_reader::begin(bool to_head) {
  input_.clear();
  at_ = 0;
  body_.clear();
  status_ = 0;
  state_ = state::head;
  to_head_ = to_head;
  keeps_open_ = true;
}

response_reader::progress response_reader::take(std::string_view bytes) {
  // A large body of known length goes straight where it belongs.
  if (state_ == state::length && at_ == input_.size()) {
    if (bytes.size() > left_) return progress::broken;
    body_.append(bytes);
    left_ -= bytes.size();
    return left_ == 0 ? finish() : progress::need_more;
  }
  if (at_ > 0) {
    input_.erase(0, at_);
    at_ = 0;
  }
  input_.append(bytes);
  return step();
}

response_reader::progress response_reader::end_of_stream() {
  keeps_open_ = false;
  return state_ == state::until_close ? finish() : progress::broken;
}

response_reader::progress response_reader::step() {
  if (state_ == state::head) {
    const std::size_t end = input_.find("\r\n\r\n", at_);
    if (end == std::string::npos) return progress::need_more;
    const progress result = take_head(end + 4);
    if (result != progress::need_more) return result;
  }
  switch (state_) {
    case state::head:
      return step();  // it was an interim response
    case state::length:
      return take_length();
    case state::until_close:
      body_.append(input_, at_);
      at_ = input_.size();
      return progress::need_more;
    default:
      return take_chunks();
  }
}

response_reader::progress response_reader::take_head(std::size_t end) {
  head_.assign(input_, at_, end - at_);
  at_ = end;
  if (!head_.starts_with("HTTP/1.") || head_.size() < 14) return progress::broken;
  const auto read = std::from_chars(head_.data() + 9, head_.data() + 12, status_);
  if (read.ec != std::errc{} || status_ < 100) return progress::broken;
  if (status_ < 200) return progress::need_more;
  bool has_length = false, is_chunked = false, valid = true;
  keeps_open_ = head_[7] == '1';
  for_each_field(head_, [&](std::string_view name, std::string_view value) {
    if (same(name, "content-length")) {
      std::size_t length = 0;
      const auto number = std::from_chars(value.data(), value.data() + value.size(), length);
      valid = valid && number.ec == std::errc{} && (!has_length || length == left_);
      has_length = true;
      left_ = length;
    } else if (same(name, "transfer-encoding")) {
      is_chunked = same(value, "chunked");
      valid = valid && is_chunked;
    } else if (same(name, "connection")) {
      keeps_open_ = keeps_open_ && !same(value, "close");
    }
    return valid;
  });
  if (!valid || (has_length && is_chunked)) return progress::broken;
  if (to_head_ || status_ == 204 || status_ == 304) return finish();
  state_ = is_chunked ? state::chunk_size : has_length ? state::length : state::until_close;
  return progress::need_more;
}

response_reader::progress response_reader::take_length() {
  const std::size_t here = std::min(left_, input_.size() - at_);
  body_.append(input_, at_, here);
  at_ += here;
  left_ -= here;
  return left_ == 0 ? finish() : progress::need_more;
}

bool response_reader::take_line(std::string_view& line) {
  const std::size_t end = input_.find("\r\n", at_);
  if (end == std::string::npos) return false;
  line = std::string_view(input_).substr(at_, end - at_);
  at_ = end + 2;
  return true;
}

response_reader::progress response_reader::take_chunks() {
  std::string_view line;
  while (true) {
    if (state_ == state::chunk) {
      const std::size_t here = std::min(left_, input_.size() - at_);
      body_.append(input_, at_, here);
      at_ += here;
      left_ -= here;
      if (left_ > 0) return progress::need_more;
      state_ = state::after_chunk;
    }
    if (!take_line(line)) return progress::need_more;
    if (state_ == state::after_chunk) {
      if (!line.empty()) return progress::broken;
      state_ = state::chunk_size;
    } else if (state_ == state::trailer) {
      if (line.empty()) return finish();
    } else {
      const std::string_view digits = line.substr(0, line.find(';'));
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
      if (read.ec != std::errc{}) return progress::broken;
      state_ = left_ == 0 ? state::trailer : state::chunk;
    }
  }
}

response_reader::progress response_reader::finish() {
  state_ = state::done;
  return at_ == input_.size() ? progress::complete : progress::broken;
}

std::size_t response_reader::count(std::string_view lower_name) const {
  std::size_t found = 0;
  for_each_field(head_, [&](std::string_view name, std::string_view) {
    found += same(name, lower_name) ? 1 : 0;
    return true;
  });
  return found;
}

std::string_view response_reader::value(std::string_view lower_name) const {
  std::string_view found;
  for_each_field(head_, [&](std::string_view name, std::string_view value) {
    if (!same(name, lower_name)) return true;
    found = value;
    return false;
  });
  return found;
}

}  // namespace errata::load
