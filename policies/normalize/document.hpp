// Reads an error document of any kind: what it is decides who reads it.
#pragma once

#include <string_view>

#include "policies/message.hpp"
#include "policies/normalize/finding.hpp"

namespace errata {

struct explanation;

// `text`: the decoded body, valid UTF-8. `cut`: the transfer broke off, so that its last
// sentence may be half of one. `why`: may be null; what it is told is whole.
// Linear. Any thread.
finding read_document(std::string_view text, unsigned status, bool cut, reading how,
                      explanation* why);

// Whether a body is a page that plainly is one and whose words would not be shown: known without
// undoing anything. `body` as it came.
bool is_mute_page(const response_head& response, std::string_view body) noexcept;

// Of the 5xx only a 503 may speak to the client without saying who is at fault: of the others no
// page and no text is read for a message that would not be shown.
inline bool may_speak(unsigned status) noexcept {
  return status < 500 || status == 503;
}

}  // namespace errata
