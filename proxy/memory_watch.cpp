#include "proxy/memory_watch.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace errata {
namespace {

// "max" and whatever else is no number is no limit.
std::uint64_t read_limit(const std::string& path) {
  std::ifstream in(path);
  std::uint64_t value = 0;
  if (!(in >> value)) return 0;
  // Version 1 says "none" by a number near 2^63.
  constexpr std::uint64_t absurd = std::uint64_t{1} << 60U;
  return value < absurd ? value : 0;
}

}  // namespace

std::uint64_t cgroup_memory_limit() {
  std::ifstream groups("/proc/self/cgroup");
  std::uint64_t least = 0;
  const auto keep = [&least](std::uint64_t limit) {
    if (limit != 0 && (least == 0 || limit < least)) least = limit;
  };
  for (std::string line; std::getline(groups, line);) {
    // hierarchy:controllers:path
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    const bool unified = controllers.empty();
    if (!unified && controllers.find("memory") == std::string::npos) continue;
    const std::string root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    const std::string name = unified ? "/memory.max" : "/memory.limit_in_bytes";
    // A group is bound by those above it too.
    while (true) {
      keep(read_limit(root + (path == "/" ? "" : path) + name));
      const auto slash = path.rfind('/');
      if (slash == std::string::npos || path == "/") break;
      path = slash == 0 ? "/" : path.substr(0, slash);
    }
  }
  return least;
}

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(in >> size >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

memory_pressure pressure_of(std::uint64_t resident, std::uint64_t limit) noexcept {
  if (limit == 0) return memory_pressure::none;
  if (resident / 95 >= limit / 100) return memory_pressure::shedding;
  return resident / 85 >= limit / 100 ? memory_pressure::eased : memory_pressure::none;
}

}  // namespace errata
