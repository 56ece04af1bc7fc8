// Which successes are worth holding back, because a rule of the operator's may take them for
// errors.
#pragma once

#include <string_view>

#include "policies/message.hpp"
#include "policies/normalize/shape_rule.hpp"

namespace errata {

// From the head alone. Never: an answer to HEAD, 204, 205 and 206, parts and streams of events or
// records, pictures, sound and fonts, and a content coding that is not understood. `rules`: the
// route's for successes.
bool may_be_soft_error(const shape_rules& rules, std::string_view method,
                       const response_head& response);

// The same once `begun`, the first bytes of the body (transfer coding off, content coding on), is
// known: a JSON pointer finds nothing in what does not begin like JSON. Looks at 512 bytes at most:
// there is no need to ask again with more.
bool may_still_be_soft_error(const shape_rules& rules, const response_head& response,
                             std::string_view begun);
inline constexpr std::size_t telling_bytes = 512;

}  // namespace errata
