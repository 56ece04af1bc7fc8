// Long hostile texts, made in a moment also without optimisation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace errata::testing {

// As many of `piece`, which is not empty, as make at least `bytes`.
inline std::string repeated(std::string_view piece, std::size_t bytes) {
  const std::size_t size = (bytes + piece.size() - 1) / piece.size() * piece.size();
  std::string out;
  out.reserve(size);
  out.append(piece.substr(0, size));
  while (out.size() < size) out.append(out, 0, std::min(out.size(), size - out.size()));
  return out;
}

}  // namespace errata::testing
