// Reads errors that are written like a form: error=invalid_token&error_description=Too+old.
#pragma once

#include <string_view>

#include "policies/normalize/finding.hpp"

namespace errata {

// `text`: application/x-www-form-urlencoded, valid UTF-8. What it decodes to that is not valid
// UTF-8 is left out. At most 32 pairs are looked at. Linear.
finding extract_form(std::string_view text, unsigned status,
                     with_origins origins = with_origins::no);

}  // namespace errata
