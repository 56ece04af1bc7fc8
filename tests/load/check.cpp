#include "tests/load/check.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <filesystem>
#include <iostream>
#include <vector>

namespace errata::load {
namespace {

bool read_number(std::string_view text, unsigned& out) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && stop == end;
}

// Takes the option at `words[at]`, and moves `at` past it.
bool read_option(std::span<char* const> words, std::size_t& at,
                 std::span<const check_option> options) {
  const std::string_view name = words[at++];
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const check_option& one) { return one.name == name; });
  if (found == options.end()) return false;
  if (bool* const* on = std::get_if<bool*>(&found->value)) {
    **on = true;
    return true;
  }
  if (at == words.size()) return false;
  const std::string_view value = words[at++];
  if (unsigned* const* number = std::get_if<unsigned*>(&found->value)) {
    return read_number(value, **number);
  }
  *std::get<std::string*>(found->value) = value;
  return true;
}

}  // namespace

int run_check(int argc, char** argv, std::string_view usage, check_place& place,
              std::span<const check_option> options, const std::function<bool()>& check) {
  std::vector<check_option> all(options.begin(), options.end());
  all.push_back({"--errata", &place.errata});
  all.push_back({"--folder", &place.folder});
  const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
  bool understood = true;
  for (std::size_t at = 1; at < words.size() && understood;) {
    understood = read_option(words, at, all);
  }
  if (!understood || place.errata.empty() || place.folder.empty()) {
    std::cerr << usage;
    return 2;
  }
  try {
    std::filesystem::create_directories(place.folder);
    return check() ? 0 : 1;
  } catch (const std::exception& problem) {
    std::cerr << argv[0] << ": " << problem.what() << "\n";
    return 1;
  }
}

void verdict::require(bool holds, const std::string& what) {
  if (holds) return;
  ++problems_;
  std::cout << "FAIL " << what << "\n";
}

std::size_t verdict::require_descriptors_back(const child_process& errata, std::size_t before) {
  // A descriptor or two may be opened on first use and stay; a leak has hundreds.
  constexpr std::size_t opened_once = 2;
  const std::size_t after =
      errata.wait_for_descriptors(before + opened_once, std::chrono::seconds(15));
  require(after <= before + opened_once,
          "descriptors leaked: " + std::to_string(before) + " -> " + std::to_string(after));
  return after;
}

void verdict::require_good_end(const child_process& errata, int exit_code) {
  require(exit_code == 0, "errata ended with " + std::to_string(exit_code) + " after SIGTERM");
  const std::string log = errata.log_text();
  require(log.find(" 0 internal errors") != std::string::npos, "internal errors");
  if (holds()) return;
  std::cout << "--- the end of errata's log\n"
            << log.substr(log.size() - std::min<std::size_t>(log.size(), 3000)) << "---\n";
}

}  // namespace errata::load
