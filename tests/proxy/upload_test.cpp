#include "proxy/upload.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "tests/proxy/wire/far_end.hpp"

using namespace errata;
using namespace errata::testing;

BOOST_AUTO_TEST_SUITE(upload_of_a_request)

namespace {

using state = upload::state;

constexpr std::string_view head = "POST / HTTP/1.1\r\nHost: a\r\n\r\n";

const char* name_of(state s) {
  switch (s) {
    case state::idle:
      return "idle";
    case state::running:
      return "running";
    case state::complete:
      return "complete";
    case state::client_gone:
      return "client_gone";
    case state::client_malformed:
      return "client_malformed";
    case state::too_large:
      return "too_large";
    case state::upstream_gone:
      break;
  }
  return "upstream_gone";
}

// Client and upstream as socket pairs, with their far ends in the test's hands.
struct bench {
  explicit bench(body_framing framing, bool hold = false, std::uint64_t limit = 1 << 20)
      : body(framing, wire::chunk_scanner::output::framed) {
    client = open(far_client);
    upstream = open(far_upstream);
    input.acquire();
    sending.begin(*client, input, *out, head, body, limit, hold);
  }
  ~bench() {
    client.reset();
    upstream.reset();
    close_end(far_client);
    close_end(far_upstream);
    loop.poll();
  }
  bench(const bench&) = delete;

  std::unique_ptr<wire::socket> open(int& far) {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    far = ends[1];
    return std::make_unique<wire::socket>(loop, ends[0], who);
  }
  // Puts `text` into the input buffer, as if it had come with the head.
  void has_already(std::string_view text) {
    const auto room = input.space();
    std::copy(text.begin(), text.end(), room.begin());
    input.commit(text.size());
  }
  void client_sends(std::string_view text) {
    BOOST_REQUIRE(::send(far_client, text.data(), text.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(text.size()));
    loop.restart();
    loop.poll();
  }
  std::string upstream_got() const { return take_all(far_upstream); }
  const char* step() {
    changed = sending.step(*upstream);
    return name_of(sending.now());
  }

  boost::asio::io_context loop;
  counting_waker who;
  int far_client = -1;
  int far_upstream = -1;
  std::unique_ptr<wire::socket> client;
  std::unique_ptr<wire::socket> upstream;
  wire::buffer_pool pool;
  wire::buffer input{pool};
  std::unique_ptr<wire::pieces> out = std::make_unique<wire::pieces>();
  wire::body_reader body;
  wire::pipe_pool pipes{1 << 20};
  upload sending{pipes};
  bool changed = false;
};

constexpr body_framing of_length(std::uint64_t bytes) {
  return {body_framing::length, bytes};
}
constexpr body_framing in_chunks{body_framing::chunked, 0};

}  // namespace

BOOST_AUTO_TEST_CASE(sends_a_head_without_a_body) {
  bench b({});
  BOOST_TEST(b.sending.is_running());
  BOOST_TEST(!b.sending.head_sent());
  BOOST_TEST(b.upstream_got() == "", "nothing is sent by begin()");
  BOOST_TEST(b.step() == "complete");
  BOOST_TEST(b.changed);
  BOOST_TEST(b.sending.head_sent());
  BOOST_TEST(b.sending.sent_bytes() == head.size());
  BOOST_TEST(b.upstream_got() == head);
  BOOST_TEST(b.sending.take_progress());
  BOOST_TEST(!b.sending.take_progress());
  BOOST_TEST(!b.sending.has_read());
}

BOOST_AUTO_TEST_CASE(sends_a_body_as_it_comes) {
  const struct {
    const char* why;
    body_framing framing;
    std::string first;
    std::string second;
    std::string sent;
  } rows[] = {
      {"whole with the head", of_length(5), "hello", "", "hello"},
      {"in two", of_length(5), "he", "llo", "hello"},
      {"after the head", of_length(5), "", "hello", "hello"},
      {"pipelined request stays", of_length(5), "helloGET /", "", "hello"},
      {"chunks", in_chunks, "5\r\nhello\r\n0\r\n\r\n", "", "5\r\nhello\r\n0\r\n\r\n"},
      {"chunks, made canonical", in_chunks, "005;x\r\nhe", "llo\r\n0\r\nT: u\r\n\r\nGET /",
       "5\r\nhello\r\n0\r\n\r\n"},
      {"chunks cut inside framing", in_chunks, "5\r\nhello\r", "\n0\r\n\r\n",
       "5\r\nhello\r\n0\r\n\r\n"},
      {"no data", in_chunks, "0\r\n", "\r\n", "0\r\n\r\n"},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.why) {
      bench b(r.framing);
      b.has_already(r.first);
      const std::string after_first = b.step();
      BOOST_TEST(after_first == (r.second.empty() ? "complete" : "running"));
      if (!r.second.empty()) {
        BOOST_TEST(b.sending.waits_for_client());
        BOOST_TEST(!b.changed);
        b.client_sends(r.second);
        BOOST_TEST(b.who.count > 0);
        BOOST_TEST(b.step() == "complete");
        BOOST_TEST(b.sending.has_read());
      }
      BOOST_TEST(b.changed);
      BOOST_TEST(b.upstream_got() == std::string(head) + r.sent);
      BOOST_TEST(b.sending.sent_bytes() == head.size() + r.sent.size());
      const auto behind = (r.first + r.second).find("GET /");
      BOOST_TEST(b.input.view() == (behind == std::string::npos ? "" : "GET /"));
    }
  }
}

