// Knows what internals look like: where in a text something stands that clients must not see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/normalize/leak_kinds.hpp"

namespace errata {

// gist: the whole statement is about internals (SQL, driver text, stack frames, programming
// errors), and so is what follows it. detail: a thing named in passing (a path, a host, a class, a
// secret), without which the rest may still mean something.
enum class leak_reach : std::uint8_t { none, gist, detail };

struct leak {
  leak_reach reach = leak_reach::none;
  leak_kind kind = leak_kind::program;
  std::size_t begin = 0;  // bytes [begin, end) of the text
  std::size_t end = 0;
};

// The first gist of `text` that is of one of `wanted`, else its first such detail. `text` may hold
// any bytes. Linear. Any thread.
leak find_leak(std::string_view text, leak_set wanted = leak_set::all());

// Whether there is none of any kind: cheap for nearly all sentences.
bool is_free_of_leaks(std::string_view text);

// Whether a name of a parameter gives away a path, a host or a secret. Class-like names are fine.
bool names_place_or_secret(std::string_view text);

// Length of the exception class name that a message opens with ("java.lang.FooException: ",
// "Uncaught Error: "), with what follows it up to the message; 0 when there is none.
std::size_t class_prefix(std::string_view text);

// Whether the exception of such a prefix is about the program or its database and not about the
// request, so that its message is of no use to a client.
bool is_program_fault(std::string_view prefix);

// Whether a line is dump from its start on: a stack frame, a caret line, "Caused by".
bool is_frame(std::string_view line);

// Where a stack frame begins that ends a sentence ("Qty is wrong at /a/b.pl line 7."); npos if none
// does.
std::size_t frame_ending(std::string_view sentence);

// Compiles what is looked for, which else the first text would wait for.
void compile_leak_patterns();

// Whether `text` has what only dumps and debug pages have.
bool has_trace_marks(std::string_view text);

}  // namespace errata
