// What a dialect read out of an error document, before it is scrubbed and put into an envelope.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace errata {

struct finding {
  std::vector<std::string> messages;  // best first; not scrubbed; at most max_messages
  std::string code;                   // by is_code(), or empty
  bool broad_code = false;            // it names a class of errors: a nested code says more
  std::string param;                  // readable form, not scrubbed; or empty
  std::string_view shape = "text";    // static text for the log
  bool internal = false;              // a trace or debug page: no word of it is for clients
  bool for_client = false;            // the document itself says that the client is at fault

  static constexpr std::size_t max_messages = 6;

  void add(std::string message) {
    if (messages.size() < max_messages) messages.push_back(std::move(message));
  }
};

}  // namespace errata
