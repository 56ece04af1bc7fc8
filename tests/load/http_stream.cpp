#include "tests/load/http_stream.hpp"

#include <algorithm>
#include <charconv>

namespace errata::load {
namespace {

constexpr std::size_t max_head = 64 * 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool parse_number(std::string_view text, int base, std::size_t& out) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out, base);
  return error == std::errc{} && stop == end && !text.empty();
}

}  // namespace

std::size_t http_message::count(std::string_view lower_name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const auto& f) { return f.first == lower_name; }));
}

std::string_view http_message::value(std::string_view lower_name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& f) { return f.first == lower_name; });
  return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

unsigned http_message::status() const {
  std::size_t number = 0;
  const std::string_view line = start_line;
  if (!line.starts_with("HTTP/1.1 ") || line.size() < 13 || line[12] != ' ') return 0;
  return parse_number(line.substr(9, 3), 10, number) ? static_cast<unsigned>(number) : 0;
}

void http_reader::feed(std::string_view bytes) {
  if (position_ == buffer_.size()) {
    buffer_.clear();
    position_ = searched_ = 0;
  } else if (position_ > max_head) {
    buffer_.erase(0, position_);
    searched_ -= std::min(searched_, position_);
    position_ = 0;
  }
  buffer_.append(bytes);
}

http_reader::progress http_reader::next(http_message& out, bool to_head) {
  if (state_ == state::head) {
    const progress head = read_head(to_head);
    if (head != progress::complete) return head;
  }
  if (state_ == state::length) {
    const std::size_t take = std::min(remaining_, buffer_.size() - position_);
    message_.body.append(buffer_, position_, take);
    position_ += take;
    remaining_ -= take;
    if (remaining_ == 0) return finish(out);
  } else if (state_ == state::until_close) {
    message_.body.append(buffer_, position_);
    position_ = buffer_.size();
    if (ended_) return finish(out);
  } else {
    const progress chunks = read_chunked();
    if (chunks == progress::complete) return finish(out);
    if (chunks == progress::broken) return chunks;
  }
  return ended_ ? progress::broken : progress::need_more;
}

http_reader::progress http_reader::read_head(bool to_head) {
  const std::size_t end = buffer_.find("\r\n\r\n", std::max(searched_, position_));
  if (end == std::string::npos) {
    searched_ = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    const bool too_long = buffer_.size() - position_ > max_head;
    const bool cut = ended_ && position_ != buffer_.size();
    return too_long || cut ? progress::broken : progress::need_more;
  }
  std::string_view head = std::string_view(buffer_).substr(position_, end + 2 - position_);
  position_ = end + 4;
  searched_ = position_;
  message_ = {};
  message_.start_line = head.substr(0, head.find("\r\n"));
  head.remove_prefix(message_.start_line.size() + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) return progress::broken;
    message_.fields.emplace_back(lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return choose_framing(to_head) ? progress::complete : progress::broken;
}

bool http_reader::choose_framing(bool to_head) {
  const unsigned status = side_ == side::responses ? message_.status() : 0;
  if (side_ == side::responses && status < 100) return false;
  const std::size_t lengths = message_.count("content-length");
  const bool chunked = message_.value("transfer-encoding") == "chunked";
  if (lengths > 1 || (lengths == 1 && chunked)) return false;
  state_ = state::length;
  remaining_ = 0;
  if (to_head || (status >= 100 && status < 200) || status == 204 || status == 304) return true;
  if (chunked) {
    state_ = state::chunk_size;
  } else if (lengths == 1) {
    return parse_number(message_.value("content-length"), 10, remaining_);
  } else if (side_ == side::responses) {
    state_ = state::until_close;
  }
  return true;
}

bool http_reader::take_line(std::string_view& line) {
  const std::size_t end = buffer_.find("\r\n", position_);
  if (end == std::string::npos) return false;
  line = std::string_view(buffer_).substr(position_, end - position_);
  position_ = end + 2;
  return true;
}

http_reader::progress http_reader::read_chunked() {
  std::string_view line;
  while (true) {
    if (state_ == state::chunk_bytes) {
      if (buffer_.size() - position_ < remaining_ + 2) return progress::need_more;
      if (buffer_.compare(position_ + remaining_, 2, "\r\n") != 0) return progress::broken;
      message_.body.append(buffer_, position_, remaining_);
      position_ += remaining_ + 2;
      state_ = state::chunk_size;
    }
    if (!take_line(line)) return progress::need_more;
    if (state_ == state::trailer) {
      if (line.empty()) return progress::complete;
      continue;
    }
    if (!parse_number(line.substr(0, line.find(';')), 16, remaining_)) return progress::broken;
    state_ = remaining_ == 0 ? state::trailer : state::chunk_bytes;
  }
}

http_reader::progress http_reader::finish(http_message& out) {
  out = std::move(message_);
  state_ = state::head;
  searched_ = position_;
  return progress::complete;
}

}  // namespace errata::load
