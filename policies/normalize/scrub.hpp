// Takes out of a human message what only the people behind the upstream should see.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policies/normalize/leak_kinds.hpp"

namespace errata {

inline constexpr std::size_t max_scrubbed_bytes = 512;
inline constexpr std::size_t max_param_bytes = 128;

struct scrubbed {
  std::string text;       // one line, valid UTF-8, at most max_scrubbed_bytes; empty when hopeless
  leak_counts removed;    // what was taken out
  bool hopeless = false;  // what is left means nothing: use the default message
};

// Takes internals out of one human message: stack frames, exception class names, file paths, SQL
// and driver text, private hosts and addresses, software names with versions, tokens, keys and
// other secrets, e-mail addresses, left-over HTML tags and entities, control characters and
// terminal escapes. The sentence or clause that holds one goes with it, so that no hole is left;
// when that was the gist the message is hopeless. Safe text survives word for word: a client's own
// path ("Cannot GET /orders/17"), names of parameters. White space is collapsed; long text is cut
// at a sentence or word.
// Kinds that are not `wanted` stay. `message` may hold any bytes. Only its first 16 KiB are looked
// at. Linear. Any thread. Idempotent: scrub_message(scrub_message(x).text).text is the same text.
scrubbed scrub_message(std::string_view message, leak_set wanted = leak_set::all());

// Whether `text` is plainly an internal dump (a stack trace, a traceback, a debug page): then no
// part of it is a message for clients unless its first line is harmless. Looks at 64 KiB at most.
bool looks_like_trace(std::string_view text);

// The name of a parameter in the upstream's spelling, without surrounding white space; empty when
// unusable: longer than max_param_bytes, control characters, invalid UTF-8, an internal.
std::string scrub_param(std::string_view param);

// The same, and empty too where scrub_message() would change the name.
std::string scrub_whole_param(std::string_view param);

}  // namespace errata
