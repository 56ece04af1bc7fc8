// When the kernel watches a socket, and what goes out with its end.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/proxy/wire/socket_bench.hpp"
#include "tests/proxy/wire/splice_bench.hpp"

using namespace errata;
using namespace errata::testing;
using errata::wire::io_status;

BOOST_AUTO_TEST_SUITE(wire_socket_watching)

BOOST_AUTO_TEST_CASE(closes_a_descriptor_that_cannot_be_watched) {
  boost::asio::io_context loop;
  counting_waker who;
  const unwatchable chain;
  const int fd = chain.last();
  const wire::socket refused(loop, fd, who);
  BOOST_TEST(!refused.is_open());
  BOOST_TEST(::fcntl(fd, F_GETFD) == -1);
}

// Who waits must not sleep for ever on what the kernel will not tell of.
BOOST_AUTO_TEST_CASE(wakes_who_asks_for_what_cannot_be_watched) {
  for (const bool to_read : {true, false}) {
    boost::asio::io_context loop;
    counting_waker who;
    const unwatchable chain;
    wire::socket refused(loop, chain.last(), who, wire::watching::when_asked);
    BOOST_REQUIRE(refused.is_open());
    if (to_read) {
      refused.want_read();
    } else {
      refused.want_write();
    }
    BOOST_TEST(who.count == 0, "not before it can sleep");
    loop.poll();
    BOOST_TEST(who.count == 1);
    BOOST_TEST(!refused.is_watched());
  }
}

BOOST_AUTO_TEST_CASE(is_not_watched_before_it_is_asked_to_wake) {
  connected_pair pair(wire::watching::when_asked);
  BOOST_TEST(!pair.own->is_watched());
  pair.send("a");
  BOOST_TEST(pair.read() == "a");
  pair.read();
  pair.send("b");
  pair.poll();
  BOOST_TEST(pair.who.count == 0);
  BOOST_TEST(!pair.own->is_watched());
  // What came before is told of as well.
  pair.own->want_read();
  BOOST_TEST(pair.own->is_watched());
  pair.run_until_woken(1);
  BOOST_TEST(pair.read() == "b");
  pair.read();
  pair.own->want_read();
  pair.poll();
  BOOST_TEST(pair.who.count == 1, "nothing came");
  pair.close_peer();
  pair.run_until_woken(2);
  pair.read();
  BOOST_TEST((pair.last == io_status::end));
}

BOOST_AUTO_TEST_CASE(may_be_asked_to_write_first) {
  connected_pair pair(wire::watching::when_asked);
  fill(*pair.own);
  // The first wake-up may be spurious.
  pair.own->want_write();
  BOOST_TEST(pair.own->is_watched());
  pair.poll();
  fill(*pair.own);
  const int before = pair.who.count;
  pair.own->want_write();
  pair.poll();
  BOOST_TEST(pair.who.count == before);
  pair.receive();
  pair.run_until_woken(before + 1);
  BOOST_TEST(pair.own->maybe_writable());
}

BOOST_AUTO_TEST_CASE(closes_what_was_never_watched) {
  connected_pair pair(wire::watching::when_asked);
  pair.own->close();
  std::array<char, 1> byte{};
  BOOST_TEST(::recv(pair.peer, byte.data(), byte.size(), 0) == 0);
}

BOOST_AUTO_TEST_CASE(keeps_the_loop_running_while_it_waits) {
  for (const auto when : {wire::watching::at_once, wire::watching::when_asked}) {
    connected_pair pair(when);
    pair.read();
    pair.own->want_read();
    pair.loop.restart();
    pair.loop.poll();
    pair.read();
    pair.own->want_read();
    pair.loop.restart();
    pair.loop.poll();
    BOOST_TEST(!pair.loop.stopped(), "somebody waits");
    pair.own->close();
    pair.poll();
    BOOST_TEST(pair.loop.stopped());
  }
}

// The end comes in the segment of the last bytes: a client is woken once and not twice.
BOOST_AUTO_TEST_CASE(sends_its_end_with_the_last_bytes) {
  boost::asio::io_context loop;
  counting_waker who;
  const auto ends = connect_ends();
  wire::socket own(loop, ends[0], who);
  const std::string text = "the last";
  const iovec one = piece(text);
  BOOST_TEST(own.write({&one, 1}, wire::socket::after::end).bytes == text.size());
  pollfd waits{ends[1], POLLIN, 0};
  BOOST_TEST(::poll(&waits, 1, 0) == 0, "nothing goes alone");
  own.shutdown_send();
  BOOST_REQUIRE(::poll(&waits, 1, 20'000) == 1);
  // Both are there at once.
  std::array<char, 64> got{};
  BOOST_TEST(::recv(ends[1], got.data(), got.size(), 0) == static_cast<ssize_t>(text.size()));
  BOOST_TEST(::recv(ends[1], got.data(), got.size(), MSG_DONTWAIT) == 0);
  ::close(ends[1]);
}

BOOST_AUTO_TEST_SUITE_END()
