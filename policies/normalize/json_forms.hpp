// Tells the forms apart that error objects in JSON come in.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string_view>

namespace errata {

inline constexpr std::size_t max_elements = 32;  // looked at in one array

// The name for the log of what a top-level object looks like; static text.
std::string_view shape_of(const boost::json::object& object);

// A message as a string, and in the forms {"lang", "value"}, {"en": ...} and with its text as a
// member; empty if it is none of them. A view into `value`.
std::string_view sentence(const boost::json::value& value);

// Whether an object maps fields to what is wrong with them, rather than being one error itself.
bool is_field_map(const boost::json::object& object);

// Whether its members are lists of sentences, or lists of such maps: the way that form libraries
// report.
bool is_map_of_lists(const boost::json::object& object);

// Whether it says by a status word or a flag that something failed.
bool says_failed(const boost::json::object& object);

// Whether an element of a list says of itself that it is no error: its severity is a hint's or a
// warning's.
bool is_hint(const boost::json::value& element);

// Whether an element of a list says by its type that it is for debugging.
bool is_for_developers(const boost::json::value& element);

// Whether `key` and `value` list names of parameters or arguments of a message, not errors.
bool lists_names(std::string_view key, const boost::json::value& value);

}  // namespace errata