BOOST_AUTO_TEST_CASE(tells_why_a_body_cannot_be_sent) {
  const struct {
    const char* why;
    body_framing framing;
    std::uint64_t limit;
    std::string body;
    const char* wanted;
  } rows[] = {
      {"at the limit", of_length(5), 5, "hello", "complete"},
      {"over the limit", of_length(5), 4, "hello", "too_large"},
      {"chunks at the limit", in_chunks, 5, "5\r\nhello\r\n0\r\n\r\n", "complete"},
      {"chunks over the limit", in_chunks, 4, "5\r\nhello\r\n0\r\n\r\n", "too_large"},
      {"framing does not count", in_chunks, 5, "1\r\nh\r\n1\r\ne\r\n3\r\nllo\r\n0\r\n\r\n",
       "complete"},
      {"bad size", in_chunks, 99, "xyz\r\n", "client_malformed"},
      {"bad end of data", in_chunks, 99, "5\r\nhelloXX", "client_malformed"},
      {"bad trailer", in_chunks, 99, "0\r\nbad\r\n\r\n", "client_malformed"},
  };
  for (const auto& r : rows) {
    for (const bool later : {false, true}) {
      BOOST_TEST_CONTEXT(r.why << (later ? ", later" : "")) {
        bench b(r.framing, false, r.limit);
        if (later) {
          BOOST_TEST(b.step() == "running");
          b.client_sends(r.body);
        } else {
          b.has_already(r.body);
        }
        BOOST_TEST(b.step() == r.wanted);
        BOOST_TEST(b.changed);
        BOOST_TEST(!b.sending.is_running());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(notices_a_client_that_ends_inside_the_body) {
  for (const auto& framing : {of_length(5), in_chunks}) {
    bench b(framing);
    b.has_already("5\r\n");
    BOOST_TEST(b.step() == "running");
    close_end(b.far_client);
    b.loop.poll();
    BOOST_TEST(b.step() == "client_gone");
    BOOST_TEST(b.changed);
  }
}

BOOST_AUTO_TEST_CASE(notices_an_upstream_that_is_gone) {
  bench b(of_length(5));
  b.has_already("hello");
  close_end(b.far_upstream);
  BOOST_TEST(b.step() == "upstream_gone");
  BOOST_TEST(b.changed);
  BOOST_TEST(b.sending.sent_bytes() == 0u);
}

// Expect: 100-continue: nothing of the body leaves before the upstream asked for it.
// What the body reader has passed must not be left in the input: it would be read as a request.
BOOST_AUTO_TEST_CASE(leaves_nothing_of_the_body_behind_where_it_could_not_be_sent) {
  const std::string chunks = "5\r\nhello\r\n0\r\n\r\n";
  const std::string next = "GET /next HTTP/1.1\r\n";
  for (const bool chunked : {false, true}) {
    for (const bool gone : {false, true}) {
      BOOST_TEST_CONTEXT((chunked ? "chunked, " : "by length, ")
                         << (gone ? "the upstream is gone" : "the upstream takes nothing")) {
        bench b(chunked ? in_chunks : of_length(5));
        const std::string sent = chunked ? chunks : "hello";
        b.has_already(sent + next);
        if (gone) {
          close_end(b.far_upstream);
          BOOST_TEST(b.step() == "upstream_gone");
        } else {
          const std::string filler(1u << 20U, 'x');
          iovec piece{const_cast<char*>(filler.data()), filler.size()};
          while (b.upstream->write({&piece, 1}).status == wire::io_status::ok) {
          }
          BOOST_TEST(b.step() == "running");
          b.sending.stop();
        }
        BOOST_TEST(b.body.done());
        BOOST_TEST(b.input.view() == next);
        // A retry finds the body again.
        b.input.restore(b.sending.used_bytes());
        BOOST_TEST(b.input.view() == sent + next);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(holds_the_body_until_it_is_released) {
  bench b(of_length(5), true);
  b.has_already("hello");
  BOOST_TEST(b.step() == "running");
  BOOST_TEST(b.sending.is_held());
  BOOST_TEST(b.sending.head_sent());
  BOOST_TEST(b.upstream_got() == head);
  BOOST_TEST(b.step() == "running");
  BOOST_TEST(b.upstream_got() == "");
  b.sending.release_body();
  BOOST_TEST(!b.sending.is_held());
  BOOST_TEST(b.step() == "complete");
  BOOST_TEST(b.upstream_got() == "hello");
}

BOOST_AUTO_TEST_CASE(waits_for_an_upstream_that_takes_nothing) {
  const std::string text(60'000, 'b');
  bench b(of_length(text.size()));
  const int small = 1;  // the kernel makes it its least
  ::setsockopt(b.upstream->native_handle(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  b.has_already(text);
  std::string got;
  int waits = 0;
  while (b.sending.is_running() && waits < 1000) {
    b.step();
    BOOST_TEST(!b.sending.waits_for_client());
    if (!b.sending.is_running()) break;
    ++waits;
    const int wakes = b.who.count;
    got += b.upstream_got();
    b.loop.restart();
    b.loop.run_one_for(std::chrono::seconds(10));
    BOOST_TEST(b.who.count > wakes, "woken when there is room");
  }
  got += b.upstream_got();
  BOOST_TEST(name_of(b.sending.now()) == "complete");
  BOOST_TEST(waits > 0);
  BOOST_TEST((got == std::string(head) + text));
  BOOST_TEST(b.sending.sent_bytes() == got.size());
}

// A body that is whole in the buffer can be sent again on another connection.
BOOST_AUTO_TEST_CASE(can_be_begun_again_while_nothing_was_read) {
  bench b(in_chunks);
  const std::string coded = "005\r\nhello\r\n0\r\n\r\n";
  b.has_already(coded);
  BOOST_TEST(b.step() == "complete");
  BOOST_TEST(!b.sending.has_read());
  BOOST_TEST(b.sending.used_bytes() == coded.size());
  const std::string first = b.upstream_got();
  b.input.restore(b.sending.used_bytes());
  wire::body_reader again(in_chunks, wire::chunk_scanner::output::framed);
  b.sending.begin(*b.client, b.input, *b.out, head, again, 1 << 20, false);
  BOOST_TEST(b.sending.sent_bytes() == 0u);
  BOOST_TEST(b.step() == "complete");
  BOOST_TEST(b.upstream_got() == first);
  b.sending.stop();
  BOOST_TEST(name_of(b.sending.now()) == "idle");
  BOOST_TEST(!b.sending.step(*b.upstream));
}

BOOST_AUTO_TEST_CASE(sends_a_large_body_to_the_byte) {
  const std::string begin = "began";
  for (const std::size_t size : {32'773UL, 32'774UL, 200'000UL}) {
    BOOST_TEST_CONTEXT(size << " bytes") {
      std::string text(size, '\0');
      for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * i % 23);
      text.replace(0, begin.size(), begin);
      bench b(of_length(size));
      b.has_already(begin);
      BOOST_TEST(b.step() == "running");
      std::string got = b.upstream_got();
      BOOST_TEST(got == std::string(head) + begin);
      const std::string all = text + "GET /";
      std::size_t given = begin.size();
      for (int i = 0; i < 1000 && b.sending.is_running(); ++i) {
        const auto part = std::string_view(all).substr(given, 40'000);
        if (!part.empty()) b.client_sends(part);
        given += part.size();
        b.step();
        got += b.upstream_got();
      }
      BOOST_TEST(name_of(b.sending.now()) == "complete");
      BOOST_TEST(b.sending.has_read());
      BOOST_TEST(b.sending.sent_bytes() == head.size() + size);
      BOOST_TEST(b.body.data_bytes() == size);
      BOOST_TEST((got == std::string(head) + text));
      std::string behind(b.input.view());
      behind.resize(64);
      const std::size_t read = b.input.view().size();
      b.client->distrust();
      const auto rest = b.client->read(std::span(behind).subspan(read));
      behind.resize(read + rest.bytes);
      BOOST_TEST(behind == "GET /", "the next request is not touched");
    }
  }
}

BOOST_AUTO_TEST_CASE(drops_a_large_body_when_it_is_stopped) {
  const std::string text(100'000, 'b');
  bench b(of_length(1'000'000));
  const int small = 1;  // the kernel makes it its least
  ::setsockopt(b.upstream->native_handle(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  b.step();
  b.client_sends(text);
  b.step();
  BOOST_TEST(b.sending.is_running());
  b.sending.stop();
  BOOST_TEST(b.pipes.open() == 0u, "it held bytes");
}

BOOST_AUTO_TEST_CASE(lets_others_go_first_after_a_while) {
  // Each round sends one buffer; the input holds thousands of chunks, 48 pieces a round.
  bench b(in_chunks);
  std::string coded;
  for (int i = 0; i < 2000; ++i) coded += "01\r\nx\r\n";
  b.has_already(coded + "0\r\n\r\n");
  int turns = 0;
  while (b.sending.is_running() && turns < 1000) {
    b.step();
    BOOST_TEST((b.sending.wants_turn() == b.sending.is_running()));
    ++turns;
  }
  BOOST_TEST(name_of(b.sending.now()) == "complete");
  BOOST_TEST(turns > 1);
  BOOST_TEST(b.upstream_got().size() == head.size() + 2000 * 6 + 5);
}

BOOST_AUTO_TEST_CASE(drops_sent_bytes_from_the_front_of_pieces) {
  const std::string text = "aabbbcccc";
  for (std::size_t sent = 0; sent <= text.size(); ++sent) {
    wire::pieces out;
    const char* from = text.data();
    out.items[0] = {const_cast<char*>(from), 2};
    out.items[1] = {const_cast<char*>(from + 2), 3};
    out.items[2] = {const_cast<char*>(from + 5), 4};
    out.count = 3;
    // In two steps, at every place.
    for (std::size_t part = 0; part <= sent; ++part) {
      wire::pieces copy = out;
      const auto first = advance(copy, advance(copy, 0, part), sent - part);
      std::string left;
      for (std::size_t i = first; i < copy.count; ++i) {
        left.append(static_cast<const char*>(copy.items[i].iov_base), copy.items[i].iov_len);
      }
      BOOST_TEST(left == text.substr(sent), part << " and " << sent);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
