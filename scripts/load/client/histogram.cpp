#include "scripts/load/client/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace errata::load {

std::size_t histogram::bucket_of(std::uint64_t value) {
  constexpr std::uint64_t linear = std::uint64_t{1} << sub_bits;
  if (value < linear) return static_cast<std::size_t>(value);
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - sub_bits - 1;
  const std::uint64_t sub = (value >> shift) - linear;
  return static_cast<std::size_t>(((std::uint64_t{shift} + 1) << sub_bits) + sub);
}

double histogram::middle_of(std::size_t bucket) {
  constexpr std::size_t linear = std::size_t{1} << sub_bits;
  if (bucket < linear) return static_cast<double>(bucket);
  const int shift = static_cast<int>(bucket >> sub_bits) - 1;
  const double low = static_cast<double>(linear + (bucket & (linear - 1)));
  return std::ldexp(low + 0.5, shift);
}

void histogram::add(std::uint64_t nanoseconds) {
  ++buckets_[bucket_of(nanoseconds)];
  ++count_;
  largest_ = std::max(largest_, nanoseconds);
}

double histogram::percentile(double part) const {
  if (count_ == 0) return 0;
  const double wanted = std::max(1.0, std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < bucket_count; ++bucket) {
    seen += buckets_[bucket];
    if (static_cast<double>(seen) >= wanted) {
      return std::min(middle_of(bucket) / 1e3, largest());
    }
  }
  return largest();
}

std::string histogram::json() const {
  std::array<char, 256> text;
  std::snprintf(
      text.data(), text.size(),
      R"({"count":%llu,"p50":%.1f,"p90":%.1f,"p99":%.1f,"p99.9":%.1f,"max":%.1f,"curve":[)",
      static_cast<unsigned long long>(count_), percentile(0.5), percentile(0.9), percentile(0.99),
      percentile(0.999), largest());
  std::string out = text.data();
  const char* comma = "";
  for (const double part :
       {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999}) {
    std::snprintf(text.data(), text.size(), "%s[%.4f,%.1f]", comma, part, percentile(part));
    out += text.data();
    comma = ",";
  }
  return out + "]}";
}

}  // namespace errata::load
