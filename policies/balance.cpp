#include "policies/balance.hpp"

#include <algorithm>

namespace errata {

bool is_panic(std::span<const endpoint_standing> standings) noexcept {
  const auto healthy =
      std::count_if(standings.begin(), standings.end(), [](const auto& s) { return s.healthy; });
  return static_cast<std::size_t>(healthy) * 2 < standings.size();
}

balancer::balancer(balance_method method, std::vector<unsigned> weights)
    : method_(method), weights_(std::move(weights)), credit_(weights_.size(), 0) {}

std::size_t balancer::pick(std::span<const endpoint_standing> standings) {
  const bool panic = is_panic(standings);
  const std::size_t first = pick_of(
      standings, [panic](const endpoint_standing& s) { return !s.tried && (s.healthy || panic); });
  if (first != npos) return first;
  return pick_of(standings, [](const endpoint_standing& s) { return !s.tried; });
}

// Each turn every usable endpoint earns its weight, and the richest pays for all: weights of 5, 1
// and 1 give a a b a c a a, not a a a a a b c.
template <class Usable>
std::size_t balancer::pick_of(std::span<const endpoint_standing> standings, Usable usable) {
  std::size_t best = npos;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (!usable(standings[i])) continue;
    credit_[i] += weights_[i];
    total += weights_[i];
    if (best == npos) {
      best = i;
      continue;
    }
    if (method_ == balance_method::least_requests) {
      const std::size_t mine = (standings[i].in_flight + 1) * weights_[best];
      const std::size_t its = (standings[best].in_flight + 1) * weights_[i];
      if (mine != its) {
        if (mine < its) best = i;
        continue;
      }
    }
    if (credit_[i] > credit_[best]) best = i;
  }
  if (best != npos) credit_[best] -= total;
  return best;
}

}  // namespace errata
