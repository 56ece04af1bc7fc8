// Keeps markup that is made to be slow away from the HTML parser.
#pragma once

#include <string_view>

namespace errata {

// Whether a page nests no deeper and has no more attributes in a tag than pages made for people do:
// the parser's time grows with the square of both. A rough scan, linear in `html`; any bytes.
bool is_reasonable_markup(std::string_view html);

}  // namespace errata
