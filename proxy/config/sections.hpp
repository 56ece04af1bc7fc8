// The parts of the configuration file, each read by one function into its part of the result.
// All report what is wrong through the reader they are given. reader.cpp calls them in an order in
// which names are defined before they are referred to.
#pragma once

#include "proxy/config/object_reader.hpp"
#include "proxy/config/read_shapes.hpp"

namespace errata {

void read_listeners(object_reader& root, configuration& out);
void read_upstreams(object_reader& root, configuration& out);
void read_rate_limits(object_reader& root, configuration& out);
void read_errors(object_reader& root, configuration& out, operator_shapes& shapes);

// After upstreams, rate limits and errors: routes refer to all three.
void read_routes(object_reader& root, configuration& out);

// cors.
void read_cors(object_reader& root, configuration& out);

// request_id, trusted_proxies, via.
void read_identity(object_reader& root, configuration& out);

// threads, limits, timeouts, access_log.
void read_process(object_reader& root, configuration& out);

}  // namespace errata
