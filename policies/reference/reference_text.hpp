// The sentences of the error reference that its pages share. In all of them, and in a catalog's
// descriptions, `text between grave accents` is code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/reference/reference_model.hpp"

namespace errata {

// A member of the envelope, as a row of a table.
struct reference_member {
  std::string_view name;
  std::string_view presence;  // "always", "sometimes"
  std::string_view meaning;
};
std::vector<reference_member> envelope_members();

// What clients are told to do, one sentence or two an entry.
std::vector<std::string> client_rules(const reference_options& options);

// An envelope with every member that the options allow, compact.
std::string example_envelope(const reference_model& model);
// The same of one code: its default message, no param.
std::string example_envelope(const reference_model& model, const reference_code& code);
// The same with a line a member.
std::string indented_envelope(std::string_view compact);

// "400, 460 and every other 4xx".
std::string status_list(const std::vector<unsigned>& statuses, bool other_4xx, bool other_5xx);
std::string status_list(const reference_use& use);

// Whether and when a client may repeat, and what `strict` sends: the cells of a table.
std::string retry_text(const reference_use& use);
std::string strict_text(const reference_use& use);

// When errata makes this error itself: "the request took too long to arrive".
std::string_view cause_text(cause c) noexcept;

// Who makes the code, an entry a way; plain sentences.
std::vector<std::string> origin_texts(const reference_code& code);

}  // namespace errata
