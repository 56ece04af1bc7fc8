// How much a phrase says.
#pragma once

#include <string>
#include <string_view>

namespace errata {

// Without white space around it.
std::string_view trimmed(std::string_view text) noexcept;

// Whether it has several words, or is in a script without spaces.
bool is_wordy(std::string_view text) noexcept;

// Sentences that frameworks write when something is invalid and they do not say what. A sentence
// about a field is worth more.
bool is_weak(std::string_view text);

// `text` without the lines that only carry an id or a time for support ("RequestId:4f2b").
std::string without_diagnostics(std::string_view text);

// Phrases that stand for no message at all.
bool is_empty_phrase(std::string_view text);

}  // namespace errata
