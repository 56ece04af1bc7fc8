#include "proxy/cli/demo.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

using namespace errata;
using boost::asio::ip::tcp;

namespace {

// A port that another program listens at.
struct taken_port {
  boost::asio::io_context context;
  tcp::acceptor acceptor{context, {boost::asio::ip::address_v4::loopback(), 0}};
  std::uint16_t port() const { return acceptor.local_endpoint().port(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(demo_suite)

BOOST_AUTO_TEST_CASE(keeps_every_promise_of_its_table) {
  BOOST_TEST(demo_command({0, 0, true}) == 0);
}

BOOST_FIXTURE_TEST_CASE(exits_3_when_a_port_is_taken, taken_port) {
  BOOST_TEST(demo_command({port(), 0, true}) == 3);
  BOOST_TEST(demo_command({0, port(), true}) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
