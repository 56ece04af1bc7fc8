// The parts of a rule in errors.shapes and errors.success_errors: what it looks at, what it takes.
#pragma once

#include "policies/normalize/shape_rule.hpp"
#include "proxy/config/object_reader.hpp"

namespace errata {

// `match`: status, content type and header fields.
void read_head_tests(object_reader& in, bool for_successes, shape_rule& out);

// `when`: one test of the body, or a list of them.
void read_body_tests(const located_value& value, shape_rule& out);

// `extract`: where message, code and param come from.
void read_extraction(object_reader& in, shape_rule& out);

}  // namespace errata
