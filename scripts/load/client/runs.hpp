// The ways to load a server. Each runs to its end and says what came of it.
#pragma once

#include <cstdint>
#include <string>

#include "scripts/load/client/options.hpp"

namespace errata::load {

struct run_result {
  std::string json;  // an object
  std::uint64_t wrong = 0;
};

// They throw std::runtime_error when they cannot run at all.
run_result run_closed(const options& wanted);
run_result run_open(const options& wanted);
run_result run_idle(const options& wanted);
run_result run_corpus(const options& wanted);

}  // namespace errata::load
