#include "proxy/wire/socket.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>

#include "tests/proxy/wire/socket_bench.hpp"

using namespace errata;
using namespace errata::testing;
using errata::wire::io_status;

BOOST_AUTO_TEST_SUITE(wire_socket)

BOOST_AUTO_TEST_CASE(reads_what_is_there_and_tells_the_rest) {
  connected_pair pair;
  BOOST_TEST(pair.own->maybe_readable());
  pair.send("hello");
  BOOST_TEST(pair.read(3) == "hel");
  BOOST_TEST((pair.last == io_status::ok));
  BOOST_TEST(pair.read(3) == "lo");
  BOOST_TEST(pair.read() == "");
  BOOST_TEST((pair.last == io_status::would_block));
  BOOST_TEST(!pair.own->maybe_readable());
  pair.close_peer();
  pair.own->distrust();
  pair.read();
  BOOST_TEST((pair.last == io_status::end));
}

BOOST_AUTO_TEST_CASE(tries_no_read_between_would_block_and_the_next_event) {
  connected_pair pair;
  pair.read();
  pair.send("late");
  BOOST_TEST(pair.read() == "");
  BOOST_TEST((pair.last == io_status::would_block));
  pair.own->want_read();
  pair.run_until_woken(1);
  BOOST_TEST(pair.own->maybe_readable());
  BOOST_TEST(pair.read() == "late");
}

BOOST_AUTO_TEST_CASE(wakes_once_for_each_time_it_is_asked) {
  connected_pair pair;
  // The first wake-up may be spurious: who is woken tries, and asks again.
  for (int i = 0; i < 2; ++i) {
    pair.read();
    pair.own->want_read();
    pair.poll();
  }
  const int before = pair.who.count;
  pair.own->want_read();
  pair.send("a");
  pair.run_until_woken(before + 1);
  pair.poll();
  BOOST_TEST(pair.who.count == before + 1, "asked twice, woken once");
  BOOST_TEST(pair.read() == "a");
  pair.read();
  pair.send("b");
  pair.poll();
  BOOST_TEST(pair.who.count == before + 1, "nobody asked");
  // The event that came meanwhile is not lost.
  pair.own->want_read();
  pair.run_until_woken(before + 2);
  BOOST_TEST(pair.read() == "b");
}

BOOST_AUTO_TEST_CASE(wakes_for_the_end_of_the_stream) {
  connected_pair pair;
  pair.read();
  pair.own->want_read();
  pair.close_peer();
  pair.run_until_woken(1);
  pair.read();
  BOOST_TEST((pair.last == io_status::end));
}

BOOST_AUTO_TEST_CASE(wakes_whoever_was_named_last) {
  connected_pair pair;
  counting_waker other;
  pair.read();
  pair.own->want_read();
  pair.own->notify(other);
  pair.send("x");
  const auto until = std::chrono::steady_clock::now() + patience;
  while (other.count == 0 && std::chrono::steady_clock::now() < until) {
    pair.loop.restart();
    pair.loop.run_one_for(patience);
  }
  BOOST_TEST(other.count == 1);
  BOOST_TEST(pair.who.count == 0);
}

BOOST_AUTO_TEST_CASE(sends_gathered_pieces_in_order) {
  connected_pair pair;
  const std::string texts[] = {"one ", "", "two ", std::string(1000, '3')};
  const std::array pieces = {piece(texts[0]), piece(texts[1]), piece(texts[2]), piece(texts[3])};
  const auto done = pair.own->write(pieces);
  BOOST_TEST((done.status == io_status::ok));
  BOOST_TEST(done.bytes == 1008u);
  BOOST_TEST(pair.receive() == "one two " + texts[3]);
}

BOOST_AUTO_TEST_CASE(waits_for_room_to_write) {
  connected_pair pair;
  const std::size_t sent = fill(*pair.own);
  BOOST_TEST(sent > 0u);
  BOOST_TEST(pair.receive().size() == sent);
  const std::string text = "more";
  const iovec one = piece(text);
  BOOST_TEST((pair.own->write({&one, 1}).status == io_status::would_block), "not tried");
  pair.own->want_write();
  pair.run_until_woken(1);
  BOOST_TEST((pair.own->write({&one, 1}).status == io_status::ok));
  BOOST_TEST(pair.receive() == "more");
}

