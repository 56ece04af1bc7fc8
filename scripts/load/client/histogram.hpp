// Latencies in buckets of at most 1.6 % width: constant memory, whatever comes.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

namespace errata::load {

class histogram {
 public:
  void add(std::uint64_t nanoseconds);
  std::uint64_t count() const { return count_; }
  // Microseconds; `part` in 0 to 1. 0 when there is nothing.
  double percentile(double part) const;
  double largest() const { return static_cast<double>(largest_) / 1e3; }
  // {"count":..., "p50":..., ..., "max":..., "curve":[[part, us], ...]}
  std::string json() const;

 private:
  static constexpr unsigned sub_bits = 6;  // 64 buckets for each power of two
  static constexpr std::size_t bucket_count = std::size_t{64 - sub_bits + 1} << sub_bits;
  static std::size_t bucket_of(std::uint64_t value);
  static double middle_of(std::size_t bucket);

  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace errata::load
