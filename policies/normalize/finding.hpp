// What a dialect read out of an error document, before it is scrubbed and put into an envelope.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace errata {

// Whether a reader says where in the document it found what it found: for people who ask why, not
// for every response.
enum class with_origins : bool { no, yes };

// How much of a document is read. brief: no message behind one that says enough where nothing else
// depends on it, which is cheaper; finding::left_out tells of it. The first message, the code and
// the parameter are the same either way.
enum class reading : bool { brief, whole };

// One thing that a document says to a person.
struct statement {
  std::string text;     // not scrubbed
  std::string origin;   // with_origins::yes: JSON pointer, "line 3", "heading" ...
  unsigned others = 0;  // further errors in the list that it is the first of
};

struct finding {
  std::vector<statement> messages;  // best first; at most max_messages
  std::string code;                 // by is_code(), or empty
  std::string code_origin;
  bool broad_code = false;  // it names a class of errors: a nested code says more
  std::string param;        // readable form, not scrubbed; or empty
  std::string param_origin;
  std::string_view shape = "text";  // static text for the log
  bool internal = false;            // a trace or debug page: no word of it is for clients
  bool left_out = false;            // of a brief reading: there may be more messages
  bool for_client = false;          // the document itself says that the client is at fault

  static constexpr std::size_t max_messages = 6;

  // As if nothing had been read yet; what memory it has it keeps.
  void clear() noexcept {
    messages.clear();
    code.clear();
    code_origin.clear();
    broad_code = false;
    param.clear();
    param_origin.clear();
    internal = left_out = for_client = false;
  }

  void add(statement message) {
    if (messages.size() == max_messages) return;
    if (messages.capacity() == 0) messages.reserve(max_messages);
    messages.push_back(std::move(message));
  }
};

}  // namespace errata
