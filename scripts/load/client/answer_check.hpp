// Says what is wrong with an answer: an error must be a whole envelope, a success the origin's own
// body, and the request id the one that was sent.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "scripts/load/client/options.hpp"
#include "scripts/load/client/response_reader.hpp"

namespace errata::load {

class answer_check {
 public:
  explicit answer_check(const options& wanted);
  // "" when nothing is. `id`: that was sent, or "".
  std::string_view problem_of(const response_reader& answer, std::string_view id) const;

 private:
  std::string_view problem_of_envelope(const response_reader& answer, std::string_view id) const;

  const options& wanted_;
  std::string success_;
  bool echoes_;  // the origin says which id came to it
};

// How many answers were wrong, and why.
class wrong_answers {
 public:
  // `sample` is shown for the first of its kind.
  void add(std::string_view problem, std::string_view sample);
  std::uint64_t count() const { return count_; }
  // An object: {"problem": [count, "sample"], ...}
  std::string json() const;

 private:
  struct one {
    std::uint64_t count = 0;
    std::string sample;
  };
  std::map<std::string, one, std::less<>> kinds_;
  std::uint64_t count_ = 0;
};

}  // namespace errata::load
