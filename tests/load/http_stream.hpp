// Cuts HTTP/1.1 messages out of a byte stream for the load test. Shares no code with errata, so
// that a mistake there cannot hide itself here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace errata::load {

struct http_message {
  std::string start_line;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
  std::string body;                                         // transfer coding taken off

  std::size_t count(std::string_view lower_name) const;
  std::string_view value(std::string_view lower_name) const;  // of the first; "" if there is none
  unsigned status() const;                                    // of a response; 0 if there is none
};

class http_reader {
 public:
  enum class side { requests, responses };
  enum class progress { need_more, complete, broken };

  explicit http_reader(side which) : side_(which) {}

  void feed(std::string_view bytes);
  // The peer closed: a body without length ends, anything else that is unfinished is broken.
  void end_of_stream() { ended_ = true; }

  // The next whole message. `to_head`: it answers a HEAD request. After `broken` read no further.
  progress next(http_message& out, bool to_head = false);

  // The message whose head has come and whose body has not; nullptr when there is none. Of chunks
  // only those that are whole.
  const http_message* unfinished() const { return state_ != state::head ? &message_ : nullptr; }

  // What of the bytes fed has not been taken into a message.
  std::string_view unread() const { return std::string_view(buffer_).substr(position_); }
  bool has_unread() const { return position_ != buffer_.size() || state_ != state::head; }

 private:
  enum class state { head, length, chunk_size, chunk_bytes, trailer, until_close };
  progress read_head(bool to_head);
  progress read_chunked();
  bool choose_framing(bool to_head);
  bool take_line(std::string_view& line);
  progress finish(http_message& out);

  side side_;
  state state_ = state::head;
  std::string buffer_;
  std::size_t position_ = 0;  // of the first unread byte
  std::size_t searched_ = 0;  // no end of head before this
  std::size_t remaining_ = 0;
  bool ended_ = false;
  http_message message_;
};

}  // namespace errata::load
