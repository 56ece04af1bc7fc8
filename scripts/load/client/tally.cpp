#include "scripts/load/client/tally.hpp"

#include <string>

namespace errata::load {

void tally::answered(const connection& from, std::uint64_t now) {
  latencies_.add(now - from.counted_from());
  const response_reader& answer = from.answer();
  if (answer.status() < statuses_.size()) ++statuses_[answer.status()];
  const std::string_view problem = check_.problem_of(answer, from.id);
  if (problem.empty()) return;
  wrong_.add(problem, std::string(answer.head()) + std::string(answer.body().substr(0, 400)));
}

void tally::broken(const connection& from) {
  wrong_.add(from.answer().has_bytes() ? "broken off" : "no answer", from.answer().head());
}

void tally::never_answered(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) wrong_.add("not answered in time", "");
}

run_result tally::result(double seconds) const {
  std::string out =
      "{\"answers\":" + std::to_string(answers()) + ",\"seconds\":" + std::to_string(seconds) +
      ",\"aborted\":" + std::to_string(aborted_) + ",\"wrong\":" + std::to_string(wrong()) +
      ",\"problems\":" + wrong_.json() + ",\"statuses\":{";
  const char* comma = "";
  for (std::size_t status = 0; status < statuses_.size(); ++status) {
    if (statuses_[status] == 0) continue;
    out += comma + ('"' + std::to_string(status)) + "\":" + std::to_string(statuses_[status]);
    comma = ",";
  }
  return {out + "},\"latency_us\":" + latencies_.json() + "}", wrong()};
}

}  // namespace errata::load
