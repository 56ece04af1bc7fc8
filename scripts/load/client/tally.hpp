// What a run counts: answers, latencies, statuses, and what was wrong.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "scripts/load/client/answer_check.hpp"
#include "scripts/load/client/connection.hpp"
#include "scripts/load/client/histogram.hpp"
#include "scripts/load/client/runs.hpp"

namespace errata::load {

class tally {
 public:
  explicit tally(const options& wanted) : check_(wanted) {}

  void answered(const connection& from, std::uint64_t now);
  void broken(const connection& from);
  void aborted() { ++aborted_; }
  void never_answered(std::uint64_t count);

  std::uint64_t answers() const { return latencies_.count(); }
  std::uint64_t wrong() const { return wrong_.count(); }
  run_result result(double seconds) const;

 private:
  answer_check check_;
  histogram latencies_;
  wrong_answers wrong_;
  std::array<std::uint64_t, 600> statuses_{};
  std::uint64_t aborted_ = 0;
};

}  // namespace errata::load
