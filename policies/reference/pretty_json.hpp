// JSON with line breaks and indentation, which Boost.JSON 1.81 does not write.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace errata {

// Two spaces a level, members in their order, short arrays of scalars on one line, a newline at the
// end. Recursive: for values that we have made ourselves.
std::string pretty_json(const boost::json::value& value);

}  // namespace errata
