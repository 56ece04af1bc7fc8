#include "tests/support/breakable_server.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "tests/support/comes_true.hpp"

namespace errata::testing {

breakable_server::breakable_server(void (*behave)(origin_connection&), const settings& chosen)
    : origin(std::make_unique<scripted_origin>(behave)),
      server(std::make_unique<test_server>(*origin, chosen)) {}

breakable_server::~breakable_server() {
  BOOST_TEST(comes_true([&] {
    const auto now = server->proxy().counters();
    return now.exchanges_in_flight == 0 && now.connections_open == 0;
  }));
  server->drain();
  BOOST_TEST(server->proxy().counters().internal_errors == 0u);
  // The target alone may be that of another, by a garbled byte; not the id as well.
  std::map<std::string, int> posts;
  for (const auto& seen : origin->requests())
    if (seen.method == "POST" && ++posts[seen.target + seen.head.value("X-Request-Id")] > 1)
      BOOST_ERROR("a POST came twice: " + seen.head.raw);
  server.reset();
  origin.reset();
  BOOST_TEST(open_descriptors() == descriptors_before);
}

}  // namespace errata::testing
