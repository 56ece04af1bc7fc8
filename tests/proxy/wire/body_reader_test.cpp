#include "proxy/wire/body_reader.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace errata;
using namespace errata::wire;

BOOST_AUTO_TEST_SUITE(body_reader_of_framings)

namespace {

using output = chunk_scanner::output;
using state = body_reader::state;

const std::string chunked_hello = "3;x\r\nhel\r\n02\r\nlo\r\n0\r\nT: u\r\n\r\n";
constexpr std::uint64_t huge = 999'999'999'999'999'999;

std::string text_of(const pieces& from) {
  std::string out;
  for (std::size_t i = 0; i < from.count; ++i) {
    out.append(static_cast<const char*>(from.items[i].iov_base), from.items[i].iov_len);
  }
  return out;
}

const char* name_of(state s) {
  return s == state::done ? "done" : s == state::bad ? "bad" : "more";
}

}  // namespace

BOOST_AUTO_TEST_CASE(ends_where_the_framing_says) {
  const struct {
    const char* why;
    body_framing framing;
    output what;
    std::string bytes;
    std::string text;
    std::size_t consumed;
    std::uint64_t data_bytes;
    state last;
  } rows[] = {
      {"none", {}, output::framed, "next", "", 0, 0, state::done},
      {"length 0", {body_framing::length, 0}, output::framed, "next", "", 0, 0, state::done},
      {"length, short",
       {body_framing::length, 5},
       output::framed,
       "hell",
       "hell",
       4,
       4,
       state::more},
      {"length, whole",
       {body_framing::length, 5},
       output::framed,
       "hello",
       "hello",
       5,
       5,
       state::done},
      {"length, more behind",
       {body_framing::length, 5},
       output::framed,
       "helloGET /",
       "hello",
       5,
       5,
       state::done},
      {"length, huge",
       {body_framing::length, huge},
       output::framed,
       "hello",
       "hello",
       5,
       5,
       state::more},
      {"until close",
       {body_framing::until_close, 0},
       output::framed,
       "hello",
       "hello",
       5,
       5,
       state::more},
      {"chunked",
       {body_framing::chunked, 0},
       output::framed,
       chunked_hello + "GET /",
       "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
       chunked_hello.size(),
       5,
       state::done},
      {"chunked, data only",
       {body_framing::chunked, 0},
       output::data_only,
       chunked_hello + "GET /",
       "hello",
       chunked_hello.size(),
       5,
       state::done},
      {"chunked, short",
       {body_framing::chunked, 0},
       output::data_only,
       "3\r\nhe",
       "he",
       5,
       2,
       state::more},
      {"chunked, bad",
       {body_framing::chunked, 0},
       output::data_only,
       "3\r\nhelX",
       "hel",
       6,
       3,
       state::bad},
      {"nothing yet", {body_framing::length, 5}, output::framed, "", "", 0, 0, state::more},
      {"nothing yet, chunked",
       {body_framing::chunked, 0},
       output::framed,
       "",
       "",
       0,
       0,
       state::more},
  };
  for (const auto& r : rows) {
    BOOST_TEST_CONTEXT(r.why) {
      body_reader reader(r.framing, r.what);
      pieces out;
      std::size_t consumed = 99;
      BOOST_TEST(name_of(reader.take(r.bytes, out, consumed)) == name_of(r.last));
      BOOST_TEST(text_of(out) == r.text);
      BOOST_TEST(consumed == r.consumed);
      BOOST_TEST(reader.data_bytes() == r.data_bytes);
      BOOST_TEST(out.data_bytes == r.data_bytes);
      BOOST_TEST(reader.done() == (r.last == state::done));
      BOOST_TEST(reader.ends_with_stream() == (r.framing.kind == body_framing::until_close));
    }
  }
}

