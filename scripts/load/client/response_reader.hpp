// Cuts HTTP/1.1 responses out of what a connection yields, as fast as a load needs it; it shares no
// code with errata, so that a mistake there cannot hide itself here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errata::load {

class response_reader {
 public:
  enum class progress { need_more, complete, broken };

  // For the next response. `to_head`: the request is a HEAD.
  void begin(bool to_head);
  // Takes the next bytes. After `complete` or `broken` take no more before begin(); bytes behind
  // the response are `broken`, since nothing is pipelined here.
  progress take(std::string_view bytes);
  // The peer closed.
  progress end_of_stream();

  // Of a complete response; valid until begin().
  unsigned status() const { return status_; }
  std::string_view head() const { return head_; }  // with its last empty line
  std::string_view body() const { return body_; }  // transfer coding taken off
  bool keeps_open() const { return keeps_open_; }
  bool has_bytes() const { return !input_.empty() || state_ != state::head; }
  std::size_t count(std::string_view lower_name) const;
  std::string_view value(std::string_view lower_name) const;  // of the first; "" if there is none

 private:
  enum class state { head, length, chunk_size, chunk, after_chunk, trailer, until_close, done };
  progress step();
  progress take_head(std::size_t end);
  progress take_length();
  progress take_chunks();
  bool take_line(std::string_view& line);
  progress finish();

  std::string input_;  // not yet consumed from `at_` on
  std::size_t at_ = 0;
  std::string head_, body_;
  std::size_t left_ = 0;
  unsigned status_ = 0;
  state state_ = state::head;
  bool to_head_ = false, keeps_open_ = true;
};

}  // namespace errata::load
