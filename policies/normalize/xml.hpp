// Reads error documents in XML: SOAP faults, and whatever has elements named like an error's parts.
#pragma once

#include <optional>
#include <string_view>

#include "policies/normalize/finding.hpp"

namespace errata {

// Nothing if `text` (valid UTF-8) is not well-formed enough to be read. Documents that declare
// entities are refused. Entities are never expanded, nothing external is read; depth and number of
// the elements looked at are bounded. Linear. Never throws on bad input.
std::optional<finding> extract_xml(std::string_view text, unsigned status,
                                   with_origins origins = with_origins::no);

}  // namespace errata
