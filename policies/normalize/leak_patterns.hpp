// The expressions by which internals are known, each compiled once and matched in linear time.
#pragma once

#include <re2/re2.h>

// All work on bytes, so that their offsets are ours and no input is invalid. Any thread.
namespace errata::leak_patterns {

const RE2& frames();         // a stack frame, wherever it stands
const RE2& frame_endings();  // a frame that a sentence ends with: "... at /a/b.pl line 7."
const RE2& frame_lines();    // lines that are dump from their first character on
const RE2& database_talk();  // SQL, and what databases and their drivers say
const RE2& program_talk();   // programming errors, the operating system, the network behind
const RE2& class_names();    // names out of the program
const RE2& file_paths();
const RE2& hosts();
const RE2& software();
const RE2& emails();
const RE2& plain_secrets();  // a secret whatever stands around it
const RE2&
secrets_with_digit();         // a secret when it has a digit: else "Bearer authentication" is one
const RE2& class_prefixes();  // an exception's name in front of a message
const RE2& program_faults();  // exceptions that are about the program, not the request
const RE2& trace_marks();     // what only dumps and debug pages have

// Everything that leaks::find_leak() looks for but secrets_with_digit(), in two automata: most
// messages have none of it, and one pass of each says so. A single one would meet so many states on
// a text made to meet them that it would be ten times slower there.
const RE2& any_talk();
const RE2& any_name();

}  // namespace errata::leak_patterns
