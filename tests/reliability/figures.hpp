// What the kernel says of sockets and time, for the reliability benchmarks.
#pragma once

#include <cstdint>
#include <vector>

namespace errata::reliability {

std::int64_t monotonic_us();

// What all TCP sockets of this machine hold in kernel memory.
std::uint64_t tcp_kernel_bytes();
// What one socket of this process holds.
std::uint64_t socket_kernel_bytes(int fd);

// The least of the values that at least `percent` of them do not exceed; 0 of none.
double percentile(std::vector<double> values, double percent);
double median(const std::vector<double>& values);

}  // namespace errata::reliability
