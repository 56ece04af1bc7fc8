#include "proxy/wire/splice.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "tests/proxy/wire/splice_bench.hpp"

using namespace errata;
using namespace errata::wire;
using namespace errata::testing;

BOOST_AUTO_TEST_SUITE(splice_between_sockets)

#ifdef ERRATA_SPLICE

namespace {

std::string text_of(std::size_t size) {
  std::string out(size, '\0');
  unsigned state = 1;
  for (char& c : out) c = static_cast<char>('a' + (state = state * 1664525U + 1013904223U) % 26);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(moves_no_more_than_it_is_asked_for) {
  splice_bench b;
  body_pipe pipe(b.pool);
  b.send("the bodyGET /next");
  const auto got = pipe.fill(*b.from, 8);
  BOOST_REQUIRE(got.has_value());
  BOOST_TEST((got->status == io_status::ok));
  BOOST_TEST(got->bytes == 8u);
  BOOST_TEST(!pipe.empty());
  const auto sent = pipe.drain(*b.to);
  BOOST_TEST((sent.status == io_status::ok));
  BOOST_TEST(sent.bytes == 8u);
  BOOST_TEST(pipe.empty());
  b.await_received(8);
  BOOST_TEST(b.received() == "the body");
  std::array<char, 64> rest{};
  b.from->assume_drained();  // must not hide what was left behind
  const auto behind = b.from->read(rest);
  BOOST_TEST(std::string_view(rest.data(), behind.bytes) == "GET /next");
}

BOOST_AUTO_TEST_CASE(waits_for_a_source_that_has_nothing) {
  splice_bench b;
  body_pipe pipe(b.pool);
  auto got = pipe.fill(*b.from, 8);
  BOOST_REQUIRE(got.has_value());
  BOOST_TEST((got->status == io_status::would_block));
  BOOST_TEST(!b.from->maybe_readable());
  b.from->want_read();
  b.send("more");
  BOOST_TEST(comes_true([&] {
    b.poll();
    return b.who.count > 0;
  }));
  got = pipe.fill(*b.from, 8);
  BOOST_REQUIRE(got.has_value());
  BOOST_TEST(got->bytes == 4u);
}

// Until the other side is full nobody reads there; then all of it goes, in the same order.
BOOST_AUTO_TEST_CASE(keeps_what_the_other_side_does_not_take) {
  splice_bench b;
  const std::string text = text_of(16 << 20);  // more than the kernel keeps of one connection
  std::size_t given = 0;
  std::string got;
  bool is_full = false;
  body_pipe pipe(b.pool);
  const auto step = [&] {
    if (is_full) got += b.received();
    if (given < text.size()) {
      const ssize_t more =
          ::send(b.far_from, text.data() + given, text.size() - given, MSG_NOSIGNAL);
      if (more > 0) given += static_cast<std::size_t>(more);
    }
    if (pipe.empty()) {
      b.from->distrust();
      const auto filled = pipe.fill(*b.from, text.size());
      BOOST_REQUIRE(filled.has_value());
      BOOST_REQUIRE((filled->status == io_status::ok || filled->status == io_status::would_block));
      BOOST_REQUIRE(filled->bytes <= pipe_fill);
    }
    if (!pipe.empty()) {
      const auto sent = pipe.drain(*b.to);
      BOOST_REQUIRE((sent.status == io_status::ok || sent.status == io_status::would_block));
      if (sent.status == io_status::would_block) {
        is_full = true;
        BOOST_REQUIRE(!b.to->maybe_writable());
        b.to->want_write();
        b.poll();
      }
    }
    return got.size() >= text.size();
  };
  BOOST_TEST(comes_true(step));
  BOOST_TEST(is_full);
  BOOST_TEST((got == text));
}

BOOST_AUTO_TEST_CASE(adds_to_what_it_holds_until_it_is_full) {
  splice_bench b;
  body_pipe pipe(b.pool);
  const std::string text = text_of(pipe_fill + 1000);
  std::size_t taken = 0;
  for (std::size_t given = 0; !pipe.full();) {
    const std::size_t part = std::min<std::size_t>(20'000, text.size() - given);
    b.send(std::string_view(text).substr(given, part));
    given += part;
    b.from->distrust();
    const auto got = pipe.fill(*b.from, text.size() - taken);
    BOOST_REQUIRE(got.has_value());
    BOOST_REQUIRE((got->status == io_status::ok));
    taken += got->bytes;
    BOOST_REQUIRE(taken <= pipe_fill);
    BOOST_TEST(b.pool.open() == 1u);
  }
  BOOST_TEST(taken == pipe_fill);
  std::string got;
  while (!pipe.empty()) {
    const auto sent = pipe.drain(*b.to);
    BOOST_REQUIRE((sent.status == io_status::ok || sent.status == io_status::would_block));
    got += b.received();
    if (sent.status == io_status::would_block) {
      b.to->want_write();
      b.poll();
    }
  }
  got += b.received();
  BOOST_TEST((got == text.substr(0, pipe_fill)));
}

// The socket is asked again once the pipe is empty.
BOOST_AUTO_TEST_CASE(does_not_take_a_pipe_that_holds_something_for_an_empty_socket) {
  splice_bench b;
  body_pipe pipe(b.pool);
  b.send("body");
  BOOST_REQUIRE(pipe.fill(*b.from, 100).has_value());
  const auto more = pipe.fill(*b.from, 96);
  BOOST_REQUIRE(more.has_value());
  BOOST_TEST((more->status == io_status::would_block));
  BOOST_TEST(b.from->maybe_readable());
  BOOST_TEST(pipe.drain(*b.to).bytes == 4u);
  BOOST_TEST((pipe.fill(*b.from, 96)->status == io_status::would_block));
  BOOST_TEST(!b.from->maybe_readable());
}

BOOST_AUTO_TEST_CASE(frames_what_it_holds_as_a_chunk) {
  splice_bench b;
  body_pipe pipe(b.pool);
  std::size_t bytes = 0;
  for (const bool last : {false, true}) {
    b.send("twelve bytes");
    b.from->distrust();
    for (int i = 0; i < 2; ++i) BOOST_TEST(pipe.fill(*b.from, 6)->bytes == 6u);
    pipe.as_chunk(last);
    while (!pipe.empty()) {
      const auto sent = pipe.drain(*b.to);
      BOOST_REQUIRE((sent.status == io_status::ok));
      bytes += sent.bytes;
    }
  }
  const std::string wanted = "c\r\ntwelve bytes\r\nc\r\ntwelve bytes\r\n0\r\n\r\n";
  BOOST_TEST(b.received() == wanted);
  BOOST_TEST(bytes == wanted.size());
  b.send("the rest of one");
  b.from->distrust();
  BOOST_REQUIRE(pipe.fill(*b.from, 100).has_value());
  pipe.end_chunk();
  while (!pipe.empty()) BOOST_REQUIRE((pipe.drain(*b.to).status == io_status::ok));
  BOOST_TEST(b.received() == "the rest of one\r\n");
  b.send("dropped");
  b.from->distrust();
  BOOST_REQUIRE(pipe.fill(*b.from, 7).has_value());
  pipe.as_chunk(true);
  pipe.release();
  BOOST_TEST(pipe.empty());
  BOOST_TEST(b.pool.open() == 0u);
}

BOOST_AUTO_TEST_CASE(tells_an_end_from_a_failure) {
  {
    splice_bench b;
    body_pipe pipe(b.pool);
    b.send("last");
    splice_bench::end(b.far_from, *b.from);
    auto got = pipe.fill(*b.from, 100);
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->bytes == 4u);
    BOOST_TEST((pipe.drain(*b.to).status == io_status::ok));
    got = pipe.fill(*b.from, 96);
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST((got->status == io_status::end));
  }
  {
    splice_bench b;
    body_pipe pipe(b.pool);
    splice_bench::reset(b.far_from, *b.from);
    const auto got = pipe.fill(*b.from, 100);
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST((got->status == io_status::failed));
    BOOST_TEST(got->error == ECONNRESET);
  }
  {
    splice_bench b;
    body_pipe pipe(b.pool);
    b.send("nobody wants it");
    splice_bench::reset(b.far_to, *b.to);
    BOOST_REQUIRE(pipe.fill(*b.from, 100).has_value());
    // Twice: the second would raise SIGPIPE.
    BOOST_TEST((pipe.drain(*b.to).status == io_status::failed));
    BOOST_TEST((pipe.drain(*b.to).status == io_status::failed));
    b.from->close();
    b.to->close();
    BOOST_TEST((pipe.drain(*b.to).status == io_status::failed));
    pipe.release();
    BOOST_TEST((pipe.fill(*b.from, 100)->status == io_status::failed));
  }
}

BOOST_AUTO_TEST_CASE(keeps_a_pipe_while_it_is_needed_and_no_longer) {
  splice_bench b;
  {
    body_pipe pipe(b.pool);
    BOOST_TEST(b.pool.open() == 0u);
    BOOST_REQUIRE(pipe.fill(*b.from, 8).has_value());  // nothing there
    BOOST_TEST(b.pool.open() == 1u);
    b.pool.sweep();
    b.from->distrust();
    b.send("body");
    BOOST_REQUIRE(pipe.fill(*b.from, 8).has_value());
    BOOST_TEST(b.pool.open() == 1u, "the same one");
    b.pool.sweep();
    BOOST_TEST(b.pool.open() == 1u, "bytes are in it");
    BOOST_TEST((pipe.drain(*b.to).status == io_status::ok));
  }
  b.pool.sweep();
  BOOST_TEST(b.pool.open() == 1u, "was needed since");
  b.pool.sweep();
  BOOST_TEST(b.pool.open() == 0u);
}

BOOST_AUTO_TEST_CASE(closes_a_pipe_that_is_not_empty) {
  splice_bench b;
  b.send("left behind");
  {
    body_pipe pipe(b.pool);
    BOOST_REQUIRE(pipe.fill(*b.from, 100).has_value());
    BOOST_TEST(b.pool.open() == 1u);
  }
  BOOST_TEST(b.pool.open() == 0u);
}

BOOST_AUTO_TEST_CASE(makes_a_bounded_number_of_pipes) {
  splice_bench b;
  std::list<body_pipe> pipes;
  for (std::size_t i = 0; i < pipe_pool::most_pipes; ++i) {
    b.send("x");
    BOOST_REQUIRE(pipes.emplace_back(b.pool).fill(*b.from, 1).has_value());
  }
  BOOST_TEST(b.pool.open() == pipe_pool::most_pipes);
  b.send("x");
  body_pipe more(b.pool);
  BOOST_TEST(!more.fill(*b.from, 1).has_value());
  pipes.pop_front();
  BOOST_TEST(more.fill(*b.from, 1).has_value());
}

BOOST_AUTO_TEST_CASE(makes_no_pipe_where_descriptors_are_kept_for_others) {
  splice_bench b;
  pipe_pool strict(3);
  body_pipe pipe(strict);
  b.send("x");
  BOOST_TEST(!pipe.fill(*b.from, 1).has_value());
  BOOST_TEST(strict.open() == 0u);
  std::array<char, 8> bytes{};
  BOOST_TEST(b.from->read(bytes).bytes == 1u, "nothing is lost");
}

BOOST_AUTO_TEST_CASE(falls_back_where_the_kernel_does_not_splice) {
  splice_bench b;
  wire::socket odd(b.loop, ::epoll_create1(EPOLL_CLOEXEC), b.who);
  BOOST_REQUIRE(odd.is_open());
  body_pipe pipe(b.pool);
  BOOST_TEST(!pipe.fill(odd, 1).has_value());
  b.send("x");
  BOOST_TEST(!pipe.fill(*b.from, 1).has_value(), "it is not tried again");
  std::array<char, 8> bytes{};
  BOOST_TEST(b.from->read(bytes).bytes == 1u);
}

#else

BOOST_AUTO_TEST_CASE(lends_no_pipe_where_it_is_not_built) {
  splice_bench b;
  body_pipe pipe(b.pool);
  b.send("x");
  BOOST_TEST(!pipe.fill(*b.from, 1).has_value());
  BOOST_TEST(pipe.empty());
  b.pool.sweep();
  BOOST_TEST(b.pool.open() == 0u);
  std::array<char, 8> bytes{};
  BOOST_TEST(b.from->read(bytes).bytes == 1u);
}

#endif  // ERRATA_SPLICE

BOOST_AUTO_TEST_SUITE_END()
