// How much a phrase says.
#pragma once

#include <cstddef>
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

// `text` without the lines that only carry an id or a time for support ("RequestId:4f2b", "Trace
// ID: 4f2b"), that only count what follows ("2 errors occurred:"), and without bullets.
std::string without_diagnostics(std::string_view text);

// Where a JSON document begins that `text` is or ends with; npos if there is none.
std::size_t document_in(std::string_view text) noexcept;

// The code in capitals that a message opens with ("WEAK_PASSWORD: at least 8 letters"), without
// its colon; empty if there is none.
std::string_view code_prefix(std::string_view text) noexcept;

// `text` without the number of `status`, and its name in brackets, that it opens with.
std::string_view without_number(std::string_view text, unsigned status) noexcept;

// Phrases that stand for no message at all.
bool is_empty_phrase(std::string_view text);

}  // namespace errata
