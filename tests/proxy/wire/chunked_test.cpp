#include "proxy/wire/chunked.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>
#include <vector>

using namespace errata::wire;

BOOST_AUTO_TEST_SUITE(chunked)

namespace {

using output = chunk_scanner::output;
using state = chunk_scanner::state;

struct result {
  std::string text;  // all pieces
  std::size_t used = 0;
  std::size_t data_bytes = 0;
  state last = state::more;
};

std::string text_of(const pieces& from) {
  std::string out;
  for (std::size_t i = 0; i < from.count; ++i) {
    out.append(static_cast<const char*>(from.items[i].iov_base), from.items[i].iov_len);
  }
  return out;
}

// Gives `coded` to a scanner as it would come: up to each of `ends` at a time, what was not
// consumed again with more behind it. Every buffer is of exactly its size, for the sanitizer.
result scan_split(std::string_view coded, output what, const std::vector<std::size_t>& ends) {
  result out;
  chunk_scanner scanner(what);
  for (const std::size_t end : ends) {
    while (out.last == state::more) {
      const std::vector<char> buffer(coded.begin() + static_cast<std::ptrdiff_t>(out.used),
                                     coded.begin() + static_cast<std::ptrdiff_t>(end));
      pieces found;
      std::size_t consumed = 0;
      out.last = scanner.scan({buffer.data(), buffer.size()}, found, consumed);
      BOOST_REQUIRE(consumed <= buffer.size());
      BOOST_REQUIRE(found.count <= pieces::capacity);
      const std::string text = text_of(found);
      BOOST_REQUIRE(text.size() == found.bytes);
      out.text += text;
      out.used += consumed;
      out.data_bytes += found.data_bytes;
      if (consumed == 0 || out.used == end) break;
    }
  }
  return out;
}

result scan_all(std::string_view coded, output what = output::data_only) {
  return scan_split(coded, what, {coded.size()});
}

std::vector<std::size_t> byte_by_byte(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i <= text.size(); ++i) ends.push_back(i);
  return ends;
}

const char* name_of(state s) {
  return s == state::done ? "done" : s == state::bad ? "bad" : "more";
}

void check_state(const std::string& coded, state wanted, const std::string& why) {
  BOOST_TEST_CONTEXT(why) {
    BOOST_TEST(name_of(scan_all(coded).last) == name_of(wanted));
    BOOST_TEST(name_of(scan_all(coded, output::framed).last) == name_of(wanted));
    if (coded.size() < 3000) {
      BOOST_TEST(name_of(scan_split(coded, output::framed, byte_by_byte(coded)).last) ==
                 name_of(wanted));
    }
  }
}

// A chunk of one byte with an extension of `size` bytes, its semicolon counted.
std::string extended(std::size_t size) {
  return "1;" + std::string(size - 1, 'e') + "\r\nx\r\n";
}

// A trailer line of `size` bytes, its CRLF counted.
std::string trailer(std::size_t size) {
  return "a:" + std::string(size - 4, 't') + "\r\n";
}

