// Finds what a plain-text error body says to a person.
#pragma once

#include <string>
#include <string_view>

namespace errata {

// What a document says. Not scrubbed yet; `message` is one line of valid UTF-8. Members that the
// document does not give are empty.
struct extracted {
  std::string message;
  std::string code;              // as the document spells it
  std::string param;             // as the document spells it
  std::string_view origin = "";  // static: which part of the document `message` is
  std::string_view shape;        // static: "html", "text", ...
  bool internal = false;  // the document was a debug page or a trace: what message there is is
                          // its first, harmless line
};

// The most human line or lines of `text` (valid UTF-8; any size, the first 16 KiB count). A text
// that only names the status ("Not Found", "404 page not found"), repeats a server's boilerplate or
// is data of some kind (JSON, a script) gives an empty message. From 500 on only a text of a 503
// that speaks to its reader has one. `status`: the response's; 200 is fine. Linear. Any thread.
extracted extract_text(std::string_view text, unsigned status);

}  // namespace errata
