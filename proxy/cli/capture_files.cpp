#include "proxy/cli/capture_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <system_error>

#include "proxy/cli/capture.hpp"

namespace errata {
namespace {

namespace fs = std::filesystem;

std::string read_all(std::istream& in) {
  std::string text;
  constexpr std::size_t step = 64 * 1024;
  while (in && text.size() <= max_capture_bytes) {
    const std::size_t had = text.size();
    text.resize(had + std::min(step, max_capture_bytes + 1 - had));
    in.read(text.data() + had, static_cast<std::streamsize>(text.size() - had));
    text.resize(had + static_cast<std::size_t>(in.gcount()));
  }
  return text;
}

}  // namespace

std::vector<std::string> files_of(const std::string& path, std::string& problem) {
  std::error_code failed;
  if (path == "-" || !fs::is_directory(path, failed)) return {path};
  std::vector<std::string> files;
  for (fs::directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code unknown;
    const bool hidden = at->path().filename().string().starts_with('.');
    if (!hidden && at->is_regular_file(unknown)) files.push_back(at->path().string());
  }
  std::sort(files.begin(), files.end());
  if (failed) {
    problem = failed.message();
  } else if (files.empty()) {
    problem = "no file in this folder";
  }
  return files;
}

capture_file read_capture_file(const std::string& path, std::istream& in) {
  if (path == "-") return {"standard input", read_all(in), {}};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return {path, {}, std::strerror(errno == 0 ? EIO : errno)};
  std::string text = read_all(file);
  if (file.bad()) return {path, {}, std::strerror(errno == 0 ? EIO : errno)};
  return {path, std::move(text), {}};
}

}  // namespace errata
