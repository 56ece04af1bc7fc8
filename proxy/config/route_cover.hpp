// Whether one route takes every request that another one would.
#pragma once

#include "policies/route.hpp"

namespace errata {

// True only when it is certain: two routes may cover a third together and not be found out.
bool covers(const route_match& first, const route_match& later) noexcept;

}  // namespace errata
