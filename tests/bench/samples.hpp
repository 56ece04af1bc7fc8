// The bodies that the benchmark normalizes: typical errors, written for it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace errata::bench {

struct sample {
  std::string name;
  unsigned status = 400;
  std::string content_type;
  std::string coding;  // of `body`; empty for none
  std::string body;
  double bar_ns = 0;  // what it must stay under in a release build; 0: none is set
  std::size_t max_body = std::size_t{64} * 1024;
  std::string accept_encoding = {};  // of the request
};

std::vector<sample> samples();

}  // namespace errata::bench
