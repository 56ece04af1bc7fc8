#include "proxy/config/route_cover.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace errata;

BOOST_AUTO_TEST_SUITE(route_cover)

BOOST_AUTO_TEST_CASE(knows_which_route_hides_which) {
  struct row {
    route_match first;
    route_match later;
    bool hidden;
  };
  const row rows[] = {
      {{"", "", {}}, {"", "", {}}, true},
      {{"", "", {}}, {"h", "/a", {"GET"}}, true},
      {{"h", "", {}}, {"", "", {}}, false},
      {{"h", "", {}}, {"h", "/a", {}}, true},
      {{"*.h", "", {}}, {"a.h", "", {}}, true},
      {{"*.h", "", {}}, {"*.a.h", "", {}}, true},
      {{"*.h", "", {}}, {"*.h", "", {}}, true},
      {{"*.h", "", {}}, {"h", "", {}}, false},
      {{"*.a.h", "", {}}, {"*.h", "", {}}, false},
      {{"a.h", "", {}}, {"*.h", "", {}}, false},
      {{"", "/a", {}}, {"", "/a", {}}, true},
      {{"", "/a", {}}, {"", "/a/b", {}}, true},
      {{"", "/a", {}}, {"", "/ab", {}}, false},
      {{"", "/a", {}}, {"", "", {}}, false},
      {{"", "/a/b", {}}, {"", "/a", {}}, false},
      {{"", "", {"GET"}}, {"", "", {"GET"}}, true},
      {{"", "", {"GET"}}, {"", "", {"HEAD", "GET"}}, true},
      {{"", "", {"HEAD"}}, {"", "", {"GET"}}, false},
      {{"", "", {"GET"}}, {"", "", {"GET", "POST"}}, false},
      {{"", "", {"GET"}}, {"", "", {}}, false},
  };
  std::size_t index = 0;
  for (const row& r : rows) {
    BOOST_TEST(covers(r.first, r.later) == r.hidden, "row " << index);
    ++index;
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