BOOST_AUTO_TEST_CASE(counts_what_is_still_to_come) {
  body_reader sized({body_framing::length, 10}, output::framed);
  pieces out;
  std::size_t consumed = 0;
  for (std::uint64_t left = 10; left > 0; left -= 2) {
    BOOST_TEST(!sized.done());
    BOOST_REQUIRE(sized.remaining().has_value());
    BOOST_TEST(*sized.remaining() == left);
    out.clear();
    sized.take("ab", out, consumed);
  }
  BOOST_TEST(sized.done());
  BOOST_TEST(sized.remaining().value() == 0u);
  BOOST_TEST(sized.data_bytes() == 10u);
  out.clear();
  BOOST_TEST(name_of(sized.take("next", out, consumed)) == "done");
  BOOST_TEST(consumed == 0u);
  BOOST_TEST(out.count == 0u);

  BOOST_TEST(body_reader({}, output::framed).remaining().value() == 0u);
  BOOST_TEST(!body_reader({body_framing::until_close, 0}, output::framed).remaining());
  body_reader coded({body_framing::chunked, 0}, output::framed);
  BOOST_TEST(!coded.remaining());
  out.clear();
  coded.take(chunked_hello, out, consumed);
  BOOST_TEST(coded.remaining().value() == 0u);
}

BOOST_AUTO_TEST_CASE(counts_what_goes_by_unseen) {
  body_reader reader({body_framing::length, 10}, output::framed);
  pieces out;
  std::size_t consumed = 0;
  BOOST_TEST(name_of(reader.take("abc", out, consumed)) == "more");
  reader.pass(6);
  BOOST_TEST(!reader.done());
  BOOST_TEST(reader.remaining().value() == 1u);
  reader.pass(1);
  BOOST_TEST(reader.done());
  BOOST_TEST(reader.data_bytes() == 10u);
  BOOST_TEST(reader.remaining().value() == 0u);
}

BOOST_AUTO_TEST_CASE(counts_what_goes_by_unseen_of_chunks) {
  body_reader reader({body_framing::chunked, 0}, output::data_only);
  pieces out;
  std::size_t consumed = 0;
  BOOST_TEST(reader.data_ahead() == 0u);
  BOOST_TEST(reader.framing_ahead() == 6u);
  BOOST_TEST(name_of(reader.take("a\r\nabc", out, consumed)) == "more");
  BOOST_TEST(reader.data_ahead() == 7u);
  BOOST_TEST(reader.chunk_bytes() == 10u);
  reader.pass(7);
  BOOST_TEST(!reader.done());
  BOOST_TEST(reader.data_ahead() == 0u);
  BOOST_TEST(reader.data_bytes() == 10u);
  BOOST_TEST(name_of(reader.take_framing("\r\n5\r\nhe", consumed)) == "more");
  BOOST_TEST(consumed == 5u);
  BOOST_TEST(reader.data_ahead() == 5u);
  reader.pass(5);
  BOOST_TEST(name_of(reader.take_framing("\r\n0\r\n\r\n", consumed)) == "done");
  BOOST_TEST(reader.done());
  BOOST_TEST(reader.data_bytes() == 15u);
  BOOST_TEST(reader.data_ahead() == 0u);
  BOOST_TEST(name_of(body_reader({body_framing::chunked, 0}, output::data_only)
                         .take_framing("x\r\n", consumed)) == "bad");
  const body_reader sized({body_framing::length, 10}, output::data_only);
  BOOST_TEST(sized.data_ahead() == 10u);
  BOOST_TEST(sized.chunk_bytes() == 0u);
  BOOST_TEST(sized.framing_ahead() == 0u);
  BOOST_TEST(body_reader({body_framing::until_close, 0}, output::data_only).data_ahead() == 0u);
}

BOOST_AUTO_TEST_CASE(takes_nothing_into_full_pieces) {
  const std::string text(2 * pieces::capacity, 'x');
  const body_framing framings[] = {
      {body_framing::length, 5}, {body_framing::until_close, 0}, {body_framing::chunked, 0}};
  for (const auto& framing : framings) {
    pieces out;
    for (std::size_t i = 0; i < pieces::capacity; ++i) out.add({text.data() + 2 * i, 1});
    body_reader reader(framing, output::framed);
    std::size_t consumed = 9;
    BOOST_TEST(name_of(reader.take("5\r\nhello\r\n", out, consumed)) == "more");
    BOOST_TEST(consumed == 0u);
    BOOST_TEST(out.count == pieces::capacity);
    BOOST_TEST(reader.data_bytes() == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
