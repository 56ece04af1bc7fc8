// For tests: which keys the reader asks for while it reads a text, and with which defaults.
#pragma once

#include "proxy/config/object_reader.hpp"

namespace errata {

// The keys of every object that is in `text`, sorted by pattern, each once.
ask_log keys_asked_for(std::string_view text, const std::string& file, const environment& env);

}  // namespace errata
