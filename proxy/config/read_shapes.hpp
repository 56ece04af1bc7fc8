// errors.shapes and errors.success_errors: the operator's own rules, and the routes they are for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policies/normalize/shape_rule.hpp"
#include "proxy/config/object_reader.hpp"

namespace errata {

// Rules as they were read. Their routes are names still: errors are read before routes, whose
// `respond` names codes. Refers to the tree that is read from.
struct operator_shapes {
  struct route_name {
    located_value where;
    std::string name;
  };
  struct placed_rule {
    std::shared_ptr<const shape_rule> rule;
    std::vector<route_name> routes;
    bool every_route = true;
    bool for_successes = false;
  };
  std::vector<placed_rule> rules;  // in the order of the file
};

// `errors`: the object under that key.
void read_shapes(object_reader& errors, operator_shapes& out);

// After routes: gives each route its rules, and reports names that are no route's.
void place_shapes(const operator_shapes& shapes, configuration& out);

}  // namespace errata
