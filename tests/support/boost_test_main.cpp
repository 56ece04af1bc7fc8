#define BOOST_TEST_MODULE errata
#include <boost/test/unit_test.hpp>
