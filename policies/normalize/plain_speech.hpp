// Tells a sentence written for clients from one that escaped from the inside of a service.
#pragma once

#include <string_view>

namespace errata {

// Whether a scrubbed message of a 5xx is plainly meant for clients: a maintenance notice, a plea to
// come back. When in doubt it is not. Linear.
bool is_for_clients(std::string_view message);

// Whether the code of a 5xx may be shown: of several words, none of which names internals.
bool is_harmless_code(std::string_view code) noexcept;

}  // namespace errata
