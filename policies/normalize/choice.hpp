// What of a document's findings goes into the envelope, and what clients must not see.
#pragma once

#include <string>

#include "policies/normalize/finding.hpp"
#include "policies/normalize/leak_kinds.hpp"

namespace errata {

struct explanation;

// Empty members where the upstream said nothing that may be shown.
struct choice {
  std::string message;  // scrubbed; says when there are further errors
  std::string code;
  std::string param;
  leak_counts removed;
};

// `status`: the upstream's. `wanted`: the kinds that are taken out. `why`: may be null.
choice choose(finding&& found, unsigned status, leak_set wanted, explanation* why);

}  // namespace errata
