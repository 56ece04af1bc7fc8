#include "proxy/wire/socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace errata;
using errata::wire::io_result;
using errata::wire::io_status;

BOOST_AUTO_TEST_SUITE(wire_socket)

namespace {

constexpr auto patience = std::chrono::seconds(10);

struct counting_waker final : waker {
  void wake() override {
    ++count;
    if (then) then();
  }
  int count = 0;
  std::function<void()> then;
};

// A socket under test, and the plain other end of it.
struct connected_pair {
  explicit connected_pair(wire::watching when = wire::watching::at_once) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    peer = ends[1];
    own = std::make_unique<wire::socket>(loop, ends[0], who, when);
    BOOST_REQUIRE(own->is_open());
  }
  ~connected_pair() {
    own.reset();
    close_peer();
    loop.poll();
  }
  connected_pair(const connected_pair&) = delete;
  void close_peer() {
    if (peer >= 0) ::close(peer);
    peer = -1;
  }
  void send(std::string_view text) const {
    BOOST_REQUIRE(::send(peer, text.data(), text.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(text.size()));
  }
  // What the peer can receive now.
  std::string receive() const {
    std::string out;
    std::array<char, 65536> block;
    while (true) {
      const ssize_t got = ::recv(peer, block.data(), block.size(), 0);
      if (got <= 0) return out;
      out.append(block.data(), static_cast<std::size_t>(got));
    }
  }
  void run_until_woken(int times) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (who.count < times && std::chrono::steady_clock::now() < until) {
      loop.restart();
      loop.run_one_for(patience);
    }
    BOOST_TEST(who.count >= times);
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  std::string read(std::size_t room = 1024) {
    std::string into(room, '\0');
    const io_result got = own->read(into);
    last = got.status;
    return into.substr(0, got.bytes);
  }

  boost::asio::io_context loop;
  counting_waker who;
  std::unique_ptr<wire::socket> own;
  int peer = -1;
  io_status last = io_status::ok;
};

iovec piece(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size()};
}

// epoll watches epoll only so deep: the last of this chain is watched by nothing more. That one is
// its user's to close.
class unwatchable {
 public:
  unwatchable() : chain_{::epoll_create1(EPOLL_CLOEXEC)} {
    while (chain_.size() < 20) {
      epoll_event event{};
      const int next = ::epoll_create1(EPOLL_CLOEXEC);
      if (::epoll_ctl(next, EPOLL_CTL_ADD, chain_.back(), &event) != 0) {
        ::close(next);
        break;
      }
      chain_.push_back(next);
    }
    BOOST_REQUIRE(chain_.size() < 20u);
    last_ = chain_.back();
    chain_.pop_back();
  }
  ~unwatchable() {
    for (const int one : chain_) ::close(one);
  }
  unwatchable(const unwatchable&) = delete;
  int last() const noexcept { return last_; }

 private:
  std::vector<int> chain_;
  int last_ = -1;
};

struct tcp_ends {
  int one;  // accepted
  int other;
};

tcp_ends connect_over_loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* where = reinterpret_cast<sockaddr*>(&address);
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BOOST_REQUIRE(::bind(listening, where, size) == 0);
  BOOST_REQUIRE(::listen(listening, 1) == 0);
  BOOST_REQUIRE(::getsockname(listening, where, &size) == 0);
  const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BOOST_REQUIRE(::connect(other, where, size) == 0);
  const int one = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  BOOST_REQUIRE(one >= 0);
  ::close(listening);
  return {one, other};
}

// Writes until nothing more goes.
std::size_t fill(wire::socket& into) {
  const std::string block(65536, 'x');
  const iovec one = piece(block);
  std::size_t total = 0;
  while (true) {
    const auto done = into.write({&one, 1});
    if (done.status != io_status::ok) return total;
    total += done.bytes;
  }
}

}  // namespace

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
  const tcp_ends ends = connect_over_loopback();
  wire::socket own(loop, ends.one, who);
  const std::string text = "the last";
  const iovec one = piece(text);
  BOOST_TEST(own.write({&one, 1}, wire::socket::after::end).bytes == text.size());
  pollfd waits{ends.other, POLLIN, 0};
  BOOST_TEST(::poll(&waits, 1, 0) == 0, "nothing goes alone");
  own.shutdown_send();
  BOOST_REQUIRE(::poll(&waits, 1, 20'000) == 1);
  // Both are there at once.
  std::array<char, 64> got{};
  BOOST_TEST(::recv(ends.other, got.data(), got.size(), 0) == static_cast<ssize_t>(text.size()));
  BOOST_TEST(::recv(ends.other, got.data(), got.size(), MSG_DONTWAIT) == 0);
  ::close(ends.other);
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
