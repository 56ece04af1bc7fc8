// Large bodies in chunks, whose data may be moved inside the kernel while their framing is read:
// exact to the byte wherever chunks begin and end, and as strict as small ones.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdlib>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/large_exchanges.hpp"

BOOST_AUTO_TEST_SUITE(large_chunks)

using namespace errata;
using namespace errata::testing;

namespace {

std::string in_chunks_of(std::string_view content, const std::vector<std::size_t>& sizes) {
  std::string out;
  for (std::size_t i = 0; !content.empty(); ++i) {
    auto one = in_chunks(content.substr(0, sizes[i % sizes.size()]), content.size());
    out += one.substr(0, one.size() - last_chunk.size());
    content.remove_prefix(std::min(content.size(), sizes[i % sizes.size()]));
  }
  return out.append(last_chunk);
}

// Ten chunks of 20,000 bytes. Behind the first eight, where a body is known to be large, the
// framing of the ninth begins; a test cuts or garbles it.
struct ten_chunks {
  std::string content = patterned(200'000);
  std::string coded = in_chunks(content, 20'000);
  std::size_t edge = 8 * (20'000 + 8) - 2;  // where the eighth chunk's data ends
  std::size_t framing = 8;                  // "\r\n4e20\r\n"

  // How much data the first `size` bytes of `coded` hold, 5 bytes around the edge at most.
  std::size_t data_before(std::size_t size) const {
    if (size <= edge) return 160'000 - (edge - size);
    return size <= edge + framing ? 160'000 : 160'000 + size - edge - framing;
  }
};

// Reads the framing itself, so that it can stop anywhere in the data.
class chunk_reader {
 public:
  explicit chunk_reader(raw_client& client) : stream_(client.stream()) {}

  // The next `bytes` of data: fewer where the chunks end before that, or where they are none.
  std::string read(std::size_t bytes) {
    std::string content;
    while (content.size() < bytes && next_chunk()) {
      std::string data;
      stream_.read_exactly(std::min(left_, bytes - content.size()), data);
      content += data;
      left_ -= data.size();
      if (data.empty()) break;
    }
    return content;
  }
  // Whether nothing but the last chunk follows, without trailers.
  bool ends() {
    std::string end;
    return !next_chunk() && is_last_ && stream_.read_exactly(2, end) && end == "\r\n";
  }

 private:
  bool next_chunk() {
    if (left_ > 0) return true;
    std::string line;
    if (has_begun_ && (!stream_.read_exactly(2, line) || line != "\r\n")) return false;
    line.clear();
    if (!stream_.read_until("\r\n", line)) return false;
    has_begun_ = true;
    left_ = std::strtoul(line.c_str(), nullptr, 16);
    is_last_ = line == "0\r\n";
    return left_ > 0;
  }

  byte_stream& stream_;
  std::size_t left_ = 0;  // of the chunk that has begun
  bool has_begun_ = false;
  bool is_last_ = false;
};

// Until the client has got what was sent. Not for ever: a test that fails must end.
void wait_for(std::binary_semaphore& client) {
  (void)client.try_acquire_for(patience);
}

}  // namespace

BOOST_AUTO_TEST_CASE(are_exact_whatever_their_sizes) {
  std::vector<std::vector<std::size_t>> patterns;
  for (const std::size_t bound : {4 * kib, 12 * kib, 16 * kib, 32 * kib, 44 * kib, 64 * kib,
                                  128 * kib, 256 * kib, 600 * kib}) {
    for (const std::size_t size : {bound - 1, bound, bound + 1}) patterns.push_back({size});
  }
  patterns.push_back({900});
  patterns.push_back({20'000, 1});
  patterns.push_back({20'000, 15, 16, 20'000, 255, 256, 4095});
  patterns.push_back({150'000, 4096, 9'000, 70'000, 3});
  patterns.push_back({130'000, 7});
  const auto content = patterned(600 * kib + 5);
  std::size_t turn = 0;
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_head()) {
      connection.send(std::string(chunked_head) + in_chunks_of(content, patterns[turn]));
    }
  });
  test_server server(origin);
  auto client = server.connect();
  std::vector<std::size_t> sent;
  for (; turn < patterns.size(); ++turn) {
    BOOST_TEST_CONTEXT("pattern " << turn << ", from " << patterns[turn][0]) {
      const auto reply = client.exchange(get("/"));
      BOOST_TEST(reply.complete());
      BOOST_TEST((reply.body.content == content));
      sent.push_back(reply.head.raw.size() + reply.body.raw.size());
    }
  }
  BOOST_TEST(origin.connection_count() == 1u);
  const auto lines = server.drain();
  BOOST_REQUIRE(lines.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    BOOST_TEST(logged(lines[i], "bytes_out") == std::to_string(sent[i]));
    BOOST_TEST(logged(lines[i], "failure") == "");
  }
}

// The service pauses at every byte around an edge, and goes on when the client has all that was
// sent.
BOOST_AUTO_TEST_CASE(may_pause_at_every_byte_of_their_framing) {
  const ten_chunks body;
  std::size_t cut = 0;
  std::binary_semaphore go_on(0);
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_head()) {
      connection.send(std::string(chunked_head) + body.coded.substr(0, cut));
      wait_for(go_on);
      connection.send(body.coded.substr(cut));
    }
  });
  test_server server(origin);
  auto client = server.connect();
  for (cut = body.edge - 5; cut <= body.edge + body.framing + 5; ++cut) {
    BOOST_TEST_CONTEXT("at the edge and " << cut << " - " << body.edge) {
      client.send(get("/"));
      client.read_one_head();
      chunk_reader reader(client);
      const std::size_t before = body.data_before(cut);
      auto content = reader.read(before);
      BOOST_TEST(content.size() == before);
      go_on.release();
      content += reader.read(body.content.size() - before);
      BOOST_TEST((content == body.content));
      BOOST_REQUIRE(reader.ends());
    }
  }
}

BOOST_AUTO_TEST_CASE(may_pause_at_every_byte_of_their_end) {
  const ten_chunks body;
  const std::string coded =
      body.coded.substr(0, body.coded.size() - 2) + "A: b\r\nContent-Length: 3\r\n\r\n";
  const std::size_t end_of_data = body.coded.size() - 7;
  std::size_t cut = 0;
  std::binary_semaphore go_on(0);
  scripted_origin origin([&](origin_connection& connection) {
    while (connection.read_head()) {
      connection.send(std::string(chunked_head) + coded.substr(0, cut));
      wait_for(go_on);
      connection.send(coded.substr(cut));
    }
  });
  test_server server(origin);
  auto client = server.connect();
  for (cut = end_of_data; cut < coded.size(); ++cut) {
    BOOST_TEST_CONTEXT("behind the data: " << cut - end_of_data) {
      client.send(get("/"));
      client.read_one_head();
      chunk_reader reader(client);
      BOOST_TEST((reader.read(body.content.size()) == body.content));
      go_on.release();
      BOOST_REQUIRE(reader.ends());
    }
  }
  BOOST_TEST(origin.connection_count() == 1u);
}

BOOST_AUTO_TEST_CASE(break_visibly_wherever_the_service_breaks_off) {
  const ten_chunks body;
  for (const bool stalls : {false, true}) {
    std::size_t cut = 0;
    scripted_origin origin([&](origin_connection& connection) {
      if (!connection.read_head()) return;
      connection.send(std::string(chunked_head) + body.coded.substr(0, cut));
      if (stalls) connection.wait_for_end();
    });
    test_server server(origin, {.upstream = R"("timeouts": { "body": "30ms" })"});
    std::size_t count = 0;
    for (cut = body.edge - 3; cut <= body.edge + body.framing + 3; ++cut, ++count) {
      BOOST_TEST_CONTEXT((stalls ? "stalls" : "ends") << " at " << cut - body.edge + 3 << " - 3") {
        const auto reply = server.fetch(get("/"));
        BOOST_TEST(!reply.complete());
        BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
        BOOST_TEST(reply.body.content.size() == body.data_before(cut));
        BOOST_TEST((reply.body.content == body.content.substr(0, reply.body.content.size())));
      }
    }
    const auto lines = server.drain();
    BOOST_REQUIRE(lines.size() == count);
    for (const auto& line : lines) {
      BOOST_TEST(logged(line, "failure.origin") == "upstream");
      BOOST_TEST(logged(line, "failure.phase") == "relay");
      BOOST_TEST(logged(line, "failure.detail") ==
                 (stalls ? "no more of the response body in time" : "the response body broke off"));
    }
  }
}

BOOST_AUTO_TEST_CASE(break_visibly_where_a_byte_of_their_framing_is_wrong) {
  const ten_chunks body;
  std::string coded;
  scripted_origin origin([&](origin_connection& connection) {
    if (connection.read_head()) connection.send(std::string(chunked_head) + coded);
    connection.wait_for_end();
  });
  test_server server(origin);
  for (std::size_t at = body.edge; at < body.edge + body.framing; ++at) {
    for (const char wrong : {'\0', '\n', '\r', ' ', 'x', ':'}) {
      if (body.coded[at] == wrong) continue;
      BOOST_TEST_CONTEXT("byte " << at - body.edge << " is " << static_cast<int>(wrong)) {
        coded = body.coded;
        coded[at] = wrong;
        const auto reply = server.fetch(get("/"));
        BOOST_TEST(!reply.complete());
        BOOST_TEST((reply.ended == ending::closed || reply.ended == ending::reset));
        BOOST_TEST((reply.body.content == body.content.substr(0, reply.body.content.size())));
      }
    }
  }
  for (const auto& line : server.drain()) {
    BOOST_TEST(logged(line, "failure.detail") == "bad chunked coding");
  }
}

BOOST_AUTO_TEST_CASE(lose_their_extensions) {
  const auto half = patterned(200 * kib);
  const std::string coded = "32000;a=" + std::string(1000, 'e') + "\r\n" + half +
                            "\r\n00032000 ;b=\"c\"\r\n" + half + "\r\n0;d\r\n\r\n";
  scripted_origin origin(answer(std::string(chunked_head) + coded));
  test_server server(origin);
  const auto reply = server.fetch(get("/"));
  BOOST_TEST(reply.complete());
  BOOST_TEST((reply.body.content == half + half));
  for (const auto& line : reply.body.chunk_lines) {
    BOOST_TEST(line.find_first_not_of("0123456789abcdef") == std::string::npos, line);
  }
}

BOOST_AUTO_TEST_CASE(take_nothing_of_what_follows_them) {
  const auto content = patterned(300 * kib);
  for (const std::size_t size : {20'000u, 400'000u}) {
    const auto coded = std::string(chunked_head) + in_chunks(content, size);
    for (const std::string& behind : {std::string("X"), ok_with("smuggled")}) {
      scripted_origin origin(by_connection({answer(coded + behind), answer(ok_with("honest"))}));
      test_server server(origin);
      auto client = server.connect();
      BOOST_TEST((client.exchange(get("/")).body.content == content));
      BOOST_TEST(client.exchange(get("/next")).body.content == "honest");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
