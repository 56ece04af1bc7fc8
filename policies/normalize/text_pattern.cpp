#include "policies/normalize/text_pattern.hpp"

#include <re2/re2.h>

namespace errata {
namespace {

// Of one pattern, compiled and while it runs; RE2 gets slower before it takes more.
constexpr std::int64_t most_memory = 1024 * 1024;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

parsed_pattern text_pattern::parse(std::string_view pattern, groups wanted) {
  parsed_pattern out;
  if (pattern.empty()) {
    out.problem = "the pattern is empty";
    return out;
  }
  if (pattern.size() > longest) {
    out.problem = "the pattern is longer than " + std::to_string(longest) + " bytes";
    return out;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(most_memory);
  auto compiled = std::make_shared<const RE2>(piece(pattern), options);
  if (!compiled->ok()) {
    out.problem = "not a pattern that RE2 takes (" + compiled->error() + ")";
  } else if (wanted == groups::capture && compiled->NumberOfCapturingGroups() != 1) {
    out.problem =
        "the pattern wants exactly one group in brackets, around the text that is meant, "
        "and has " +
        std::to_string(compiled->NumberOfCapturingGroups()) + "; (?:...) groups without being one";
  } else {
    out.value.compiled_ = std::move(compiled);
  }
  return out;
}

bool text_pattern::matches(std::string_view text) const {
  return compiled_ != nullptr &&
         compiled_->Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::optional<std::string_view> text_pattern::capture(std::string_view text) const {
  if (compiled_ == nullptr) return {};
  re2::StringPiece groups[2];
  if (!compiled_->Match(piece(text), 0, text.size(), RE2::UNANCHORED, groups, 2)) return {};
  if (groups[1].data() == nullptr) return {};
  return std::string_view(groups[1].data(), groups[1].size());
}

}  // namespace errata
