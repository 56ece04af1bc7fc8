// Finds what a plain-text error body says to a person.
#pragma once

#include <string>
#include <string_view>

namespace errata {

// What a document says. Not scrubbed yet; `message` is one line of valid UTF-8. Members that the
// document does not give are empty.
struct extracted {
  std::string message;
  std::string code;        // as the document spells it
  std::string param;       // as the document spells it
  std::string_view shape;  // static: "html", "text", ...
  bool internal = false;   // the document was a debug page or a trace: use the default message
};

// The most human line or lines of `text` (valid UTF-8; any size, the first 16 KiB count). A text
// that only names the status ("Not Found", "404 page not found") or repeats a server's boilerplate
// gives an empty message, and so does a trace. `status`: the response's. Linear. Any thread.
extracted extract_text(std::string_view text, unsigned status);

// Whether a line says no more than the name or number of a status, or is one of the phrases that
// servers put on every error page. White space, case and punctuation at the end do not count.
bool is_boilerplate(std::string_view line, unsigned status);

}  // namespace errata
