// Tells the forms apart that error objects in JSON come in.
#pragma once

#include <string_view>

#include "policies/normalize/json_document.hpp"

namespace errata {

// What is called `object` here is one.

// The name for the log of what a top-level object looks like; static text.
std::string_view shape_of(const json_part& object);

// A message as a string, and in the forms {"lang", "value"}, {"en": ...} and with its text as a
// member; empty if it is none of them. A view into `value`.
std::string_view sentence(const json_part& value);

// Whether an object maps fields to what is wrong with them, rather than being one error itself.
bool is_field_map(const json_part& object);

// Whether its members are lists of sentences, or lists of such maps: the way that form libraries
// report.
bool is_map_of_lists(const json_part& object);

// Whether it says by a status word or a flag that something failed.
bool says_failed(const json_part& object);

// Whether an element of a list says of itself that it is no error: its severity is a hint's or a
// warning's.
bool is_hint(const json_part& element);

// Whether an element of a list says by its type that it is for debugging.
bool is_for_developers(const json_part& element);

// Whether a member lists names of parameters or arguments of a message, not errors.
bool lists_names(const json_part& member);

}  // namespace errata