BOOST_AUTO_TEST_CASE(peeks_without_taking) {
  connected_pair pair;
  BOOST_TEST((pair.own->peek().status == io_status::would_block));
  pair.send("x");
  BOOST_TEST((pair.own->peek().status == io_status::ok), "the kernel is always asked");
  BOOST_TEST((pair.own->peek().status == io_status::ok));
  pair.own->distrust();
  BOOST_TEST(pair.read() == "x");
  pair.close_peer();
  BOOST_TEST((pair.own->peek().status == io_status::end));
}

BOOST_AUTO_TEST_CASE(assumes_drained_only_after_a_short_read) {
  connected_pair pair;
  pair.send("whole");
  pair.read(5);
  pair.own->assume_drained();
  BOOST_TEST(pair.own->maybe_readable(), "the room was filled: more may wait");
  pair.send("short");
  pair.read(100);
  pair.own->assume_drained();
  BOOST_TEST(!pair.own->maybe_readable());
  pair.own->distrust();
  BOOST_TEST(pair.own->maybe_readable());
}

// Pipelined bytes that came while the answer was under way: the event is not told twice.
BOOST_AUTO_TEST_CASE(assumes_nothing_away_that_came_after_the_short_read) {
  connected_pair pair;
  for (int i = 0; i < 2; ++i) {
    pair.read();
    pair.own->want_read();
    pair.poll();
  }
  pair.own->want_read();
  pair.send("short");
  pair.run_until_woken(pair.who.count + 1);
  BOOST_TEST(pair.read(100) == "short");
  pair.own->assume_drained();
  pair.own->want_read();
  pair.send("next");
  pair.run_until_woken(pair.who.count + 1);
  pair.own->assume_drained();
  BOOST_TEST(pair.own->maybe_readable());
  BOOST_TEST(pair.read(100) == "next");
}

BOOST_AUTO_TEST_CASE(fails_to_write_to_a_peer_that_is_gone_without_a_signal) {
  connected_pair pair;
  pair.close_peer();
  const std::string text = "x";
  const iovec one = piece(text);
  const auto done = pair.own->write({&one, 1});
  BOOST_TEST((done.status == io_status::failed));
  BOOST_TEST(done.error == EPIPE);
}

BOOST_AUTO_TEST_CASE(ends_its_sending_side_and_still_reads) {
  connected_pair pair;
  pair.own->shutdown_send();
  char byte = 0;
  BOOST_TEST(::recv(pair.peer, &byte, 1, 0) == 0);
  pair.send("answer");
  BOOST_TEST(pair.read() == "answer");
}

BOOST_AUTO_TEST_CASE(says_failed_when_it_is_closed) {
  connected_pair pair;
  const std::string text = "x";
  const iovec one = piece(text);
  pair.own->close();
  pair.own->close();
  BOOST_TEST(!pair.own->is_open());
  pair.read();
  BOOST_TEST((pair.last == io_status::failed));
  BOOST_TEST((pair.own->write({&one, 1}).status == io_status::failed));
  BOOST_TEST((pair.own->peek().status == io_status::failed));
  pair.own->want_read();
  pair.own->want_write();
  pair.own->shutdown_send();
  pair.own->reset_on_close();
  char byte = 0;
  BOOST_TEST(::recv(pair.peer, &byte, 1, 0) == 0, "the peer sees the end");
}

BOOST_AUTO_TEST_CASE(wakes_nobody_after_it_was_closed) {
  connected_pair pair;
  pair.read();
  pair.own->want_read();
  pair.own->want_write();
  pair.send("x");
  pair.own->close();
  pair.poll();
  pair.poll();
  BOOST_TEST(pair.who.count == 0);
}

// A connection that is woken may end, and its sockets with it.
BOOST_AUTO_TEST_CASE(may_be_freed_by_what_it_wakes) {
  connected_pair pair;
  pair.read();
  fill(*pair.own);
  pair.own->want_read();
  pair.own->want_write();
  pair.who.then = [&] { pair.own.reset(); };
  pair.send("x");
  pair.receive();
  pair.run_until_woken(1);
  pair.poll();
  BOOST_TEST(pair.who.count == 1);
  BOOST_TEST(pair.own == nullptr);
}

BOOST_AUTO_TEST_CASE(survives_a_loop_that_is_never_run) {
  auto pair = std::make_unique<connected_pair>();
  pair->own->want_read();
  pair->own->want_write();
  pair->send("x");
  pair->own.reset();
  pair.reset();
}

BOOST_AUTO_TEST_SUITE_END()
