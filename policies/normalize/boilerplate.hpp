// Tells what servers and frameworks put on every error page from what somebody wrote for a person.
#pragma once

#include <string_view>

namespace errata {

// Whether a line says no more than the name or number of a status, or is one of the phrases that
// servers put on every error page, or a lone path. White space, case and punctuation do not count.
// `status`: the response's.
bool is_boilerplate(std::string_view line, unsigned status);

// Whether a line is a full sentence that a framework has for the status ("The resource could not be
// found."): good enough for a client when the page has nothing of its own.
bool is_stock_sentence(std::string_view line);

// `line` without a status that it opens with ("403: Not allowed to view invoices", "Not Found - no
// such order"); all of it when nothing would be left.
std::string_view without_status(std::string_view line, unsigned status);

// Whether a text of a 5xx speaks to the client (maintenance, overload, when to come back) rather
// than about the failure.
bool speaks_to_client(std::string_view text);

}  // namespace errata
