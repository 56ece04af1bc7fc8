// Finds what an HTML error page says to a person.
#pragma once

#include <string_view>

#include "policies/normalize/text.hpp"

namespace errata {

// The human sentence of an error page: of its paragraphs, headings and title the best one that says
// more than the status. Pages that servers make by themselves give an empty message; debug pages
// are `internal`. Below 500 the page's own paragraph is taken; from 500 on only a page that speaks
// plainly to its reader has a message. `html` is valid UTF-8, of which the first 64 KiB are parsed.
// Deeply nested or hostile markup is flattened without recursion. Any thread.
extracted extract_html(std::string_view html, unsigned status);

}  // namespace errata
