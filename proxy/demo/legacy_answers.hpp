// What the demo's legacy service says: the raw bytes of each misbehaviour, by path. The texts are
// invented; only their shapes are those of real servers and frameworks.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace errata {

// Bytes that are written as they are, after a pause.
struct legacy_step {
  std::chrono::milliseconds pause{0};
  std::string bytes;
};

// What the service does with the connection when the steps are done.
enum class legacy_ending { keep_open, close, reset };

// What errata makes of an answer.
//   envelope   a canonical error
//   untouched  the same status and the same body, byte for byte
//   broken     a success that breaks off: a transfer that is visibly broken, or an envelope if
//              nothing was sent yet
enum class promised { envelope, untouched, broken };

struct legacy_answer {
  std::string_view group;
  std::string path;  // "/spring-500"
  std::string title;
  promised after = promised::envelope;
  std::vector<legacy_step> steps;
  legacy_ending ending = legacy_ending::keep_open;
};

// All of them, group by group. Made once; safe to read from every thread.
const std::vector<legacy_answer>& legacy_answers();

// nullptr for a path that is not in the list. `path` is without the query.
const legacy_answer* find_legacy_answer(std::string_view path);

// A whole response that lists the paths, as plain text.
std::string legacy_index();

// A whole response for a path that is not in the list: an HTML page, as befits the service.
std::string legacy_not_found();

}  // namespace errata
