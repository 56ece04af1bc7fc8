// Which parameter an error object in JSON is about.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace errata {

// Members of one object that are looked at; what comes after them is not.
inline constexpr std::size_t max_members = 64;

// The member whose key is `plain` by is_key(); nullptr if there is none.
const boost::json::value* member(const boost::json::object& object, std::string_view plain);
bool has(const boost::json::object& object, std::string_view plain);

// Whether `key`, which names a parameter in a list of errors, does so in an object that stands
// alone: `path` beside a status is the request's.
bool is_param_at_top(const boost::json::object& object, std::string_view key);

// The parameter that `key` of `object` names with `value`: a name, a pointer, or a path in steps.
// Empty if it names none.
std::string param_from(const boost::json::object& object, std::string_view key,
                       const boost::json::value& value);

// {"source": {"pointer": ...}}, {"source": "payload", "keys": [...]} and
// {"params": {"missingProperty": ...}}.
std::string param_of_source(const boost::json::object& object);

}  // namespace errata
