// What the origin of the load answers: whole responses in memory, found by the request's target.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace errata::load {

struct answer {
  std::string bytes;       // the head and the body
  bool keeps_open = true;  // false: the connection ends after it
  bool lasts = true;       // false: only until the next call of answers::of
};

// The targets:
//   /small /html /503 /json /mix /up     see answers.cpp
//   /bytes/N, /chunked/N                 a 200 of N bytes, by Content-Length or in chunks
//   /case/N                              the Nth answer of the file that load() read
// each also under one segment before it (/limited/small, /keys/small), and with ?echo, which makes
// the answer say which request id came. For one thread.
class answers {
 public:
  answers();

  // Reads answers that were written as "KEEP SIZE\n" and SIZE bytes each; KEEP is 1 or 0. Throws
  // std::runtime_error.
  void load(const std::string& path);

  // Valid until the next call.
  const answer& of(std::string_view head);

 private:
  const answer& sized(std::string_view kind, std::string_view number);
  const answer& echo(std::string_view path, std::string_view head);

  answer small_, html_, unavailable_, json_, uploaded_, unknown_, echoed_;
  std::unordered_map<std::string, std::unique_ptr<answer>> sized_;
  std::vector<answer> cases_;
  unsigned mixed_ = 0;
};

// The value of a field of `head` (a whole head or the part after its first line), names compared
// without case; "" when there is none.
std::string_view field_of(std::string_view head, std::string_view name);

}  // namespace errata::load
