// Which of several endpoints takes the next request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace errata {

// round_robin: in turn, by weight, spread out rather than in runs. least_requests: the one with the
// fewest requests under way for its weight; among equals in turn.
enum class balance_method : std::uint8_t { round_robin, least_requests };

// What is known of one endpoint at the moment of the choice.
struct endpoint_standing {
  std::size_t in_flight = 0;
  bool healthy = true;  // neither its health check nor its own failures speak against it
  bool tried = false;   // by this request already
};

// Mutable: belongs to one worker thread.
class balancer {
 public:
  // One weight, at least 1, for each endpoint.
  balancer(balance_method method, std::vector<unsigned> weights);

  // The index of the endpoint to try; `standings` has one entry for each. Unhealthy ones are passed
  // over, unless fewer than half of all are healthy (the panic threshold): then health tells of the
  // checks rather than of the endpoints, and is ignored. Where every healthy one was tried the
  // others come. npos when all were tried.
  std::size_t pick(std::span<const endpoint_standing> standings);
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

 private:
  template <class Usable>
  std::size_t pick_of(std::span<const endpoint_standing> standings, Usable usable);

  balance_method method_;
  std::vector<unsigned> weights_;
  std::vector<std::int64_t> credit_;  // whose turn it is
};

// Whether so few endpoints are healthy that health must be ignored.
bool is_panic(std::span<const endpoint_standing> standings) noexcept;

}  // namespace errata