const struct {
  const char* why;
  std::string coded;
  std::string data;
  std::string framed;
} bodies[] = {
    {"no data", "0\r\n\r\n", "", "0\r\n\r\n"},
    {"one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello", "5\r\nhello\r\n0\r\n\r\n"},
    {"two chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world",
     "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"},
    {"two hexadecimal digits, both cases",
     "1a\r\nabcdefghijklmnopqrstuvwxyz\r\nA\r\n0123456789\r\n"
     "0\r\n\r\n",
     "abcdefghijklmnopqrstuvwxyz0123456789",
     "1a\r\nabcdefghijklmnopqrstuvwxyz\r\nA\r\n0123456789\r\n0\r\n\r\n"},
    {"leading zeros", "0005\r\nhello\r\n0000000000000001\r\n!\r\n000\r\n\r\n", "hello!",
     "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"},
    {"extensions", "5;a=b\r\nhello\r\n1 \t;c\r\n!\r\n0;d=\"e f\"\r\n\r\n", "hello!",
     "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"},
    {"trailers", "5\r\nhello\r\n0\r\nHost: evil\r\nX-A:\r\n\r\n", "hello",
     "5\r\nhello\r\n0\r\n\r\n"},
    {"data that looks like framing", "c\r\n\r\n0\r\n\r\n5\r\n\r\n\r\n0\r\n\r\n",
     "\r\n0\r\n\r\n5\r\n\r\n", "c\r\n\r\n0\r\n\r\n5\r\n\r\n\r\n0\r\n\r\n"},
    {"all at once", "2;x\r\n\r\n\r\n01\r\n\n\r\n1\r\n0\r\n0;y\r\nT: u\r\n\r\n", "\r\n\n0",
     "2\r\n\r\n\r\n1\r\n\n\r\n1\r\n0\r\n0\r\n\r\n"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(yields_the_same_bytes_wherever_a_body_is_split) {
  for (const auto& body : bodies) {
    // What comes behind is the next message: never consumed.
    const std::string coded = body.coded + "GET /admin HTTP/1.1\r\n";
    for (const output what : {output::data_only, output::framed}) {
      const std::string& wanted = what == output::framed ? body.framed : body.data;
      const auto check = [&](const result& came) {
        BOOST_TEST(name_of(came.last) == "done");
        BOOST_TEST(came.text == wanted);
        BOOST_TEST(came.used == body.coded.size());
        BOOST_TEST(came.data_bytes == body.data.size());
      };
      BOOST_TEST_CONTEXT(body.why << (what == output::framed ? ", framed" : ", data")) {
        check(scan_all(coded, what));
        check(scan_split(coded, what, byte_by_byte(coded)));
        for (std::size_t first = 0; first < coded.size(); ++first) {
          for (std::size_t second = first; second < coded.size(); ++second) {
            check(scan_split(coded, what, {first, second, coded.size()}));
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(waits_for_more_at_every_prefix) {
  for (const auto& body : bodies) {
    for (std::size_t size = 0; size < body.coded.size(); ++size) {
      const auto came = scan_all(body.coded.substr(0, size), output::framed);
      BOOST_TEST(name_of(came.last) == "more", body.why << ": " << size << " bytes");
    }
  }
}

BOOST_AUTO_TEST_CASE(says_done_again_and_takes_nothing_after_the_end) {
  chunk_scanner scanner(output::framed);
  pieces out;
  std::size_t consumed = 0;
  BOOST_TEST(name_of(scanner.scan("0\r\n\r\n", out, consumed)) == "done");
  for (int i = 0; i < 2; ++i) {
    out.clear();
    BOOST_TEST(name_of(scanner.scan("5\r\nhello", out, consumed)) == "done");
    BOOST_TEST(consumed == 0u);
    BOOST_TEST(out.count == 0u);
  }
}

BOOST_AUTO_TEST_CASE(refuses_every_other_form) {
  const struct {
    const char* why;
    std::string coded;
  } rows[] = {
      {"empty size line", "\r\n"},
      {"no size", ";a=b\r\n"},
      {"no digit", "g\r\nx"},
      {"sign", "+5\r\nhello"},
      {"minus", "-5\r\nhello"},
      {"0x, HTTP Garden", "0x5\r\nhello"},
      {"underscore, HTTP Garden", "1_0\r\n"},
      {"space before", " 5\r\nhello"},
      {"tab before", "\t5\r\nhello"},
      {"space behind", "5 \r\nhello"},
      {"word behind", "5 5\r\nhello"},
      {"comma behind", "5,5\r\nhello"},
      {"colon behind", "5:\r\nhello"},
      {"quote behind", "5\"\r\nhello"},
      {"bare LF after a size, Go CVE-2025-22871", "5\nhello\r\n0\r\n\r\n"},
      {"bare LF first", "\n5\r\nhello"},
      {"bare LF in an extension, Kestrel CVE-2025-55315 (TERM.EXT)", "5;a\nb\r\nhello"},
      {"bare CR in an extension, EXT.TERM", "5;a\rb\r\nhello"},
      {"CR CR LF", "5\r\r\nhello"},
      {"bare CR after a size, Netty CVE-2025-58056", "5\rhello\r\n"},
      {"NUL in an extension", std::string("5;a\0b\r\nhello", 12)},
      {"NUL after a size", std::string("5\0\r\nhello", 9)},
      {"LF in a quoted extension, Beast 1.81", "5;a=\"\n\"\r\nhello"},
      {"data too long, h11 CVE-2025-43859 (TERM.SPILL)", "5\r\nhelloXX0\r\n\r\n"},
      {"no CRLF after data", "5\r\nhello0\r\n\r\n"},
      {"LF after data", "5\r\nhello\n0\r\n\r\n"},
      {"CR and a letter after data", "5\r\nhello\rx"},
      {"LF CR after data", "5\r\nhello\n\r0\r\n\r\n"},
      {"bare LF after the last chunk", "0\n\r\n"},
      {"bare LF at the end", "0\r\n\n"},
      {"CR CR LF at the end", "0\r\n\r\r\n"},
      {"trailer without a colon", "0\r\nno colon\r\n\r\n"},
      {"trailer without a name", "0\r\n: b\r\n\r\n"},
      {"trailer with a space before the colon", "0\r\na : b\r\n\r\n"},
      {"folded trailer", "0\r\na: b\r\n c\r\n\r\n"},
      {"trailer with a bare LF", "0\r\na: b\nc: d\r\n\r\n"},
      {"trailer with a bare CR", "0\r\na: b\rc\r\n\r\n"},
      {"trailer with a NUL", std::string("0\r\na: \0\r\n\r\n", 11)},
      {"request for a trailer", "0\r\nGET / HTTP/1.1\r\n\r\n"},
  };
  for (const auto& r : rows) check_state(r.coded, state::bad, r.why);
}

BOOST_AUTO_TEST_CASE(refuses_every_byte_that_is_no_digit_after_a_size) {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool digit = std::string_view("0123456789abcdefABCDEF").find(byte) != std::string::npos;
    // ';' begins an extension.
    if (digit || byte == ';') continue;
    const std::string coded = std::string("5") + byte + "\r\n" + std::string(200, 'x');
    BOOST_TEST(name_of(scan_all(coded).last) == "bad", "byte " << c);
  }
}

BOOST_AUTO_TEST_CASE(reads_16_digits_and_refuses_17) {
  const std::string hello = "\r\nhello\r\n0\r\n\r\n";
  check_state(std::string(15, '0') + "5" + hello, state::done, "16 digits");
  check_state(std::string(16, '0') + "5" + hello, state::bad, "17 digits");
  check_state(std::string(100, '0') + "5" + hello, state::bad, "101 digits, Beast 1.81");
  check_state("5" + hello.substr(0, 9) + std::string(16, '0') + "\r\n\r\n", state::done,
              "last chunk of 16 digits");
  check_state(std::string(17, '0') + "\r\n\r\n", state::bad, "last chunk of 17 digits");
}

BOOST_AUTO_TEST_CASE(takes_huge_sizes_for_what_they_are) {
  const struct {
    const char* size;
    state wanted;
    const char* framed;
  } rows[] = {
      {"100000000", state::more, "100000000\r\nx"},
      {"7fffffff", state::more, "7fffffff\r\nx"},
      {"ffffffff", state::more, "ffffffff\r\nx"},
      {"4000000000000000", state::more, "4000000000000000\r\nx"},
      {"0FFFFFFFFFFFFFFF", state::more, "fffffffffffffff\r\nx"},
      {"4000000000000001", state::bad, ""},
      {"7fffffffffffffff", state::bad, ""},
      {"8000000000000000", state::bad, ""},
      {"ffffffffffffffff", state::bad, ""},
      {"10000000000000000", state::bad, ""},
      {"10000000000000005", state::bad, ""},
  };
  for (const auto& r : rows) {
    const auto came = scan_all(std::string(r.size) + "\r\nx", output::framed);
    BOOST_TEST(name_of(came.last) == name_of(r.wanted), r.size);
    BOOST_TEST(came.text == r.framed, r.size);
  }
}

BOOST_AUTO_TEST_CASE(bounds_one_extension_at_1_kib) {
  check_state(extended(1023) + "0\r\n\r\n", state::done, "1023");
  check_state(extended(1024) + "0\r\n\r\n", state::done, "1024");
  check_state(extended(1025) + "0\r\n\r\n", state::bad, "1025");
  const std::string blanks(1022, ' ');
  check_state("1" + blanks + ";e\r\nx\r\n0\r\n\r\n", state::done, "white space counts: 1024");
  check_state("1" + blanks + " ;e\r\nx\r\n0\r\n\r\n", state::bad, "white space counts: 1025");
  // A line that never ends is given up on as soon as it cannot be right.
  check_state("1;" + std::string(1041 - 2, 'e'), state::more, "1041 bytes without an end");
  check_state("1;" + std::string(1042 - 2, 'e'), state::bad, "1042 bytes without an end");
}

BOOST_AUTO_TEST_CASE(bounds_all_extensions_at_16_kib) {
  std::string full;
  for (int i = 0; i < 15; ++i) full += extended(1024);
  check_state(full + extended(1024) + "0\r\n\r\n", state::done, "16384");
  check_state(full + extended(1024) + "0;\r\n\r\n", state::bad, "16385");
  check_state(full + extended(1023) + "0;\r\n\r\n", state::done, "16384 with the last chunk's");
  check_state(full + extended(1023) + "0;e\r\n\r\n", state::bad, "16385 with the last chunk's");
  // The bound is the message's, however small each one is (Beast 1.81 read 20 MB).
  std::string many;
  for (int i = 0; i < 16384; ++i) many += "1;\r\nx\r\n";
  const auto at = scan_all(many + "0\r\n\r\n");
  BOOST_TEST(name_of(at.last) == "done");
  BOOST_TEST(at.data_bytes == 16384u);
  BOOST_TEST(name_of(scan_all(many + "1;\r\n").last) == "bad");
}

BOOST_AUTO_TEST_CASE(bounds_all_trailers_at_8_kib) {
  // The empty line at the end counts.
  check_state("0\r\n" + trailer(8189) + "\r\n", state::done, "8191");
  check_state("0\r\n" + trailer(8190) + "\r\n", state::done, "8192");
  check_state("0\r\n" + trailer(8191) + "\r\n", state::bad, "8193");
  check_state("0\r\n" + trailer(8192), state::more, "8192 without the end");
  check_state("0\r\n" + trailer(8193), state::bad, "one line of 8193");
  check_state("0\r\na:" + std::string(8189, 't'), state::more, "8191 bytes without an end");
  check_state("0\r\na:" + std::string(8190, 't'), state::bad, "8192 bytes without an end");
  check_state("0\r\na:" + std::string(70000, 't') + "\r\n\r\n", state::bad, "Beast 1.81 throws");
  std::string many = "0\r\n";
  for (int i = 0; i < 2047; ++i) many += "a:\r\n";
  check_state(many +
                  "b:\xFF\r\n"
                  "\r\n",
              state::bad, "8195 in 2049 lines");
  check_state(many + "\r\n", state::done, "8190 in 2048 lines");
  check_state(many + "a:\r\n", state::more, "8192 in 2048 lines without the end");
  check_state(many + "a:\r\n\r\n", state::bad, "8194 in 2049 lines");
}

BOOST_AUTO_TEST_CASE(stops_when_the_pieces_are_full_and_goes_on_with_empty_ones) {
  // 1000 chunks that need their size lines rewritten: 3 pieces each at most.
  std::string coded;
  std::string data;
  std::string framed;
  for (int i = 0; i < 1000; ++i) {
    const char c = static_cast<char>('a' + i % 26);
    coded += std::string("01\r\n") + c + "\r\n";
    framed += std::string("1\r\n") + c + "\r\n";
    data += c;
  }
  coded += "0\r\nT: u\r\n\r\n";
  framed += "0\r\n\r\n";
  for (const output what : {output::data_only, output::framed}) {
    chunk_scanner scanner(what);
    std::string text;
    std::size_t used = 0;
    int passes = 0;
    state last = state::more;
    while (last == state::more && passes < 2000) {
      pieces out;
      std::size_t consumed = 0;
      last = scanner.scan(std::string_view(coded).substr(used), out, consumed);
      BOOST_REQUIRE(out.count <= pieces::capacity);
      BOOST_TEST((last == state::done || out.full()));
      text += text_of(out);
      used += consumed;
      ++passes;
    }
    BOOST_TEST(name_of(last) == "done");
    BOOST_TEST(used == coded.size());
    BOOST_TEST(text == (what == output::framed ? framed : data));
    BOOST_TEST(passes > 10);
  }
}

BOOST_AUTO_TEST_CASE(takes_nothing_into_full_pieces) {
  pieces out;
  const std::string text(2 * pieces::capacity, 'x');
  for (std::size_t i = 0; i < pieces::capacity; ++i) out.add({text.data() + 2 * i, 1});
  BOOST_TEST(out.full());
  chunk_scanner scanner(output::framed);
  std::size_t consumed = 9;
  BOOST_TEST(name_of(scanner.scan("5\r\nhello\r\n", out, consumed)) == "more");
  BOOST_TEST(consumed == 0u);
  BOOST_TEST(out.bytes == pieces::capacity);
}

BOOST_AUTO_TEST_CASE(leaves_canonical_framing_in_one_piece) {
  const std::string coded = "5\r\nhello\r\n6\r\n world\r\n";
  chunk_scanner scanner(output::framed);
  pieces out;
  std::size_t consumed = 0;
  BOOST_TEST(name_of(scanner.scan(coded, out, consumed)) == "more");
  BOOST_TEST(out.count == 1u);
  BOOST_TEST((out.items[0].iov_base == coded.data()));
  BOOST_TEST(out.bytes == coded.size());
  BOOST_TEST(out.data_bytes == 11u);
}

BOOST_AUTO_TEST_CASE(joins_adjacent_pieces_and_leaves_empty_ones_out) {
  const std::string text = "abcdef";
  const std::string_view view = text;
  pieces out;
  out.add("");
  BOOST_TEST(out.count == 0u);
  out.add(view.substr(0, 2));
  out.add(view.substr(2, 0));
  out.add(view.substr(2, 2));
  BOOST_TEST(out.count == 1u);
  out.add(view.substr(5));
  BOOST_TEST(out.count == 2u);
  BOOST_TEST(text_of(out) == "abcdf");
  BOOST_TEST(out.bytes == 5u);
  out.clear();
  BOOST_TEST((out.count == 0u && out.bytes == 0u && out.data_bytes == 0u));
}

BOOST_AUTO_TEST_CASE(writes_sizes_in_lower_case_without_zeros) {
  const struct {
    std::uint64_t size;
    const char* line;
  } rows[] = {
      {0, "0\r\n"},
      {1, "1\r\n"},
      {15, "f\r\n"},
      {16, "10\r\n"},
      {65536, "10000\r\n"},
      {0xDEADBEEF, "deadbeef\r\n"},
      {std::numeric_limits<std::uint64_t>::max(), "ffffffffffffffff\r\n"},
  };
  for (const auto& r : rows) {
    std::vector<char> into(20);
    const std::size_t size = write_chunk_size(into.data(), r.size);
    BOOST_TEST(std::string(into.data(), size) == r.line);
  }
}

BOOST_AUTO_TEST_CASE(reads_framing_around_data_that_goes_by_unseen) {
  for (const std::string_view framing : {"\r\n1000\r\n", "\r\n01000;x=y\r\n"}) {
    for (std::size_t cut = 1; cut < framing.size(); ++cut) {
      BOOST_TEST_CONTEXT(framing << " in two at " << cut) {
        chunk_scanner scanner(output::data_only);
        std::size_t consumed = 0;
        BOOST_TEST(scanner.data_ahead() == 0u);
        BOOST_TEST(name_of(scanner.scan_framing("1000\r\naa", consumed)) == "more");
        BOOST_TEST(consumed == 6u);
        BOOST_TEST(scanner.data_ahead() == 0x1000u);
        BOOST_TEST(scanner.chunk_bytes() == 0x1000u);
        BOOST_TEST(scanner.framing_ahead() == 0u);
        scanner.pass(0xfff);
        BOOST_TEST(scanner.data_ahead() == 1u);
        scanner.pass(1);
        BOOST_TEST(scanner.data_ahead() == 0u);
        BOOST_TEST(scanner.framing_ahead() == 8u);
        BOOST_TEST(name_of(scanner.scan_framing(framing.substr(0, cut), consumed)) == "more");
        const std::size_t line_end = cut >= 2 ? 2 : 0;
        BOOST_TEST(consumed == line_end);
        BOOST_TEST(scanner.framing_ahead() == (cut >= 2 ? 6u : 8u));
        BOOST_TEST(name_of(scanner.scan_framing(framing.substr(line_end), consumed)) == "more");
        BOOST_TEST(consumed == framing.size() - line_end);
        BOOST_TEST(scanner.data_ahead() == 0x1000u);
        scanner.pass(0x1000);
        BOOST_TEST(name_of(scanner.scan_framing("\r\n0\r\n\r\nnext", consumed)) == "done");
        BOOST_TEST(consumed == 7u);
        BOOST_TEST(scanner.chunk_bytes() == 0u);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(reads_framing_for_as_long_as_it_comes) {
  chunk_scanner scanner(output::framed);
  std::size_t consumed = 0;
  for (std::size_t i = 0; i < 2 * pieces::capacity; ++i) {
    BOOST_TEST(name_of(scanner.scan_framing("001000\r\n", consumed)) == "more");
    BOOST_REQUIRE(scanner.data_ahead() == 0x1000u);
    scanner.pass(0x1000);
    BOOST_TEST(name_of(scanner.scan_framing("\r\n", consumed)) == "more");
  }
}

BOOST_AUTO_TEST_CASE(may_stop_to_yield_framing_inside_a_chunk) {
  const std::string_view coded = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  chunk_scanner scanner(output::framed);
  pieces out;
  std::size_t consumed = 0;
  scanner.scan(coded.substr(0, 5), out, consumed);
  BOOST_TEST(consumed == 5u);
  BOOST_TEST(text_of(out) == "5\r\nhe");
  BOOST_TEST(scanner.yields_framing());
  scanner.drop_framing();
  BOOST_TEST(!scanner.yields_framing());
  out.clear();
  BOOST_TEST(name_of(scanner.scan(coded.substr(5), out, consumed)) == "done");
  BOOST_TEST(text_of(out) == "llo world");
}

BOOST_AUTO_TEST_CASE(refuses_bad_framing_behind_data_that_went_by_unseen) {
  for (const std::string_view framing : {"\r\r", "\n", "x", "\r\nx\r\n", "\r\n-1\r\n",
                                         "\r\n1 0\r\n", "\r\n\r\n", "\r\n10\n", "\r\n0\r\n \r\n"}) {
    chunk_scanner scanner(output::data_only);
    std::size_t consumed = 0;
    scanner.scan_framing("1000\r\n", consumed);
    scanner.pass(0x1000);
    BOOST_TEST(name_of(scanner.scan_framing(framing, consumed)) == "bad", framing);
    // Again, for whoever looks at what is left.
    pieces nothing;
    const auto rest = framing.substr(consumed);
    BOOST_TEST(name_of(scanner.scan(rest, nothing, consumed)) == "bad", framing);
  }
}

BOOST_AUTO_TEST_SUITE_END()
