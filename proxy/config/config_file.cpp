#include "proxy/config/config_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "proxy/config/json_tree.hpp"

namespace errata {

file_text read_small_file(const std::string& path) {
  file_text out;
  const auto failed = [&out] {
    out.problem = std::generic_category().message(errno);
    return out;
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed();
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) failed();
    if (count <= 0) break;
    out.text.append(buffer.data(), static_cast<std::size_t>(count));
    if (out.text.size() > max_json_bytes) {
      out.problem = "it is larger than 1 MiB";
      break;
    }
  }
  ::close(fd);
  return out;
}

std::string path_beside(std::string_view file, std::string_view path) {
  return (std::filesystem::path(file).parent_path() / path).string();
}

std::optional<catalog> read_catalog_text(std::string_view text, const std::string& file,
                                         std::vector<config_problem>& problems) {
  const json_tree tree = parse_json(text);
  for (const json_problem& p : tree.problems) {
    problems.push_back({file, p.at.line, p.at.column, p.pointer, p.message});
  }
  if (!tree.parsed) return {};
  // Without the mark that parse_json skips, and with a newline, which ends a last comment.
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  parsed_catalog parsed = catalog::parse(std::string(text) + '\n');
  for (catalog_problem& p : parsed.problems) {
    const json_position at = position_of(tree.root, p.pointer);
    problems.push_back({file, at.line, at.column, std::move(p.pointer), std::move(p.message)});
  }
  if (!tree.problems.empty() || !parsed.problems.empty()) return {};
  return std::move(parsed.value);
}

}  // namespace errata
