// Finds what an HTML error page says to a person.
#pragma once

#include <string_view>

#include "policies/normalize/text.hpp"

namespace errata {

// The human sentence of an error page: of its paragraphs, headings and title the best one that says
// more than the status. Pages that servers make by themselves give an empty message; debug pages
// are `internal` and give none. Below 500 the page's own paragraph is taken; from 500 on only that
// of a 503 that speaks to its reader. Pages that are no error pages (dozens of paragraphs) give
// nothing. `html` is valid UTF-8, of which the first 64 KiB are searched for dumps and the first
// 32 KiB parsed; markup that nests deeper than any page made for people is not looked at. Any
// thread.
extracted extract_html(std::string_view html, unsigned status);

}  // namespace errata
