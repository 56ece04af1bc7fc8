#include "tests/reliability/figures.hpp"

#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <fstream>
#include <string>

namespace errata::reliability {

std::int64_t monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::uint64_t tcp_kernel_bytes() {
  std::ifstream in("/proc/net/sockstat");
  for (std::string line; std::getline(in, line);) {
    const auto at = line.find(" mem ");
    if (!line.starts_with("TCP:") || at == std::string::npos) continue;
    return std::stoull(line.substr(at + 5)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  return 0;
}

std::uint64_t socket_kernel_bytes(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> held{};
  socklen_t size = sizeof held;
  if (::getsockopt(fd, SOL_SOCKET, SO_MEMINFO, held.data(), &size) != 0) return 0;
  return std::uint64_t{held[SK_MEMINFO_RMEM_ALLOC]} + held[SK_MEMINFO_WMEM_QUEUED] +
         held[SK_MEMINFO_FWD_ALLOC];
}

double percentile(std::vector<double> values, double percent) {
  if (values.empty()) return 0;
  const auto count = static_cast<double>(values.size());
  const auto index = static_cast<std::size_t>(std::ceil(count * percent / 100)) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                   values.end());
  return values[index];
}

double median(const std::vector<double>& values) {
  return percentile(values, 50);
}

}  // namespace errata::reliability
