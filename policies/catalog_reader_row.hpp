// Reads the members that every row of a catalog file may have: a status, a cause, a code.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policies/catalog.hpp"

namespace errata {

inline constexpr std::size_t max_description_bytes = 2000;

// The error statuses of the reference: what strict may send, and what a catalog must have.
inline constexpr unsigned reference_statuses[] = {400, 401, 403, 404, 409, 422, 429, 500, 503};

// Overwrites those members of `row` that `object`, the value at `pointer`, gives; what is wrong
// with them goes to `problems`. A new code drops the description of the old one. Other keys are the
// caller's to check.
void read_catalog_row(const boost::json::object& object, const std::string& pointer,
                      const std::vector<std::string>& types, catalog_row& row,
                      std::vector<catalog_problem>& problems);

// Whether type, code, message and strict status are there and agree with each other.
void check_catalog_row(const std::string& pointer, const catalog_row& row, bool strict_given,
                       std::vector<catalog_problem>& problems);

}  // namespace errata
