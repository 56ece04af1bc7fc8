// Reads error documents in JSON by what their keys mean, not by which product sent them.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

#include "policies/normalize/finding.hpp"

namespace errata {

// Reads the JSON value at the start of `text` (valid UTF-8); what follows it does not count.
// Nothing if there is no whole value, or one nested more than 32 deep. `status`: the response's.
// Time and memory are linear in text.size(). Never throws on bad input.
std::optional<finding> extract_json(std::string_view text, unsigned status,
                                    with_origins origins = with_origins::no,
                                    reading how = reading::whole);

// The same for a document that breaks off or goes wrong somewhere: what came whole before that
// counts. Nothing if no member or element did.
std::optional<finding> extract_cut_json(std::string_view text, unsigned status,
                                        with_origins origins = with_origins::no);

// The same for a value that another format was turned into. `root`: what origins begin with.
finding read_error_value(const boost::json::value& value, unsigned status,
                         with_origins origins = with_origins::no, std::string_view root = {});

}  // namespace errata
